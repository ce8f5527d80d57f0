"""`vestibule checkin` with a real keyring: killed while the server is away, nothing lost, nothing doubled."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.desktop.machine import ROOT, WITHIN_S
from tests.practice import Practice

pytestmark = pytest.mark.desktop

LINES = [
    json.dumps({"patient": {"first_name": "Mira", "last_name": "Okafor", "dob": "1984-05-09"},
                "room": "k7m2p", "reason": f"Reason {number}", "ref": f"kiosk-{number}"}) + "\n"
    for number in range(4)
]  # fmt: skip


def checkin(clinic: Practice, env: dict[str, str]) -> "subprocess.Popen[str]":
    user = clinic.user("front_desk")
    return subprocess.Popen(
        [sys.executable, "-m", "ui.main", "checkin", "--api", clinic.api, "--account", clinic.account],
        env={**env, "VESTIBULE_USERNAME": user["username"], "VESTIBULE_PASSWORD": user["password"]},
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def ended(process: "subprocess.Popen[str]", *lines: str) -> tuple[int, list[dict[str, str]], str]:
    out, err = process.communicate("".join(lines), timeout=WITHIN_S)
    return process.returncode, [json.loads(line) for line in out.splitlines()], err


def test_killed_without_the_server_each_ref_becomes_one_visit(
    desktop: dict[str, str], clinic: Practice
) -> None:
    assert ended(checkin(clinic, desktop), LINES[0])[0] == 0
    clinic.stop()

    killed = checkin(clinic, desktop)
    assert killed.stdin is not None
    assert killed.stdout is not None
    killed.stdin.writelines(LINES[1:3])
    killed.stdin.flush()
    kept = [json.loads(killed.stdout.readline()) for _ in LINES[1:3]]
    assert [(line["state"], line["on_disk"]) for line in kept] == [("kept", True)] * 2
    killed.kill()
    killed.communicate(timeout=WITHIN_S)
    for path in Path(desktop["HOME"]).rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [word for word in (b"Okafor", b"Reason", b"kiosk-") if word in content], path

    with Practice(port=clinic.port) as there:
        before = {visit["id"] for visit in there.state()["visits"]}
        code, answers, err = ended(checkin(there, desktop), *LINES[1:])
        assert (code, err) == (0, "")
        assert Counter((line["ref"], line["state"]) for line in answers) == Counter(
            (f"kiosk-{number}", state) for number in (1, 2, 3) for state in ("kept", "sent")
        )
        visits = {visit["id"] for visit in there.state()["visits"]} - before
        assert visits == {line["visit_id"] for line in answers if line["state"] == "sent"}
        assert len(visits) == 3
