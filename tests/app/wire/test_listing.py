"""A list is whole, or it is a failure; no row is lost."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from app.core.unreadable import Unreadable
from app.errors import Broken, Uncertain
from app.users.record import Person, read_user
from app.wire.client import Reply
from app.wire.envelope import data_of
from app.wire.listing import every_page, listing, made


def reply(body: bytes) -> Reply:
    return Reply(data_of(200, body, None, needs_data=False), body)


class Directory:
    """People of a server that gives at most `most` a page, in place of the client."""

    def __init__(self, people: int, most: int = 100, total: int | None = None) -> None:
        self.people = [{"id": str(number)} for number in range(1, people + 1)]
        self.most, self.total, self.asked = most, total, 0

    async def get(self, _key: str, query: Mapping[str, Any], **_options: Any) -> Reply:
        self.asked += 1
        size = min(query["limit"], self.most)
        start = query.get("start", (query.get("page", 1) - 1) * size)
        beside = {} if self.total is None else {"total_count": self.total}
        return reply(json.dumps({"data": self.people[start : start + size], **beside}).encode())


@pytest.mark.parametrize("by_offset", [True, False])
@pytest.mark.parametrize(
    ("people", "most", "total"),
    [(0, 100, None), (7, 100, None), (40, 100, None), (150, 50, 150), (150, 50, 9_999), (60, 20, None)],
)
async def test_every_page_is_read(people: int, most: int, total: int | None, by_offset: bool) -> None:
    directory = Directory(people, most, total)
    limit = 20 if most == 20 else 100 if total else 20
    found = await every_page(
        directory,  # type: ignore[arg-type]
        "users.list",
        read_user,
        {},
        limit=limit,
        by_offset=by_offset,
    )
    assert [person.id for person in found.records] == [str(number) for number in range(1, people + 1)]


async def test_a_list_without_an_end_is_a_failure_and_not_a_part() -> None:
    class Endless(Directory):
        async def get(self, _key: str, query: Mapping[str, Any], **_options: Any) -> Reply:
            self.asked += 1
            return reply(json.dumps({"data": [{"id": f"{self.asked}-{n}"} for n in range(20)]}).encode())

    with pytest.raises(Broken):
        await every_page(Endless(0), "users.list", read_user, {}, limit=20)  # type: ignore[arg-type]


def test_one_bad_byte_costs_one_letter_and_one_bad_row_itself() -> None:
    found = listing(
        reply(b'{"data": [{"id": "1", "first_name": "Jos\xe9"}, {"x": 1}, 7]}'), read_user, "users"
    )
    assert found.records == (Person(id="1", given="Jos\N{REPLACEMENT CHARACTER}"),)
    assert [type(row) for row in found.unreadable] == [Unreadable, Unreadable]
    assert found.unreadable[0].complaint == "users[1].id is missing"


@pytest.mark.parametrize("body", [b'{"data": true}', b'{"data": {}}', b"{}"])
def test_an_act_without_a_record_is_uncertain(body: bytes) -> None:
    with pytest.raises(Uncertain):
        made(reply(body), read_user, "user")
