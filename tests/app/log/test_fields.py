"""The allow-list: nothing that anybody typed gets into a line, whatever field it is given as."""

import json
import logging
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.action import State
from app.core.connection import Light
from app.errors import Refused
from app.log.code import class_name, frames
from app.log.events import EVENTS, made
from app.log.fields import FIELDS, MOST, Reference, hashed, template
from app.log.lines import Lines, read

NEEDLE = "Okafor"
hostile_texts = st.builds(
    lambda before, after: before + NEEDLE + after,
    st.text(string.printable + "é\u202e\ud83d\x00", max_size=12),
    st.sampled_from(
        ["", "?token=abc", ".db", "/visits", ':7", "event": "fault', "\n{}", ".com/visits", "@x"]
    ),
)
hostile_urls = st.builds(
    "{}://{}{}/visits/{}?name={}#{}".format,
    st.sampled_from(["https", "http", "file", "vsee"]),
    st.sampled_from(["", "user:pass@", f"{NEEDLE}@"]),
    st.sampled_from([f"{NEEDLE}.vsee.me", "api.vsee.me", f"{NEEDLE}.example", "127.0.0.1", "["]),
    hostile_texts,
    hostile_texts,
    hostile_texts,
)


class Text(str):
    """A text that lies about what it equals."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return True


hostile = st.one_of(
    hostile_texts,
    hostile_urls,
    hostile_texts.map(Text),
    st.lists(hostile_texts, max_size=3),
    st.dictionaries(hostile_texts, hostile_texts, max_size=2),
    st.lists(st.tuples(hostile_texts, st.integers()), max_size=3),
    hostile_texts.map(lambda text: type("".join(filter(str.isidentifier, text)) or "x", (Exception,), {})),
    hostile_texts.map(ValueError),
    st.integers(min_value=MOST + 1),
    st.floats(allow_nan=True).filter(lambda number: not 0 <= number <= MOST),
)


def line_of(name: str, fields: dict[str, object]) -> str:
    event = made(name, fields)
    record = logging.LogRecord("vestibule", logging.INFO, __file__, 1, event, None, None)
    return Lines().format(record)


@given(st.sampled_from(sorted(FIELDS)), hostile)
def test_no_hostile_value_is_written_by_any_field(name: str, value: object) -> None:
    line = line_of("poll.failed", {name: value})
    assert NEEDLE.lower() not in line.lower()
    assert len(line.splitlines()) == 1
    told = json.loads(line)
    assert read(line) == told
    assert type(value) is not int or name not in told


@given(hostile_texts, hostile)
def test_a_field_of_another_name_is_dropped_and_counted(name: str, value: object) -> None:
    told = json.loads(line_of("poll.failed", {name: value, "status": 503}))
    assert told["dropped"] == 1
    assert told["status"] == 503
    assert set(told) == {"at", "level", "event", "status", "dropped"}


@given(hostile_texts)
def test_an_event_of_another_name_is_unknown(name: str) -> None:
    assert made(name, {"status": 1}).to_dict() == {"event": "unknown", "dropped": 1}


def test_what_is_allowed_is_written_as_it_is() -> None:
    given_fields = {
        "kind": "offline",
        "reason": "timeout",
        "key": "visits.list",
        "status": 503,
        "seconds": 1.23456,
        "count": 0,
        "light": Light.LIVE,
        "state": State.UNKNOWN,
        "type": Refused,
        "code": "ENOSPC",
    }
    told = json.loads(line_of("poll.failed", given_fields))
    assert told | {"at": ""} == {
        "at": "",
        "level": "info",
        "event": "poll.failed",
        **given_fields,
        "seconds": 1.235,
        "light": "live",
        "state": "unknown",
        "type": "app.errors.Refused",
    }


@pytest.mark.parametrize("status", [-1, 1000, 5551234567, True, "503", 503.5e9, float("nan")])
def test_a_number_beyond_its_bounds_is_none(status: object) -> None:
    assert made("poll.failed", {"status": status}).fields == {}


def test_an_id_is_the_same_each_time_and_cannot_be_read() -> None:
    told = made("action.changed", {"id": "7301"}).fields["id"]
    assert told == made("action.changed", {"id": "7301"}).fields["id"] == hashed("7301")
    assert told != hashed("7302")
    assert "7301" not in str(told)
    assert len(str(told)) == 11


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://api.vsee.me/api_v3/visits/7301?token=abc", "https://api.vsee.me/api_v3/visits/:x"),
        ("https://api-harbor.vsee.me/api_v3/", "https://*.vsee.me/api_v3/"),
        ("https://harbor.vseepreview.com/vc/stable/", "https://*.vseepreview.com/vc/stable/"),
        ("https://okafor.example/u/k7m2p#x", "https://other/u/:x"),
        ("http://ann:pw@127.0.0.1:40123/api_v3/users/9?q=1", "http://127.0.0.1/api_v3/users/:x"),
        ("file:///etc/passwd", "?"),
        ("https://[", "?"),
        ("", "?"),
    ],
)
def test_an_address_is_told_by_its_template(url: str, told: str) -> None:
    assert template(url) == told


def test_a_class_that_was_made_at_run_time_has_no_name() -> None:
    assert class_name(type(NEEDLE, (), {})) == "?"
    assert class_name(type(NEEDLE, (), {"__module__": "app.errors", "__qualname__": "Refused"})) == "?"
    assert class_name(Refused) == "app.errors.Refused"


def test_a_file_that_is_no_module_has_no_name() -> None:
    assert frames([(f"/tmp/{NEEDLE}.py", 1), ("<string>", 2), ("", 3)]) == ["?:1", "?:2", "?:3"]
    assert frames([(__file__, 4), (json.__file__, 5)]) == [f"{__name__}:4", "json:5"]


def test_every_event_has_a_level_and_a_name_of_plain_words() -> None:
    assert all(name.replace("_", "").replace(".", "").isalpha() for name in EVENTS)
    assert set(EVENTS.values()) <= {10, 20, 30, 40}


@given(hostile_texts)
def test_a_line_that_was_not_written_here_is_none(text: str) -> None:
    line = json.loads(line_of("poll.failed", {"status": 503, "id": "1"}))
    for name in line:
        assert read(json.dumps({**line, name: text})) is None
    assert read(json.dumps({**line, text: 1})) is None
    assert read(json.dumps([text])) is None
    assert read(text) is None
    assert read(json.dumps({**line, "frames": [text]})) is None
    assert read(json.dumps({**line, "count": 5551234567})) is None


def test_a_reference_is_four_signs() -> None:
    reference = Reference()
    assert made("fault", {"reference": reference}).fields == {"reference": reference}
    assert made("fault", {"reference": "7f3a"}).fields == {}
    assert len(reference) == 4
