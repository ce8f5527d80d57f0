"""`vestibule doctor` as support sees it: a real process, its output and its exit code."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.practice import Practice

WITHIN_S = 40


def run(*arguments: str, **environment: str) -> tuple[int, str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("VESTIBULE_")}
    done = subprocess.run(
        [sys.executable, "-m", "ui.main", "doctor", *arguments],
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
        env={**plain, "PYTHONWARNINGS": "error", **environment},
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def desk(tmp_path: Path) -> dict[str, str]:
    """An environment in which the opener is found, whatever machine this is."""
    for name, script in (("xdg-open", "true"), ("xdg-settings", "echo fox.desktop")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    return {"VESTIBULE_HOME": str(tmp_path), "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}


def keep_profile(home: Path, api: str, clinic: Practice | None = None) -> None:
    (home / "profiles").mkdir()
    nppes = clinic.nppes if clinic else ""
    text = f'api = "{api}"\naccount = "harbor"\nnppes = "{nppes}"\n'
    (home / "profiles/harbor.toml").write_text(text)


def test_lines_for_a_person(practice: Practice, desk: dict[str, str], tmp_path: Path) -> None:
    keep_profile(tmp_path, practice.api, practice)
    user = practice.user("provider")
    who = {"VESTIBULE_USERNAME": user["username"], "VESTIBULE_PASSWORD": user["password"]}
    code, out, err = run("--profile", "harbor", **desk, **who)
    first, *lines, last = out.splitlines()
    assert err == ""
    assert first.startswith("vestibule ")
    assert first.endswith(", profile harbor")
    assert last.endswith(" skipped")
    assert {line.split()[0] for line in lines} <= {"ok", "warn", "fail", "skipped"}
    assert code == int(any(line.startswith("fail") for line in lines))
    assert "user name and password are accepted" in out
    assert user["username"] not in out


def test_one_json_object(practice: Practice, desk: dict[str, str], tmp_path: Path) -> None:
    keep_profile(tmp_path, practice.api, practice)
    code, out, err = run("--json", "--profile", "harbor", **desk)
    report = json.loads(out)
    assert (code, err, len(out.splitlines())) == (0, "", 1)
    assert (set(report), report["profile"]) == ({"vestibule", "profile", "checks"}, "harbor")
    for check in report["checks"]:
        assert set(check) == {"name", "state", "found", "advice", "ms"}
        assert check["state"] in ("ok", "warn", "fail", "skipped")
        assert isinstance(check["ms"], int | None)
        assert check["advice"] or check["state"] in ("ok", "skipped")
    assert len({check["name"] for check in report["checks"]}) == len(report["checks"])


def test_what_fails_is_1(desk: dict[str, str], tmp_path: Path) -> None:
    keep_profile(tmp_path, "http://127.0.0.1:9/api_v3/")
    code, out, err = run("--profile", "harbor", **desk, VESTIBULE_TOKEN="t")
    assert (code, err) == (1, "")
    assert "fail    api" in out


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--api", "https://api.example/api_v3/"),
        ("--api", "http://api.example/api_v3/", "--account", "x"),
        ("--profile", "none"),
        ("--profile", "a", "--api", "b"),
    ],
)
def test_wrong_use_is_2(arguments: tuple[str, ...], desk: dict[str, str]) -> None:
    code, out, err = run(*arguments, **desk)
    assert (code, out) == (2, "")
    assert err


def test_certificates_that_are_not_there_are_2(desk: dict[str, str], tmp_path: Path) -> None:
    keep_profile(tmp_path, "https://clinic.invalid/api_v3/")
    code, _, err = run("--profile", "harbor", **desk, SSL_CERT_FILE=str(tmp_path / "none.pem"))
    assert (code, err) == (2, "vestibule: SSL_CERT_FILE or SSL_CERT_DIR names no certificates.\n")


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_ends_it_with_130_and_no_traceback(desk: dict[str, str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        keep_profile(tmp_path, f"http://127.0.0.1:{silent.getsockname()[1]}/api_v3/")
        process = subprocess.Popen(
            [sys.executable, "-m", "ui.main", "doctor", "--profile", "harbor"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONWARNINGS": "error", **desk},
        )
        silent.settimeout(WITHIN_S)
        connection, _ = silent.accept()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=WITHIN_S)
        connection.close()
    assert (process.returncode, err) == (130, b"")


def test_a_reader_that_goes_away_is_no_error(desk: dict[str, str], tmp_path: Path) -> None:
    keep_profile(tmp_path, "http://127.0.0.1:9/api_v3/")
    process = subprocess.Popen(
        [sys.executable, "-m", "ui.main", "doctor", "--profile", "harbor"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONWARNINGS": "error", **desk},
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(WITHIN_S) == 1
