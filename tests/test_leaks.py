"""The look at what leaves the program sees what is planted; each test of the suite ends with it."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from app.sandbox.people import PASSWORD
from tests.conftest import WATCH
from tests.leaks import leaks_under, tokens, words

MIRA = "Okafor"
NOTHING = [sys.executable, "-c", "pass"]


def test_it_knows_whom_to_look_for() -> None:
    assert words().findall(f"{MIRA} 1984-05-09 Haddad okafor Okaforx") == [MIRA, "1984-05-09"]
    assert len(tokens()) == 800


@pytest.mark.logs
@pytest.mark.parametrize("words_of_it", [f"{MIRA} waits", f"born 1984-05-09, {MIRA}"])
def test_a_log_record_that_names_somebody_is_seen(words_of_it: str) -> None:
    logging.getLogger("vestibule").warning("visit of %s", words_of_it)
    assert f"{MIRA} in a log record" in WATCH.take()
    logging.getLogger("somebody.else").warning("visit", extra={"about": words_of_it})
    assert f"{MIRA} in a log record" in WATCH.take()


def test_arguments_and_environment_of_a_child_are_seen() -> None:
    token = min(tokens())
    subprocess.run([*NOTHING, f"--patient={MIRA}", token], check=True)
    assert WATCH.take() == [f"{MIRA} in an argument", f"{token} in an argument"]
    subprocess.run(NOTHING, env={"SOMEBODY": MIRA}, check=True)
    assert WATCH.take() == [f"{MIRA} in an environment"]
    for argument, environment in ((PASSWORD, {}), ("-", {"PASSWORD": PASSWORD})):
        subprocess.run([*NOTHING, argument], env=environment, check=True)
        assert WATCH.take() == ["the password of a child"]
    subprocess.run(NOTHING, env={"VESTIBULE_PASSWORD": PASSWORD}, check=True)
    subprocess.run([*NOTHING, "the practice clinic"], check=True)
    assert WATCH.take() == []


def test_files_of_a_home_are_seen_and_those_of_a_person_are_not(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"
    (home / "logs").mkdir(parents=True)
    (tmp_path / "my-list.csv").write_text(MIRA)
    (home / "settings.toml").write_text('username = "noor.haddad"')
    assert list(leaks_under(tmp_path)) == []
    for name in ("logs/crash.txt", "stores.db", f"{MIRA}.txt"):
        path = home / name
        path.write_text(f"name = {MIRA}" if MIRA not in name else "")
        assert list(leaks_under(tmp_path)) == [f"{MIRA} in deep/home/{name}"]
        path.unlink()
