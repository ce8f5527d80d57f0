"""Reading files: only a missing id makes a row unreadable, and a link shows itself nowhere."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.unreadable import Unreadable
from app.files.record import File, read_file
from app.wire.reader import Row
from tests.app.wire.test_reader import JSON

LINK = "https://clinic.test/files/view/f-1?auth_code=5ec7e7&time=1767225600"
ROW: dict[str, Any] = {
    "id": "f-1",
    "name": "rash.png",
    "size": 6217,
    "ext": "png",
    "fullpath": LINK,
    "meta": {
        "category": "user_document",
        "target": {"id": "7301", "type": "user"},
        "account": {"code": "harbor"},
        "visible": True,
    },
    "creator": {"username": "mira.okafor", "type": 200, "full_name": "Mira Okafor"},
    "is_deletable": False,
    "created": 1767225600,
}


def read(**changes: Any) -> File:
    values = {key: value for key, value in {**ROW, **changes}.items() if value != "drop"}
    file = read_file(Row(values, "file"))
    assert isinstance(file, File)
    return file


def test_a_file() -> None:
    file = read()
    assert (file.name, file.size, file.ext, file.link) == ("rash.png", 6217, "png", LINK)
    assert (file.category, file.target_type, file.target_id) == ("user_document", "user", "7301")
    assert (file.creator_id, file.creator_username) == ("", "mira.okafor")
    assert read(creator={"id": 7301}).creator_id == "7301"
    assert (file.visible, file.creator, file.is_deletable) == (True, "Mira Okafor", False)
    assert (file.created, file.unread) == (1767225600, ())


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"id": "drop", "_id": "f-2"}, "id", "f-2"),
        ({"created": {"sec": 1767225600, "usec": 421000}}, "created", 1767225600),
        (
            {"creator": {"id": "7301", "username": "mira.okafor", "email": "", "full_name": ""}},
            "creator",
            "mira.okafor",
        ),
        ({"creator": []}, "creator", ""),
        ({"meta": []}, "category", ""),
        ({"meta": {"category": "lab_result"}}, "category", "lab_result"),
        ({"meta": {}}, "visible", None),
        ({"is_deletable": "drop"}, "is_deletable", None),
        ({"size": "6217"}, "size", 6217),
        ({"size": 0}, "size", 0),
        ({"size": "drop"}, "size", None),
        ({"size": -1}, "size", None),
        ({"ext": ".PNG"}, "ext", "png"),
    ],
)
def test_quirks(changes: dict[str, Any], field: str, value: Any) -> None:
    file = read(**changes)
    assert getattr(file, field) == value
    assert file.unread == ()


def test_the_link_shows_itself_nowhere() -> None:
    file = read()
    for shown in (repr(file), str(file), f"{file}", repr([file])):
        assert "5ec7e7" not in shown
        assert "view" not in shown
        assert "rash.png" in shown
    assert "5ec7e7" not in repr(read_file(Row({"fullpath": LINK}, "file")))


def test_another_link_makes_no_other_file() -> None:
    assert read(fullpath=LINK + "0") == read()
    assert hash(read(fullpath="drop")) == hash(read())
    assert read(name="elbow.png") != read()
    assert read() != "f-1"


def test_what_cannot_be_understood_is_named_and_the_rest_stays() -> None:
    file = read(size="large", created="yesterday", name=["x"])
    assert file.unread == (
        "file.name is no text",
        "file.size is no whole number",
        "file.created is no moment in time",
    )
    assert file.ext == "png"


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from([*ROW, "_id"]), JSON, max_size=6))
def test_any_mutation_is_a_file_or_unreadable(mutation: dict[str, Any]) -> None:
    file = read_file(Row(json.loads(json.dumps({**ROW, **mutation})), "file"))
    assert isinstance(file, File | Unreadable)
    repr(file), hash(file)


@settings(max_examples=200)
@given(JSON)
def test_any_json_is_a_file_or_unreadable(value: Any) -> None:
    assert isinstance(read_file(Row(value, "file")), File | Unreadable)
