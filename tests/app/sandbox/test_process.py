"""The practice clinic as a process: first line, exit, ports, speed."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

from app.sandbox.process import PracticeClinic
from tests.app.sandbox.conftest import start_process


def test_first_line_says_everything(served):
    assert set(served) == {
        *("api", "portal", "claims", "nppes", "messenger", "account", "room"),
        *("api_key", "api_secret", "admin_token", "users", "activation"),
    }
    for name in ("api", "portal", "claims", "nppes"):
        assert served[name].startswith("http://127.0.0.1:")
        assert served[name].endswith("/")
    roles = [user["role"] for user in served["users"]]
    assert roles == ["provider", "provider", "front_desk", "clinic_admin", "patient"]
    for user in served["users"]:
        body = {"username": user["username"], "password": user["password"]}
        assert httpx.post(served["api"] + "users/login", json=body).status_code == 200
    activation = {"email": served["activation"]["email"], "email_token": served["activation"]["token"]}
    assert httpx.post(served["api"] + "users/login", json=activation).status_code == 200
    assert httpx.get(f"{served['api']}rooms/{served['room']}").status_code == 200


def test_headers_of_a_served_reply(served):
    headers = httpx.get(served["api"] + "rooms").headers
    assert "server" not in headers
    assert headers.get_list("date") == ["Thu, 01 Jan 2026 00:00:00 GMT"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_goes_quietly_on_a_signal(number):
    process, line = start_process()
    with process, httpx.Client() as client:
        client.get(line["api"] + "rooms")
        process.send_signal(number)
        began = time.monotonic()
        output, complaints = process.communicate(timeout=5)
    assert (process.returncode, output, complaints) == (0, b"", b"")
    assert time.monotonic() - began < 2


def test_a_request_under_way_does_not_hold_it_up():
    process, line = start_process()
    with process, httpx.Client(headers={"X-ApiToken": line["admin_token"]}) as client:
        client.post(line["portal"] + "sandbox/weather", json={"match": "*", "kind": "latency", "seconds": 60})
        with socket.create_connection(("127.0.0.1", httpx.URL(line["api"]).port)) as waiting:
            waiting.sendall(b"GET /api_v3/rooms HTTP/1.1\r\nHost: clinic\r\n\r\n")
            while not client.get(line["portal"] + "sandbox/log").json()["data"]:
                pass
            process.terminate()
            _, complaints = process.communicate(timeout=5)
    assert (process.returncode, complaints) == (0, b"")


def test_it_ends_with_standard_input():
    process, _ = start_process("--exit-with-stdin")
    with process:
        process.stdin.close()
        assert process.wait(timeout=5) == 0


def test_a_used_port_is_one_sentence(served):
    port = str(httpx.URL(served["api"]).port)
    command = [sys.executable, "-m", "app.sandbox", "--port", port]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"The practice clinic cannot use port {port}: ")
    assert done.stderr.count("\n") == 1


def test_practice_clinic_starts_and_stops():
    async def day():
        clinic = PracticeClinic()
        line = await clinic.start(visits=20, speed=0)
        pid = clinic.pid
        async with httpx.AsyncClient() as client:
            reply = await client.get(line.api + "rooms")
        await clinic.stop()
        await clinic.stop()
        return line, reply.status_code, pid, clinic.pid

    line, status, pid, after = asyncio.run(day())
    assert (status, after, line.users[0].username) == (200, None, "noor.haddad")
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_practice_clinic_that_cannot_start_says_why(served):
    port = httpx.URL(served["api"]).port
    with pytest.raises(OSError, match=f"cannot use port {port}"):
        asyncio.run(PracticeClinic().start(port=port))


def test_time_passes_with_speed():
    async def hour():
        clinic = PracticeClinic()
        line = await clinic.start(speed=3600, start=1_767_225_600)
        headers = {"X-ApiToken": line.admin_token}
        async with httpx.AsyncClient(headers=headers) as client:
            now = 0
            while now < 1_767_225_600 + 1800:
                now = (await client.get(line.portal + "sandbox/clock")).json()["data"]["now"]
        await clinic.stop()

    asyncio.run(asyncio.wait_for(hour(), 20))


def test_five_thousand_visits_are_served_quickly():
    process, line = start_process("--visits=5000")
    with process, httpx.Client(headers={"X-ApiToken": line["admin_token"]}, timeout=20) as client:
        first = client.get(line["api"] + "visits")
        second = client.get(line["api"] + "visits")
        process.terminate()
        process.communicate(timeout=5)
    assert len(first.json()["data"]) > 5000
    assert first.content == second.content
    assert second.elapsed.total_seconds() < 2
