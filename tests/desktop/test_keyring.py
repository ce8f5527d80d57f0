"""Secrets in a real Secret Service, and what happens where there is none or it does not answer."""

import json
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.auth.kept import name_of
from app.auth.tokens import Tokens
from tests.desktop.machine import ROOT, WITHIN_S, Running, environment, until
from tests.practice import Practice
from tests.sessions import profile

pytestmark = pytest.mark.desktop

STEPS = """
import asyncio, json, sys, time
from app.core.keys import Keys, NoKeyring

async def main():
    keys, said = Keys(within_s=float(sys.argv[1])), []
    for step, *words in json.loads(sys.argv[2]):
        began = time.monotonic()
        try:
            answer = await getattr(keys, step)(*words)
        except NoKeyring:
            answer = "NoKeyring"
        said.append([answer, time.monotonic() - began])
    print(json.dumps(said), flush=True)

asyncio.run(main())
"""

LOCK = """
import secretstorage
bus = secretstorage.dbus_init()
collection = secretstorage.get_default_collection(bus)
collection.lock()
print(collection.is_locked())
bus.close()
"""

STORE = """
import asyncio, json, sys
from pathlib import Path
from app.core.keys import Keys
from app.core.store.opening import open_store

async def main():
    opened = await open_store(Path(sys.argv[1]), Keys(), "person")
    before = await opened.store.drafts()
    opened.store.put_draft("note", sys.argv[2])
    await opened.store.close()
    print(json.dumps([opened.store.is_kept, opened.set_aside is not None, before]))

asyncio.run(main())
"""


def steps(env: dict[str, str], *wanted: list[str], within_s: float = 5.0) -> list[Any]:
    """What Keys answers, step by step, in a process of its own."""
    return [answer for answer, _seconds in timed_steps(env, *wanted, within_s=within_s)]


def timed_steps(env: dict[str, str], *wanted: list[str], within_s: float = 5.0) -> list[Any]:
    done = subprocess.run(
        [sys.executable, "-c", STEPS, str(within_s), json.dumps(wanted)],
        env=env, cwd=ROOT, capture_output=True, text=True, timeout=WITHIN_S, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    answers: list[Any] = json.loads(done.stdout)
    return answers


def test_a_secret_is_kept_until_it_is_forgotten(desktop: dict[str, str]) -> None:
    assert steps(desktop, ["read", "a"], ["write", "a", "geheim ✓"], ["read", "a"]) == [
        None,
        None,
        "geheim ✓",
    ]
    # Another process, as after a restart.
    later = steps(
        desktop, ["read", "a"], ["read", "b"], ["write", "a", "new"], ["read", "a"], ["forget", "a"]
    )
    assert later == ["geheim ✓", None, None, "new", None]
    assert steps(desktop, ["read", "a"], ["forget", "a"]) == [None, None]


def test_a_locked_keyring_is_none_and_holds_up_nobody(desktop: dict[str, str]) -> None:
    assert steps(desktop, ["write", "a", "secret"], ["read", "a"]) == [None, "secret"]
    done = subprocess.run(
        [sys.executable, "-c", LOCK],
        env=desktop, cwd=ROOT, capture_output=True, text=True, timeout=WITHIN_S, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")
    # Nobody is there to type the keyring's password.
    wanted = [["read", "a"], ["write", "a", "other"], ["forget", "a"]]
    # SecretStorage forgets a socket when it is refused.
    env = {**desktop, "PYTHONWARNINGS": "ignore::ResourceWarning"}
    for answer, seconds in timed_steps(env, *wanted, within_s=2.0):
        assert answer == "NoKeyring"
        assert seconds < 3.0


def test_a_bus_without_a_secret_service_is_no_keyring(bus: str, tmp_path: Path) -> None:
    # SecretStorage forgets a socket when it finds nobody.
    env = environment(
        tmp_path / "other", DBUS_SESSION_BUS_ADDRESS=bus, PYTHONWARNINGS="ignore::ResourceWarning"
    )
    assert steps(env, ["read", "a"]) == ["NoKeyring"]


def test_no_session_bus_is_no_keyring_and_said_at_once(tmp_path: Path) -> None:
    ((answer, seconds),) = timed_steps(environment(tmp_path), ["write", "a", "secret"])
    assert answer == "NoKeyring"
    assert seconds < 2.0


@pytest.mark.parametrize("backend", ["keyring.backends.null.Keyring", "keyring.backends.fail.Keyring"])
def test_a_back_end_that_keeps_nothing_is_refused(desktop: dict[str, str], backend: str) -> None:
    env = {**desktop, "PYTHON_KEYRING_BACKEND": backend}
    wanted = [["write", "a", "secret"], ["read", "a"], ["forget", "a"]]
    assert steps(env, *wanted) == ["NoKeyring"] * 3


def test_a_back_end_that_hangs_holds_up_neither_answer_nor_exit(tmp_path: Path) -> None:
    (tmp_path / "hanging.py").write_text(
        textwrap.dedent("""
            import threading
            from keyring.backend import KeyringBackend

            class Hanging(KeyringBackend):
                # One that is trusted, and asks for a password that nobody types.
                __module__ = "keyring.backends.SecretService"
                priority = 1

                def get_password(self, service, username):
                    threading.Event().wait()

                set_password = delete_password = get_password
            """)
    )
    env = environment(tmp_path, PYTHON_KEYRING_BACKEND="hanging.Hanging", PYTHONPATH=str(tmp_path))
    command = [sys.executable, "-c", STEPS, "0.5", '[["read", "a"]]']
    with subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ((answer, seconds),) = json.loads(process.stdout.readline())
        answered = time.monotonic()
        assert process.wait(WITHIN_S) == 0
        assert time.monotonic() - answered < 1.0
    assert answer == "NoKeyring"
    assert 0.5 <= seconds < 1.5


def test_signed_in_again_without_a_password(
    desktop: dict[str, str], clinic: Practice, tmp_path: Path
) -> None:
    user = clinic.user("provider")
    env = {**desktop, "QT_QPA_PLATFORM": "offscreen"}
    words = [clinic.api, clinic.portal, clinic.account, user["username"]]
    settings = Path(env["VESTIBULE_HOME"]) / "settings.toml"
    with_password = {**env, "VESTIBULE_PASSWORD": user["password"]}
    with Running(["-m", "tests.desktop.sign_in_window", *words], with_password, tmp_path) as first:
        # The settings are written when the session has been kept.
        until(settings.exists, "the settings")
        until(lambda: clinic.asked("visits.list"), "the queue")
        quits(first)
    assert clinic.asked("auth.login") == 1
    clinic.forget()

    with Running(["-m", "ui.main"], env, tmp_path) as second:
        until(lambda: clinic.asked("visits.list"), "the queue")
        quits(second)
    assert clinic.asked("auth.login") == 0
    assert all(entry["token_fingerprint"] for entry in clinic.log() if entry["key"] == "visits.list")

    name = name_of(profile(clinic), user["username"])
    (kept,) = steps(desktop, ["read", name])
    tokens = msgspec.json.decode(kept, type=Tokens)
    secrets = [tokens.token.encode(), user["password"].encode()]
    secrets += [tokens.refresh_token.encode()] if tokens.refresh_token else []
    files = [path for path in Path(env["HOME"]).rglob("*") if path.is_file()]
    assert settings in files
    assert any(path.suffix == ".keyring" for path in files)
    for path in files:
        assert not [secret for secret in secrets if secret in path.read_bytes()], path


def test_the_stores_key_is_made_used_again_and_without_it_the_file_is_set_aside(
    desktop: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "stores"

    def opens(words: str) -> list[Any]:
        """[is kept, set something aside, the drafts before] of one process that leaves a draft."""
        done = subprocess.run(
            [sys.executable, "-c", STORE, str(folder), words],
            env=desktop, cwd=ROOT, capture_output=True, text=True, timeout=WITHIN_S, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        answer: list[Any] = json.loads(done.stdout)
        return answer

    assert opens("first") == [True, False, {}]
    (key,) = steps(desktop, ["read", "store|person"])
    assert len(bytes.fromhex(key)) == 32
    assert opens("second") == [True, False, {"note": "first"}]
    assert steps(desktop, ["read", "store|person"], ["forget", "store|person"]) == [key, None]
    assert opens("third") == [True, True, {}]
    assert opens("fourth") == [True, False, {"note": "third"}]
    assert len(list(folder.glob("person.damaged-*.db"))) == 1
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert key.encode() not in path.read_bytes(), path
        assert bytes.fromhex(key) not in path.read_bytes(), path


def quits(running: Running) -> None:
    assert running.ends(lambda: running.process.send_signal(signal.SIGTERM)) < 2.0
    assert running.process.wait(1) == 0
    assert not [line for line in running.stderr().splitlines() if "propagateSizeHints" not in line]
