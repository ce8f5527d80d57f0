"""The practice clinic's endpoints of medical records and prescriptions (api/emr.md §2 and §3)."""

from typing import Any

from starlette.responses import Response

from app.emr.sandbox.charts import (
    OBJECTS,
    OWN,
    MedicalRecord,
    Note,
    keep,
    note_row,
    prescriptions_of,
    record_of,
    section_value,
    take_back,
    whole,
)
from app.emr.sandbox.patients import patient_of
from app.sandbox.http import (
    LIMIT,
    PAGING,
    Call,
    Endpoint,
    Param,
    Refusal,
    as_list,
    as_text,
    as_truth,
    as_whole,
    reply,
)
from app.sandbox.people import practice_json

_FLAG = "data_not_reported"
_ENVELOPE = frozenset({"id", "created", "modified", "creator_id", _FLAG})


def schemas(_call: Call) -> Response:
    """The form of each section."""
    return reply(practice_json("emr_schemas.json"))


def suggest(call: Call) -> Response:
    """Terms that hold the words asked for; all for a blank `q`. The codes are the practice clinic's own."""
    section = _known(call.asked("section") or _refuse("section is required."))
    wanted = (call.asked("q") or "").strip().casefold()
    terms = enumerate(practice_json("emr_terms.json")[section], 1)
    found = [{"code": f"{section}-{n:03}", "text": t} for n, t in terms if wanted in t.casefold()]
    return reply(found[: call.limit()])


def everything(call: Call) -> Response:
    """The whole record with its flags."""
    return reply(whole(record_of(call.world, patient_of(call).id)))


def listing(call: Call) -> Response:
    """One section, with its flag beside it."""
    record, section = _opened(call)
    return reply(section_value(record, section), **{_FLAG: section in record.stated_none})


def add(call: Call) -> Response:
    """A fresh entry, or keys of a one-object section, or the statement that there is nothing."""
    record, section = _opened(call)
    if _states_none(call):
        return _state_none(call, record, section)
    sent = _checked(section, call.body)
    notes = record.notes[section]
    if section in OBJECTS and notes:
        note = _change(call, notes[0], sent)
    elif section in OBJECTS and not sent:
        return reply(section_value(record, section))
    else:
        _complete(section, sent)
        note = keep(call.world, record, section, sent, call.caller.user_id)
    take_back(record, section)
    return reply(note_row(section, note))


def update(call: Call) -> Response:
    """Changed keys of one entry; refused when it was changed since it was read."""
    record, section = _opened(call)
    note = _found(record, section, call.params["record_id"])
    seen = call.whole("modified")
    if seen is not None and seen != note.modified:
        raise Refusal(400, f"Record {note.id} is already changed.")
    sent = _checked(section, call.body)
    _complete(section, note.values | sent)
    return reply(note_row(section, _change(call, note, sent)))


def delete(call: Call) -> Response:
    """One entry goes; nobody is taken to state that there is none."""
    record, section = _opened(call)
    record.notes[section].remove(_found(record, section, call.needed("id")))
    return reply(True)


def prescriptions(call: Call) -> Response:
    """Newest first, `page` from 1 and `limit` 20."""
    found = prescriptions_of(call.world, patient_of(call).id)
    return reply([entry.row for entry in call.page_of(found)], total_count=len(found))


def _opened(call: Call) -> tuple[MedicalRecord, str]:
    record = record_of(call.world, patient_of(call).id)
    return record, _known(call.params["section"])


def _known(section: str) -> str:
    """Never 404, which would mean "not offered" (api/emr.md §2)."""
    return section if section in OWN else _refuse("Unknown section.")


def _found(record: MedicalRecord, section: str, note_id: str) -> Note:
    notes = [] if section in OBJECTS else record.notes[section]
    note = next((note for note in notes if note.id == note_id), None)
    if note is None:
        raise Refusal(404)
    return note


def _states_none(call: Call) -> bool:
    sent = call.body.get(_FLAG)
    stated = False if sent is None else as_truth(sent)
    return _refuse(f"{_FLAG} is not valid.") if stated is None else stated


def _state_none(call: Call, record: MedicalRecord, section: str) -> Response:
    """Only alone, and only of an empty section."""
    if record.notes[section] or not call.body.keys() <= _ENVELOPE:
        raise Refusal(400, f"{_FLAG} is not valid.")
    record.stated_none.add(section)
    return reply({_FLAG: True})


def _checked(section: str, body: dict[str, Any]) -> dict[str, Any]:
    """What was sent, the section's own keys in their types; all other keys as they are."""
    return {
        name: _typed(name, value) if name in OWN[section] else value
        for name, value in body.items()
        if name not in _ENVELOPE
    }


def _typed(name: str, value: Any) -> Any:
    if name == "num_kids":
        return as_whole(value, name)
    if name != "relations":
        return as_text(value, name)
    if isinstance(value, dict | bool) or (
        isinstance(value, list) and not all(isinstance(part, str) for part in value)
    ):
        raise Refusal(400, f"{name} is not valid.")
    return as_list(value)


def _complete(section: str, values: dict[str, Any]) -> None:
    """An entry of a list says what it is about."""
    name = OWN[section][0]
    if section not in OBJECTS and not values.get(name):
        raise Refusal(400, f"{name} is required.")


def _change(call: Call, note: Note, sent: dict[str, Any]) -> Note:
    """Two changes within a second are two."""
    note.values |= sent
    note.modified = max(call.world.now, note.modified + 1)
    return note


def _refuse(message: str) -> Any:
    raise Refusal(400, message)


_SECTION = Param("section", about="of the medical record", required=True, choices=tuple(OWN))
_KEYS = (
    Param("substance", about="required in allergies"),
    Param("condition", about="required in conditions and family_history"),
    Param("name", about="required in medications"),
    Param("procedure", about="required in surgeries"),
    Param("relations", "array", about="in family_history: texts such as mother"),
    *(Param(name) for name in ("marital_status", "highest_ed", "occupation")),
    Param("num_kids", "integer"),
    *(Param(name) for name in OWN["health_habits"]),
)

ENDPOINTS = (
    Endpoint("emr.schemas", "GET", "/emr/schemas", schemas),
    Endpoint(
        "emr.suggest",
        "GET",
        "/emr/search",
        suggest,
        query=(
            _SECTION,
            Param("q", about="blank: all"),
            LIMIT,
        ),
        data="array",
    ),
    Endpoint("emr.all", "GET", "/users/:id/emr", everything),
    Endpoint("emr.list", "GET", "/users/:id/emr/:section", listing, data="any"),
    Endpoint(
        "emr.add",
        "POST",
        "/users/:id/emr/:section",
        add,
        body=(Param(_FLAG, "boolean", about="true, alone: the patient states none"), *_KEYS),
        data="any",
    ),
    Endpoint(
        "emr.delete",
        "POST",
        "/users/:id/emr/:section/delete",
        delete,
        body=(Param("id", about="of the entry", required=True),),
        data="boolean",
    ),
    Endpoint(
        "emr.update",
        "POST",
        "/users/:id/emr/:section/:record_id",
        update,
        body=(Param("modified", "integer", about="as last read; another one is refused"), *_KEYS),
    ),
    Endpoint(
        "prescriptions.list",
        "GET",
        "/users/:id/prescriptions",
        prescriptions,
        query=PAGING,
        data="array",
    ),
)
