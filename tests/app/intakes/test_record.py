"""Intakes keep every answer as it came (api/visits.md §5)."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.intakes.record import Attachment, Intake, read_intake
from app.wire.reader import Row
from tests.app.wire.test_reader import JSON


def read(**values: Any) -> Intake:
    intake = read_intake(Row({"id": "i-1", **values}, "intake"))
    assert intake is not None
    return intake


def test_unknown_keys_are_answers_in_their_order() -> None:
    intake = read(custom_b=[1], type="1", custom_a=None, Whole="question", reason_for_visit="Cough")
    assert list(intake.answers.items()) == [("custom_b", [1]), ("custom_a", None), ("Whole", "question")]
    assert intake.reason == "Cough"


def test_attachments_come_as_objects_or_ids() -> None:
    intake = read(attachments=[{"_id": "f1", "name": "rash.png", "size": "12"}, "f2", {"name": "no id"}, ""])
    assert intake.attachments == (Attachment(id="f1", name="rash.png", size=12), Attachment(id="f2"))


def test_an_attachment_of_the_older_shape_is_kept_whole() -> None:
    moment = {"sec": 1767225600, "usec": 421000}
    entry = {"_id": "f1", "name": "rash.png", "ext": "PNG", "path": "files/2026/01/01/f1.png", "size": 12}
    more = {
        "type": "0",
        "using": 1,
        "creator_id": 7301,
        "remark": None,
        "created": moment,
        "modified": moment,
    }
    intake = read(attachments=[{**entry, **more}])
    assert intake.attachments == (
        Attachment(
            id="f1",
            name="rash.png",
            size=12,
            ext="png",
            path="files/2026/01/01/f1.png",
            type=0,
            using=1,
            creator_id="7301",
            created=1767225600,
            modified=1767225600,
        ),
    )
    assert intake.unread == ()


def test_who_where_and_what_for() -> None:
    intake = read(
        type="2",
        provider=612,
        member_id=7301,
        room="k7m2p",
        visit_id="48211",
        bookedByProvider=True,
        consultation={"id": "c-1", "duration": 30, "amount": 45.5, "odd": [1]},
    )
    assert (intake.type, intake.provider_id, intake.member_id) == (2, "612", "7301")
    assert (intake.room_code, intake.visit_id, intake.booked_by_provider) == ("k7m2p", "48211", True)
    assert intake.consultation is not None
    assert (intake.consultation.id, intake.consultation.came["odd"]) == ("c-1", [1])
    assert (intake.answers, intake.unread) == ({}, ())


def test_not_told_is_none() -> None:
    intake = read(consultation=[], bookedByProvider=None)
    assert (intake.type, intake.booked_by_provider, intake.consultation) == (None, None, None)


def test_moments_come_as_pairs() -> None:
    assert read(created={"sec": 1767225600, "usec": 3}).created == 1767225600


def test_an_intake_without_an_id_is_none() -> None:
    assert read_intake(Row({"custom_a": 1})) is None


@given(st.dictionaries(st.text(max_size=8), JSON, max_size=5))
def test_any_object_is_an_intake_or_none(values: dict[str, Any]) -> None:
    intake = read_intake(Row({**values, "id": "i"}))
    assert intake is not None
    assert all(intake.answers[key] is values[key] for key in intake.answers)
