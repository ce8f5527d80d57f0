"""Every quirk of README §8 is in the replies of `vestibule sandbox`, in each form that it names."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.journeys.foreign import UUID, Foreign

Row = dict[str, Any]
MISSING = "missing"


@dataclass
class Replies:
    """Real replies of one clinic, read once."""

    listed: list[Row] = field(default_factory=list)
    visits: list[Row] = field(default_factory=list)
    intakes: list[Row] = field(default_factory=list)
    users: list[Row] = field(default_factory=list)
    users_reply: Row = field(default_factory=dict)
    rooms: list[Row] = field(default_factory=list)
    providers: list[Row] = field(default_factory=list)
    insurances: list[Row] = field(default_factory=list)
    prescriptions: list[Row] = field(default_factory=list)
    pharmacies: list[Row] = field(default_factory=list)
    payments: list[Row] = field(default_factory=list)
    account: Row = field(default_factory=dict)
    uploaded: Row = field(default_factory=dict)
    files: list[Row] = field(default_factory=list)
    files_text: str = ""
    endpoints: list[Row] = field(default_factory=list)
    endpoints_text: str = ""

    @property
    def attachments(self) -> list[Row]:
        return [row for intake in self.intakes for row in intake.get("attachments") or []]


@pytest.fixture(scope="module")
def they(line: dict[str, Any]) -> Iterator[Foreign]:
    client = Foreign(line)
    yield client
    client.close()


@pytest.fixture(scope="module")
def seen(they: Foreign) -> Replies:
    admin = they.token("clinic_admin")
    found = Replies(account=they.get("accounts/-", admin))
    found.listed = they.get("visits", admin)
    found.visits = [they.get(f"visits/{row['id']}", admin) for row in found.listed]
    found.intakes = [they.get(f"intakes/{row['intake']['id']}", admin) for row in found.visits]
    found.users_reply = they.ask("GET", "users", admin, limit=100).json()
    found.users = [they.get(f"users/{row['id']}", admin) for row in found.users_reply["data"]]
    for row in they.get("rooms"):
        found.rooms.append(they.get(f"rooms/{row['code']}"))
        found.providers += they.get(f"rooms/{row['code']}/providers")
    for user in found.users:
        if user["type"] == 200:
            found.insurances += they.get(f"users/{user['id']}/insurances", admin)
            found.prescriptions += they.get(f"users/{user['id']}/prescriptions", admin)
    found.pharmacies = they.get("pharmacies", admin, q="ph", limit=100)
    found.payments = they.get("payments", admin, limit=100)

    _, patient = they.patient()
    upload = they.http.post(
        they.line["api"] + "files",
        headers={"X-ApiToken": patient},
        files={"file": ("letter.txt", b"text")},
        data={"meta.category": "user_document"},
    )
    found.uploaded = upload.json()["data"]
    found.files_text = they.ask("GET", "files", patient).text
    found.files = json.loads(found.files_text)["data"]
    they.post("endpoints", patient, {"key": "device", "type": 30})
    found.endpoints_text = they.ask("GET", "endpoints", patient).text
    found.endpoints = json.loads(found.endpoints_text)["data"]
    return found


def forms(rows: Iterable[Any], key: str) -> set[Any]:
    """The JSON types a key has in some records; None for null, "missing" for no key."""
    values = [row.get(key, MISSING) for row in rows if isinstance(row, dict)]
    return {value if value is None or value == MISSING else type(value) for value in values}


def within(rows: Iterable[Row], key: str) -> list[Any]:
    return [row[key] for row in rows if key in row]


def numbers_as_text(seen: Replies) -> bool:
    return all(forms(seen.visits, key) >= {int, str} for key in ("type", "status", "start", "end"))


def epochs(seen: Replies) -> bool:
    texts = [row for row in seen.visits if isinstance(row["start"], str)]
    return bool(texts) and forms(texts, "created") == forms(texts, "modified") == {int}


def ids_are_text(seen: Replies) -> bool:
    digits = [row["id"] for row in (*seen.visits, *seen.users, *seen.rooms)]
    offered = [row for room in seen.rooms for row in room["payment"]["consultations"]]
    uuids = [row["id"] for row in (*seen.files, *seen.intakes, *seen.endpoints, seen.account, *offered)]
    return all(re.fullmatch(r"\d+", one) for one in digits) and all(UUID.fullmatch(one) for one in uuids)


def two_ids(seen: Replies) -> bool:
    twice = all(row["id"] == row["_id"] for row in seen.visits)
    return (
        twice and bool(seen.attachments) and all("_id" in row and "id" not in row for row in seen.attachments)
    )


def seconds_and_microseconds(seen: Replies) -> bool:
    times = [row[key] for row in seen.attachments for key in ("created", "modified")]
    return bool(times) and all(
        time.keys() == {"sec", "usec"} and all(type(part) is int for part in time.values()) for time in times
    )


def unset_in_four_ways(seen: Replies) -> bool:
    values = [row.get(key, MISSING) for row in seen.visits for key in ("specialty_id", "completed_by")]
    bios = within(seen.providers, "short_bio")
    return (
        {None, "", MISSING, False} <= set(values)
        and False in bios
        and forms(seen.providers, "short_bio") == {bool, str}
        and forms(seen.providers, "status") == {bool}
    )


def array_for_object(seen: Replies) -> bool:
    return forms((row for row in seen.users if row["type"] == 200), "extra") >= {list, dict}


def escaped_slashes(seen: Replies) -> bool:
    assert "arn:aws" in seen.endpoints_text
    return r"http:\/\/" in seen.files_text and r"\/" in seen.endpoints_text


def unknown_keys(seen: Replies) -> bool:
    kept = any(key.startswith("custom_") for row in seen.intakes for key in row)
    return kept and "vendor_flags" in {key for row in seen.visits for key in row}


def gender_as_number(seen: Replies) -> bool:
    return {1, 2} <= set(within(seen.users, "gender")) and str not in forms(seen.users, "gender")


def type_and_subtype(seen: Replies) -> bool:
    return forms(seen.users, "type") == {int} and {"482", ""} <= set(within(seen.users, "subtype"))


def providers_of_a_room(seen: Replies) -> bool:
    return all(
        isinstance(row["users"], str) and row["users"].split(",") == row["provider_ids"] for row in seen.rooms
    )


def provider_in_an_intake(seen: Replies) -> bool:
    inside = [row for row in seen.intakes if row.get("provider")]
    return (
        bool(inside)
        and not any("provider_id" in row for row in seen.intakes)
        and any(row.get("provider_id") for row in seen.visits)
    )


def subscriber_names(seen: Replies) -> bool:
    return {"subscriber_number", "subscriber_num"} <= {key for row in seen.insurances for key in row}


def amounts(seen: Replies) -> bool:
    offered = [row["amount"] for room in seen.rooms for row in room["payment"]["consultations"]]
    asked = [row["payment"]["amount"] for row in seen.visits]
    return (
        all(type(amount) in (int, float) for amount in offered)
        and all(re.fullmatch(r"\d+\.\d\d", amount) for amount in asked)
        and "00.00" in asked
    )


def currencies(seen: Replies) -> bool:
    prices = [row["payment"] for row in seen.rooms]
    return {"USD", "$"} <= {*within(prices, "currency"), *within(prices, "paymentCurrency")}


def zips(seen: Replies) -> bool:
    whole = [code for code in within(seen.pharmacies, "zip") if type(code) is int]
    return min(whole) < 10_000 <= max(whole) and str in forms(seen.users, "zip")


def meetings(seen: Replies) -> bool:
    rows = [row.get("meeting") for row in seen.visits]
    return forms(rows, "conference_pin") == {int, str} and forms(rows, "phone_numbers") == {dict, list}


def mixed_case(seen: Replies) -> bool:
    written = {key for row in seen.prescriptions for key in row}
    return {"PrescriberName", "DaysSupply", "Directions"} <= written and forms(
        seen.intakes, "bookedByProvider"
    ) == {bool}


def cancelled_in_lists(seen: Replies) -> bool:
    return 40 in [int(status) for status in within(seen.listed, "status")]


def poorer_rows(seen: Replies) -> bool:
    details = {row["id"]: row for row in seen.visits}
    return all(
        any(key not in row and key in details[row["id"]] for row in seen.listed)
        for key in ("start", "end", "actual_start", "actual_end")
    ) and not any("provider_ids" in row or "timezone" in row for row in seen.users_reply["data"])


def two_names(seen: Replies) -> bool:
    intake_keys = {key for row in seen.intakes for key in row}
    prices = {key for row in seen.rooms for key in row["payment"]}
    closed = [row["operation_settings"] for row in seen.rooms]
    return (
        {"reasonforvisit", "reason_for_visit", "room", "room_code"} <= intake_keys
        and {"paymentCurrency", "currency"} <= prices
        and any(row["close_msg"] and row["close_message"]["html"] for row in closed)
        and seen.users_reply["total_count"] == seen.users_reply["total"] == len(seen.users)
    )


def note_inside(seen: Replies) -> bool:
    return all(row["payment"]["__note__"] for row in seen.rooms)


def two_creators(seen: Replies) -> bool:
    listed = {frozenset(row["creator"]) for row in seen.files}
    return seen.uploaded["creator"].keys() == {"id", "username", "email", "full_name"} and listed == {
        frozenset({"username", "type", "full_name"})
    }


QUIRKS: tuple[Callable[[Replies], bool], ...] = (
    numbers_as_text,
    epochs,
    ids_are_text,
    two_ids,
    seconds_and_microseconds,
    unset_in_four_ways,
    array_for_object,
    escaped_slashes,
    unknown_keys,
    gender_as_number,
    type_and_subtype,
    providers_of_a_room,
    provider_in_an_intake,
    subscriber_names,
    amounts,
    currencies,
    zips,
    meetings,
    mixed_case,
    cancelled_in_lists,
    poorer_rows,
    two_names,
    note_inside,
    two_creators,
)


def test_there_are_twenty_four() -> None:
    assert len(QUIRKS) == 24


@pytest.mark.parametrize("number", range(1, 25))
def test_quirks_table(seen: Replies, number: int) -> None:
    assert QUIRKS[number - 1](seen)


@pytest.mark.parametrize("gender", ["female", 2, "2"])
def test_gender_as_text_is_accepted(they: Foreign, gender: Any) -> None:
    """Quirk 10, the way in."""
    person = they.sso(200, gender=gender)
    assert they.get("users/-", person["token"]["token"])["gender"] == 2
