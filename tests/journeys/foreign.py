"""A client by somebody else: bare httpx, written from the vendor's documentation and decisions.md alone.

It imports nothing of the program; it starts the practice clinic as a user would and reads its first line.
"""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from itertools import count
from typing import Any

import httpx

Json = Any
ENCODINGS = ("json", "form", "multipart")
# Real clients send all four headers on every call, and more (README §4).
SUPERFLUOUS = {"X-Requested-With": "XMLHttpRequest", "X-RoomCode": "k7m2p", "X-Trace": "1"}
HEX32 = re.compile(r"[0-9a-f]{32}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SERIAL = count(1)


@contextmanager
def served() -> Iterator[dict[str, Json]]:
    """The first line of `vestibule sandbox`; at the end it goes quietly."""
    command = [sys.executable, "-m", "ui.main", "sandbox", "--port", "0", "--speed", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line, "the practice clinic did not start"
            yield json.loads(line)
        finally:
            process.send_signal(signal.SIGTERM)
            _, complaints = process.communicate(timeout=10)
    assert (process.returncode, complaints) == (0, b"")


class Foreign:
    """Asks one server in one way. encoding: of its bodies; suffix: "" or ".json", behind every path."""

    def __init__(self, line: dict[str, Json], encoding: str = "json", suffix: str = "") -> None:
        self.line, self.encoding, self.suffix = line, encoding, suffix
        self.http = httpx.Client(timeout=10, follow_redirects=False)
        self.admin: str = line["admin_token"]
        self.room: str = line["room"]
        self._tokens: dict[tuple[str, int], str] = {}

    def close(self) -> None:
        self.http.close()

    def ask(
        self, method: str, path: str, token: str = "", body: Json = None, encoding: str = "", **query: Json
    ) -> httpx.Response:
        """One request. A path with a scheme is taken as it is."""
        url = path if "://" in path else f"{self.line['api']}{path}{self.suffix}"
        headers = {
            "X-AccountCode": self.line["account"],
            "X-ApiKey": self.line["api_key"],
            "X-ApiSecret": self.line["api_secret"],
            **SUPERFLUOUS,
            **({"X-ApiToken": token} if token else {}),
        }
        content = {} if body is None else encoded(encoding or self.encoding, body)
        return self.http.request(method, url, headers=headers, params=query or None, **content)

    def get(self, path: str, token: str = "", **query: Json) -> Json:
        """The `data` of a reading call."""
        return data(self.ask("GET", path, token, **query))

    def post(self, path: str, token: str = "", body: Json = None, **query: Json) -> Json:
        """The `data` of an action."""
        return data(self.ask("POST", path, token, body or {}, **query))

    def token(self, role: str, number: int = 0) -> str:
        """The token of a user of the first line, by `auth.login`."""
        if (role, number) not in self._tokens:
            user = [user for user in self.line["users"] if user["role"] == role][number]
            body = {"username": user["username"], "password": user["password"]}
            self._tokens[role, number] = self.post("users/login", body=body)["token"]["token"]
        return self._tokens[role, number]

    def sso(self, kind: int, **more: Json) -> dict[str, Json]:
        """A new person by `auth.sso` (auth.md §1): 200 patient, 400 provider, 600 guest."""
        body = {"first_name": "Petra", "last_name": "Lind", "type": kind, **more}
        if kind != 600:
            body = {"code": f"foreign-{next(_SERIAL)}", **body}
        found: dict[str, Json] = self.post("users/sso", body=body, fields="vsee")
        return found

    def patient(self, **more: Json) -> tuple[str, str]:
        """Id and token of a new patient."""
        person = self.sso(200, dob="1990-02-03", gender="female", **more)
        return person["id"], person["token"]["token"]

    def intake(self, token: str, **more: Json) -> str:
        """A new intake's id."""
        body = {"room_code": self.room, "type": 1, "reason_for_visit": "Cough", **more}
        return str(self.post("intakes", token, body)["id"])

    def walkin(self, token: str, **more: Json) -> str:
        """The id of a new visit of the patient with this token."""
        body = {"intake_id": self.intake(token), "room_code": self.room, **more}
        return str(self.post("visits/add_walkin", token, body)["id"])

    def slots(self, token: str, member: str, intake: str, room: str = "") -> list[dict[str, Json]]:
        """Free times of the next 7 days for the room's first consultation (visits.md §6)."""
        code = room or self.room
        consultation = self.get(f"rooms/{code}")["payment"]["consultations"][0]
        now = self.now()
        found = self.get(
            "availability",
            token,
            member_id=member,
            start=now,
            end=now + 604_800,
            duration=consultation["duration"],
            consultation_id=consultation["id"],
            intake_id=intake,
            room_code=code,
        )
        return [slot for slot in found if slot["slot_available"]]

    def appointment(self, token: str, member: str, room: str = "") -> dict[str, Json]:
        """A booked visit, at the first free time."""
        code = room or self.room
        intake = self.intake(token, type=2, room_code=code)
        slot = self.slots(token, member, intake, code)[0]
        times = {"slot_start": slot["slot_start"], "slot_end": slot["slot_end"]}
        body = {"intake_id": intake, "room_code": code, "type": 2, **times}
        visit: dict[str, Json] = self.post(
            "visits", token, {**body, "provider_id": slot["provider_id"], "member_id": member}
        )
        return visit

    def now(self) -> int:
        """The server's time, Unix s."""
        return int(parsedate_to_datetime(self.ask("GET", "rooms").headers["date"]).timestamp())

    def page(self, token: str, path: str) -> httpx.Response:
        """What a browser shows that was sent to `{portal}auth` with a fresh token (auth.md §4)."""
        with httpx.Client(follow_redirects=True, timeout=10) as browser:
            return browser.get(
                self.line["portal"] + "auth", params={"sso_token": token, "next": path, "x": "1"}
            )


def encoded(encoding: str, body: dict[str, Json]) -> dict[str, Json]:
    """The body in one of the three encodings; forms hold texts, nested ones by a literal dot."""
    if encoding == "json":
        return {"json": body}
    fields = flat(body)
    if encoding == "form":
        return {"data": fields}
    return {"files": {name: (None, value) for name, value in fields.items()}}


def flat(body: dict[str, Json], before: str = "") -> dict[str, str]:
    """Form fields: `meta.category`, lists as `a,b` or JSON, truth as `true`."""
    fields: dict[str, str] = {}
    for name, value in body.items():
        if isinstance(value, dict):
            fields |= flat(value, f"{before}{name}.")
        elif isinstance(value, list):
            plain = all(isinstance(part, str | int) for part in value)
            fields[before + name] = ",".join(map(str, value)) if plain else json.dumps(value)
        else:
            fields[before + name] = str(value).lower() if isinstance(value, bool) else str(value)
    return fields


def data(reply: httpx.Response) -> Json:
    """`data` of a success: HTTP 200 and no bad `code` at the top level (README §6)."""
    assert reply.status_code == 200, (reply.request.url, reply.text)
    body = reply.json()
    assert body.get("code", 200) == 200, body
    return body["data"]
