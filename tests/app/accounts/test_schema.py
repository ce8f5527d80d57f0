"""Form schemas (api/settings.md §2)."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.accounts.schema import FieldSchema, FormItem, Section, Step, read_section, read_step
from app.core.unreadable import Unreadable
from app.wire.reader import Row
from tests.app.wire.test_reader import JSON

SECTION: dict[str, Any] = {
    "code": "reason",
    "schema": {
        "reason_for_visit": {
            "type": "string",
            "required": True,
            "maxLength": "2000",
            "allowedEmpty": False,
            "title": "Reason",
        },
        "location": {
            "type": "string",
            "enum": ["CA", "NV", 3],
            "default": "CA",
            "eligibility": {"field": "st"},
        },
        "phone": {"type": "tel", "prefill": {"user_attr": "phone", "only": False}, "colour": "red"},
        "insurer": {"type": "integer", "preload": {"url": "insurers", "format": "list"}},
    },
    "form": [{"key": "location", "placeholder": "Where?", "type": "select", "size": 2}, {"type": "help"}],
    "default_value": [],
    "prefill_mapping": {"phone": "phone"},
    "kind": "file_upload",
}
STEP: dict[str, Any] = {
    "name": "intake",
    "code": "intake",
    "title": "Before your visit",
    "next": {"title": "Continue"},
    "cancel": [],
    "sections": [SECTION],
    "card_type": "primary",
    "vendor": 1,
}


def section(value: Any = SECTION) -> Section:
    found = read_section(Row(value, "section"))
    assert isinstance(found, Section)
    return found


def test_a_step() -> None:
    assert read_step(Row(STEP)) == Step(
        name="intake",
        code="intake",
        title="Before your visit",
        next_title="Continue",
        cancel=[],
        sections=(section(),),
        card_type="primary",
        rest={"vendor": 1},
    )


def test_a_section_keeps_its_fields_in_order_and_what_we_do_not_know() -> None:
    found = section()
    assert [field.name for field in found.fields] == ["reason_for_visit", "location", "phone", "insurer"]
    assert (found.code, found.prefill_mapping, found.rest) == (
        "reason",
        {"phone": "phone"},
        {"kind": "file_upload"},
    )
    assert found.form == (
        FormItem(key="location", placeholder="Where?", type="select", rest={"size": 2}),
        FormItem(type="help"),
    )


def test_fields() -> None:
    reason, location, phone, insurer = section().fields
    assert reason == FieldSchema(
        name="reason_for_visit",
        type="string",
        required=True,
        max_length=2000,
        allowed_empty=False,
        title="Reason",
    )
    assert (location.choices, location.default, location.eligibility) == (("CA", "NV", 3), "CA", "st")
    assert (phone.prefill_from, phone.prefill_only, phone.rest) == ("phone", False, {"colour": "red"})
    assert (insurer.preload_url, insurer.preload_format) == ("insurers", "list")
    assert phone.required is None


def test_an_unknown_type_is_drawn_as_text_and_keeps_its_word() -> None:
    _, _, phone, insurer = section().fields
    assert (phone.kind, phone.type, insurer.kind) == ("text", "tel", "integer")


def test_a_field_is_found_by_its_name() -> None:
    assert section().field("phone") == section().fields[2]
    assert section().field("fax") is None


def test_a_default_of_false_or_nothing_is_told_apart() -> None:
    fields = section({"schema": {"a": {"default": False}, "b": {}}}).fields
    assert [field.default for field in fields] == [False, None]


@pytest.mark.parametrize("empty", [[], {}, None, "text", 5])
def test_what_is_no_step_keeps_its_place(empty: Any) -> None:
    assert isinstance(read_step(Row(empty)), Unreadable)
    step = read_step(Row({"sections": [SECTION, empty]}))
    assert isinstance(step, Step)
    assert [type(part) for part in step.sections] == [Section, Unreadable]


def test_a_schema_without_fields_may_be_an_array() -> None:
    assert section({"code": "consent", "schema": [], "form": []}).fields == ()


def test_a_field_that_is_no_object_is_still_there() -> None:
    assert section({"schema": {"a": 5}}).fields == (FieldSchema(name="a"),)


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(sorted(SECTION)), JSON, max_size=4))
def test_any_mutation_is_a_section_or_unreadable(mutation: dict[str, Any]) -> None:
    assert isinstance(read_section(Row({**SECTION, **mutation})), Section | Unreadable)
    assert isinstance(read_step(Row({**STEP, "sections": [{**SECTION, **mutation}]})), Step)


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(sorted(STEP)), JSON, max_size=4), JSON)
def test_any_json_is_a_step_or_unreadable(mutation: dict[str, Any], anything: Any) -> None:
    assert isinstance(read_step(Row({**STEP, **mutation})), Step | Unreadable)
    assert isinstance(read_step(Row(anything)), Step | Unreadable)
    fields = read_section(Row({"schema": {"x": anything}}))
    assert isinstance(fields, Section)
