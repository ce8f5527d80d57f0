"""Changing an intake when it may wait: kept, sent when it can be (api/visits.md §5)."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from app.core.action import Action, Facts, Unfit, new_action
from app.core.edit import Edit, edited
from app.intakes.record import Intake, read_intake
from app.wire.reader import Row

KIND = "intake_edit"
_FIELDS: Mapping[str, str] = {"reason_for_visit": "reason", "location": "location", "phone": "phone"}
# The mark by which a check-in is found again stays as it is.
_FIXED = frozenset({"custom_client_ref"})


class Intakes(Protocol):
    """Where intakes are read and written: `app.intakes.intakes.Intakes`."""

    async def read(self, intake_id: str) -> Intake: ...

    async def update(self, intake_id: str, changes: Mapping[str, Any]) -> Intake: ...


def edit_intake(
    intake_id: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    made_at: float,
    patient_id: str = "",
) -> Action:
    """Changes an intake's reason_for_visit, location, phone, or answers to the clinic's own questions.

    before, after: by the server's names, what the person saw and what it shall be; null clears. Other keys
    of the intake are left alone. patient_id: whose intake it is; "" when not known. made_at: the server's
    Unix s. Raises Unfit.
    """
    fixed = [name for name in after if name not in _FIELDS and not _is_answer(name)]
    if fixed:
        raise Unfit(f"This cannot be changed in an intake: {_listed(fixed)}.")
    if any(not isinstance(after.get(name, ""), str | None) for name in _FIELDS):
        raise Unfit("Reason, location and phone of an intake are texts.")
    body = {"intake_id": intake_id, **edited(before, after)}
    return new_action(KIND, patient_id or f"intake {intake_id}", body, made_at)


class IntakeEdit(Edit[Intake]):
    """Puts an edit of an intake through."""

    words = "Somebody else changed this intake meanwhile, so yours was not sent. Both are kept: choose one."

    def __init__(self, intakes: Intakes) -> None:
        self._intakes = intakes

    async def read(self, body: Facts) -> Intake:
        """The intake as it is now."""
        return await self._intakes.read(body["intake_id"])

    def value(self, record: Intake, name: str) -> Any:
        """One value, by the server's name."""
        return getattr(record, _FIELDS[name]) if name in _FIELDS else record.answers.get(name)

    async def write(self, body: Facts, _record: Intake, changes: Facts, /) -> Intake:
        """Overwrites the values."""
        return await self._intakes.update(body["intake_id"], changes)


def _is_answer(name: str) -> bool:
    """A key without a meaning of its own at the server."""
    intake = read_intake(Row({"id": "-", name: ""}))
    return intake is not None and name in intake.answers and name not in _FIXED


def _listed(names: Iterable[str]) -> str:
    """As far as a person wants to read them."""
    return ", ".join(name[:40] for name in list(names)[:5])
