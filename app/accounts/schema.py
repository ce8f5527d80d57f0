"""The forms that a clinic asks its people to fill in: steps, sections, fields (api/settings.md §2)."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from app.core.unreadable import Unreadable
from app.wire.reader import Row

FieldKind = Literal["text", "integer"]

_FIELD_KEYS = frozenset(
    {
        "type",
        "required",
        "maxLength",
        "allowedEmpty",
        "title",
        "enum",
        "default",
        "eligibility",
        "prefill",
        "preload",
    }
)
_ITEM_KEYS = frozenset({"key", "placeholder", "type"})
_SECTION_KEYS = frozenset({"code", "schema", "form", "default_value", "prefill_mapping"})
_STEP_KEYS = frozenset({"name", "code", "title", "next", "cancel", "sections", "card_type"})


class FieldSchema(msgspec.Struct, frozen=True, kw_only=True):
    """What one answer must be like (api/settings.md §2). None and "" mean that the schema does not say.

    name: the key of the answer. type: the schema's own word, known ones are "string" and "integer".
    max_length: characters. choices: the only answers there are, as they came; empty when any will do.
    default: an answer to begin with, as it came. eligibility: the name under which an eligibility check asks.
    prefill_from: the key of the user that the answer comes from; prefill_only: it cannot be changed then.
    preload_url, preload_format: where choices are fetched from. rest: all other keys, as they came.
    """

    name: str
    type: str = ""
    required: bool | None = None
    max_length: int | None = None
    allowed_empty: bool | None = None
    title: str = ""
    choices: tuple[Any, ...] = ()
    default: Any = None
    eligibility: str = ""
    prefill_from: str = ""
    prefill_only: bool | None = None
    preload_url: str = ""
    preload_format: str = ""
    rest: Mapping[str, Any] = {}

    @property
    def kind(self) -> FieldKind:
        """How it is filled in: a type that we do not know is drawn as text (api/settings.md §2)."""
        return "integer" if self.type == "integer" else "text"


class FormItem(msgspec.Struct, frozen=True, kw_only=True):
    """Where and how a field stands in the form. key: the field's name, "" for an item that asks nothing.

    type: the form's own word, such as "text". rest: all other keys, as they came.
    """

    key: str = ""
    placeholder: str = ""
    type: str = ""
    rest: Mapping[str, Any] = {}


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a step: fields and their order on the form (api/settings.md §2).

    code: what kind of section it is; a kind that we do not know stays in its place and is named by its code.
    default_value, prefill_mapping: as they came. rest: all other keys, as they came.
    """

    code: str = ""
    fields: tuple[FieldSchema, ...] = ()
    form: tuple[FormItem, ...] = ()
    default_value: Any = None
    prefill_mapping: Any = None
    rest: Mapping[str, Any] = {}

    def field(self, name: str) -> FieldSchema | None:
        """The field of this name, None when the section has none."""
        return next((field for field in self.fields if field.name == name), None)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a wizard (api/settings.md §2). next_title: the words on its button, "" when not said.

    cancel: as it came. card_type: of an insurance step. A section that cannot be read stays in its place.
    """

    name: str = ""
    code: str = ""
    title: str = ""
    next_title: str = ""
    cancel: Any = None
    sections: tuple[Section | Unreadable, ...] = ()
    card_type: str = ""
    rest: Mapping[str, Any] = {}


def read_step(row: Row) -> Step | Unreadable:
    """The step that a JSON object describes; Unreadable when it is no object or an empty one."""
    if not row:
        return row.unreadable("step is empty")
    return Step(
        name=row.text("name") or "",
        code=row.text("code") or "",
        title=row.text("title") or "",
        next_title=row.object("next").text("title") or "",
        cancel=row.raw("cancel"),
        sections=tuple(read_section(section) for section in row.objects("sections")),
        card_type=row.text("card_type") or "",
        rest=row.rest(_STEP_KEYS),
    )


def read_section(row: Row) -> Section | Unreadable:
    """The section that a JSON object describes; Unreadable when it is no object or an empty one."""
    if not row:
        return row.unreadable("section is empty")
    schema = row.object("schema")
    return Section(
        code=row.text("code") or "",
        fields=tuple(_read_field(name, schema.object(name)) for name in schema.values),
        form=tuple(_read_item(item) for item in row.objects("form")),
        default_value=row.raw("default_value"),
        prefill_mapping=row.raw("prefill_mapping"),
        rest=row.rest(_SECTION_KEYS),
    )


def _read_field(name: str, row: Row) -> FieldSchema:
    """One field; of one whose schema is no object only the name is known."""
    prefill, preload = row.object("prefill"), row.object("preload")
    return FieldSchema(
        name=name,
        type=row.text("type") or "",
        required=row.flag("required"),
        max_length=row.number("maxLength"),
        allowed_empty=row.flag("allowedEmpty"),
        title=row.text("title") or "",
        choices=tuple(row.array("enum")),
        default=row.values.get("default"),
        eligibility=row.object("eligibility").text("field") or "",
        prefill_from=prefill.text("user_attr") or "",
        prefill_only=prefill.flag("only"),
        preload_url=preload.text("url") or "",
        preload_format=preload.text("format") or "",
        rest=row.rest(_FIELD_KEYS),
    )


def _read_item(row: Row) -> FormItem:
    return FormItem(
        key=row.text("key") or "",
        placeholder=row.text("placeholder") or "",
        type=row.text("type") or "",
        rest=row.rest(_ITEM_KEYS),
    )
