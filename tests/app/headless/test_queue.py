"""`vestibule queue` as a script sees it: a real process, a real server, its output and its exit code."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.app.headless.commands import WITHIN_S, at, command, run, who
from tests.practice import Practice


def test_the_snapshot_has_every_promised_field(clinic: Practice) -> None:
    code, out, err = run(*at(clinic), "--json", **who(clinic))
    assert (code, err) == (0, "")
    (line,) = out.splitlines()
    snapshot = json.loads(line)
    assert (snapshot["event"], snapshot["at"]) == ("snapshot", "2026-05-28T20:26:40Z")
    visits = {visit["id"]: visit for visit in snapshot["visits"]}
    assert set(visits["48211"]) == {
        *("id", "status", "status_code", "type", "subtype", "patient", "provider", "room", "reason"),
        *("start", "actual_start", "waiting_s", "unreadable"),
    }
    assert visits["48211"]["patient"] == {"id": "7301", "name": "Mira Okafor", "born": "1984-05-09"}
    assert visits["48211"]["waiting_s"] == 26 * 60
    assert visits["48212"]["start"] is not None
    assert visits["48223"]["status_code"] == 77
    assert {visit["status"] for visit in visits.values()} <= {
        "pending",
        "confirmed",
        "in_progress",
        "unrecognised",
    }


def test_the_table_is_for_people(clinic: Practice) -> None:
    code, out, err = run(*at(clinic), **who(clinic))
    assert (code, err) == (0, "")
    assert out.startswith("STATUS")
    assert "Mira Okafor" in out
    assert "open visits" in out.splitlines()[-1]


def test_an_unreadable_row_is_listed_and_the_others_stay(clinic: Practice) -> None:
    before = json.loads(run(*at(clinic), "--json", **who(clinic))[1])["visits"]
    clinic.do("patch", visit="48211", unset=["id", "_id"])
    after = json.loads(run(*at(clinic), "--json", **who(clinic))[1])["visits"]
    assert len(after) == len(before)
    (unreadable,) = (visit["id"] for visit in after if visit["unreadable"])
    assert unreadable.startswith("unreadable-")


def test_one_room(clinic: Practice) -> None:
    out = run(*at(clinic), "--json", "--room", "w4n8q", **who(clinic))[1]
    assert {visit["room"] for visit in json.loads(out)["visits"]} == {"w4n8q"}


def test_a_profile_file(clinic: Practice, tmp_path: Any) -> None:
    folder = tmp_path / "profiles"
    folder.mkdir()
    (folder / "harbor.toml").write_text(f'api = "{clinic.api}"\naccount = "{clinic.account}"\n')
    code, out, _ = run("queue", "--json", "--profile", "harbor", VESTIBULE_HOME=str(tmp_path), **who(clinic))
    assert code == 0
    assert json.loads(out)["visits"]


@pytest.mark.parametrize(
    ("kind", "details", "expected"),
    [
        ("status", {"status": 401}, 3),
        ("status", {"status": 403}, 3),
        ("status", {"status": 404}, 4),
        ("status", {"status": 429, "retry_after": 7}, 4),
        ("status", {"status": 500}, 4),
        ("html", {}, 4),
        ("truncated", {}, 4),
        ("code_in_200", {"code": 401}, 3),
        ("code_in_200", {"code": 403}, 3),
        ("redirect", {"to": "http://127.0.0.2:9/"}, 4),
        ("cut_before", {}, 4),
    ],
)
@pytest.mark.parametrize("match", ["visits.list", "auth.login"])
def test_each_weather_has_its_exit_code_and_one_sentence(
    clinic: Practice, match: str, kind: str, details: dict[str, Any], expected: int
) -> None:
    clinic.weather(kind, match, **details)
    code, out, err = run(*at(clinic), "--json", **who(clinic))
    assert (code, out) == (expected, "")
    assert err.startswith("vestibule: ")
    assert err.endswith(".\n")
    assert len(err.splitlines()) == 1


def test_a_wrong_password_is_3_and_the_servers_words(clinic: Practice) -> None:
    code, _, err = run(*at(clinic), **who(clinic, "wrong"))
    assert code == 3
    assert "User name or password is wrong." in err


def test_a_wrong_token_is_3(clinic: Practice) -> None:
    assert run(*at(clinic), VESTIBULE_TOKEN="0" * 32)[0] == 3


def test_nobody_there_is_4() -> None:
    code, _, err = run("queue", "--api", "http://127.0.0.1:9/api_v3/", "--account", "x", VESTIBULE_TOKEN="t")
    assert (code, err) == (4, "vestibule: Cannot sign in. The server cannot be reached.\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("queue",),
        ("queue", "--api", "https://api.example/api_v3/"),
        ("queue", "--api", "http://api.example/api_v3/", "--account", "x"),
        ("queue", "--api", "api.example", "--account", "x"),
        ("queue", "--api", "https://api.example/api_v3/", "--account", "x"),
        ("queue", "--profile", "none"),
        ("queue", "--profile", ""),
        ("queue", "--api", "http://[::1", "--account", "x"),
        ("queue", "--api", "https://api.example/api_v3/", "--account", "é"),
        ("queue", "--profile", "../../etc/passwd"),
        ("nonsense",),
    ],
)
def test_wrong_use_is_2(arguments: tuple[str, ...], tmp_path: Any) -> None:
    code, out, err = run(*arguments, VESTIBULE_HOME=str(tmp_path))
    assert (code, out) == (2, "")
    assert err


def test_watching_tells_every_difference_and_the_connection(clinic: Practice, tmp_path: Any) -> None:
    folder = tmp_path / "profiles"
    folder.mkdir()
    (folder / "p.toml").write_text(f'api = "{clinic.api}"\naccount = "{clinic.account}"\npoll_s = 1\n')
    process = command(
        "queue", "--json", "--watch", "--profile", "p", VESTIBULE_HOME=str(tmp_path), **who(clinic)
    )
    assert process.stdout is not None
    lines = (json.loads(line) for line in process.stdout)
    assert next(lines)["event"] == "snapshot"
    arrived = clinic.do("arrive", room=clinic.room)["visit"]
    event = next(lines)
    assert (event["event"], event["visit"]["id"], event["visit"]["status"]) == ("added", arrived, "pending")
    clinic.do("take", visit=arrived)
    event = next(
        line for line in lines if line["event"] == "updated" and line["visit"]["status"] == "in_progress"
    )
    assert event["visit"]["id"] == arrived
    clinic.do("finish", visit=arrived)
    event = next(line for line in lines if line["event"] == "removed")
    assert (event["visit"]["id"], event["visit"]["status"]) == (arrived, "completed")
    clinic.weather("status", "visits.list", status=500)
    event = next(line for line in lines if line["event"] == "connection")
    assert (event["state"], event["reason"]) == ("trouble", "The server has a fault of its own (500).")
    clinic.clear()
    event = next(line for line in lines if line["event"] == "connection")
    assert (event["state"], event["reason"]) == ("live", None)
    process.terminate()
    _, err = process.communicate(timeout=WITHIN_S)
    assert (process.returncode, err) == (0, "")


def test_a_reader_that_goes_away_is_no_error(clinic: Practice) -> None:
    process = command(*at(clinic), "--json", **who(clinic))
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(WITHIN_S) == 0
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()


def test_no_qt_without_a_window() -> None:
    code = "import sys, pkgutil, importlib, app\n" + (
        "for found in pkgutil.walk_packages(app.__path__, 'app.'):\n"
        "    if not found.name.endswith('__main__'): importlib.import_module(found.name)\n"
        "import ui.main\n"
        "assert not [name for name in sys.modules if name.startswith(('PySide6', 'qasync'))]\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=WITHIN_S)


def test_a_token_that_is_none_is_2() -> None:
    code, out, err = run(
        "queue", "--api", "http://127.0.0.1:9/api_v3/", "--account", "x", VESTIBULE_TOKEN="tokén"
    )
    assert (code, out) == (2, "")
    assert err.startswith("vestibule: VESTIBULE_TOKEN")


def test_what_a_patient_typed_does_not_steer_the_terminal(clinic: Practice) -> None:
    clinic.do("arrive", room=clinic.room, reason="\x1b[31mred\nnext")
    out = run(*at(clinic), **who(clinic))[1]
    assert "\x1b" not in out
    assert "[31mred next" in out


def test_a_proxy_of_the_environment_does_not_lead_to_this_computer(clinic: Practice) -> None:
    assert run(*at(clinic), "--json", HTTP_PROXY="http://127.0.0.1:9", **who(clinic))[0] == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("sandbox", "--visits", "-3"),
        ("sandbox", "--speed", "nan"),
        ("sandbox", "--speed", "-1"),
        ("sandbox", "--port", "99999999"),
        ("tour", "--out", f"{os.devnull}/pictures"),
    ],
)
def test_wrong_use_is_one_sentence(arguments: tuple[str, ...]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert "Traceback" not in err
    assert not err.rstrip().endswith("..")
