"""A practice clinic in its own process for one test, and the hand that moves it."""

import json
import subprocess
import sys
from typing import Any, Self

import httpx

START = 1_780_000_000


class Practice:
    """A running practice clinic whose time stands still until `advance`. start: its time, Unix s."""

    def __init__(
        self,
        visits: int | None = None,
        port: int = 0,
        largest_file: int | None = None,
        start: int = START,
    ) -> None:
        options = [f"--port={port}", "--speed=0", f"--start={start}", "--exit-with-stdin"]
        options += [f"--visits={visits}"] if visits else []
        options += [f"--largest-file={largest_file}"] if largest_file else []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.sandbox", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            self.process.communicate()
            raise AssertionError("the practice clinic did not start")
        facts = json.loads(line)
        self.api: str = facts["api"]
        self.portal: str = facts["portal"]
        self.claims: str = facts["claims"]
        self.nppes: str = facts["nppes"]
        self.messenger: str = facts["messenger"]
        self.account: str = facts["account"]
        self.admin_token: str = facts["admin_token"]
        self.api_key: str = facts["api_key"]
        self.api_secret: str = facts["api_secret"]
        self.room: str = facts["room"]
        self.users: list[dict[str, str]] = facts["users"]
        self._control = httpx.Client(
            base_url=self.portal + "sandbox/", headers={"X-ApiToken": facts["admin_token"]}, timeout=10
        )

    @property
    def port(self) -> int:
        return httpx.URL(self.api).port or 0

    def user(self, role: str, number: int = 0) -> dict[str, str]:
        return [user for user in self.users if user["role"] == role][number]

    def choose(self, **settings: Any) -> None:
        """The clinic chooses; two underscores stand for a dot: session__idle_timeout__duration."""
        self._post("account", {path.replace("__", "."): value for path, value in settings.items()})

    def end_sign_ins(self, user: str) -> None:
        """The clinic ends every sign-in of a user; they may sign in again."""
        self._post("person", {"person": user, "signed_in": False})

    def give_subtype(self, user: str, subtype: str) -> None:
        """A user does something else at the clinic from now on (api/users.md §1)."""
        self._post("person", {"person": user, "subtype": subtype})

    def disable(self, user: str) -> None:
        """The clinic lets a user sign in no more; who has is signed in still."""
        self._post("person", {"person": user, "active": False})

    def advance(self, seconds: float) -> None:
        """Time passes at the clinic."""
        self._post("clock", {"advance": seconds})

    def do(self, what: str, **details: Any) -> dict[str, Any]:
        """One exact thing happens there."""
        return self._post("do", {"what": what, **details})

    def weather(self, kind: str, match: str = "*", **details: Any) -> None:
        """From now on requests meet this weather."""
        self._post("weather", {"kind": kind, "match": match, **details})

    def clear(self) -> None:
        """Fair weather."""
        self._post("weather", {"clear": True})

    def log(self) -> list[dict[str, Any]]:
        """What was asked since the last `forget`, oldest first."""
        reply = self._control.get("log")
        found: list[dict[str, Any]] = reply.json()["data"]
        return found

    def asked(self, key: str) -> int:
        """How often an endpoint was asked."""
        return sum(entry["key"] == key for entry in self.log())

    def forget(self) -> None:
        self._post("log/clear", {})

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self._control.get("state").json()["data"]
        return found

    def status(self, visit_id: str) -> int:
        """A visit's status as the server has it."""
        return int(next(visit["status"] for visit in self.state()["visits"] if visit["id"] == visit_id))

    def stop(self) -> None:
        """The server is gone."""
        self.process.terminate()
        self.process.wait(5)

    def close(self) -> None:
        self._control.close()
        with self.process:  # Its pipes are closed, however it ends.
            self.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        reply = self._control.post(path, json=body)
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.json()["data"]
        return found
