"""A command as a script sees it: a real process, its output and its exit code."""

import os
import subprocess
import sys
from typing import Any

from tests.practice import Practice

WITHIN_S = 20


def command(*arguments: str, stdin: Any = None, **environment: str) -> subprocess.Popen[str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("VESTIBULE_")}
    if "VESTIBULE_HOME" in os.environ:
        plain["VESTIBULE_HOME"] = os.environ["VESTIBULE_HOME"]
    return subprocess.Popen(
        [sys.executable, "-m", "ui.main", *arguments],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**plain, "PYTHONWARNINGS": "error", **environment},
    )


def run(*arguments: str, given: str | None = None, **environment: str) -> tuple[int, str, str]:
    """given: on its standard input."""
    process = command(*arguments, stdin=None if given is None else subprocess.PIPE, **environment)
    out, err = process.communicate(given, timeout=WITHIN_S)
    return process.returncode, out, err


def at(clinic: Practice, what: str = "queue") -> tuple[str, ...]:
    return (what, "--api", clinic.api, "--account", clinic.account)


def who(clinic: Practice, password: str | None = None) -> dict[str, str]:
    user = clinic.users[0]
    return {"VESTIBULE_USERNAME": user["username"], "VESTIBULE_PASSWORD": password or user["password"]}
