"""The practice clinic's post-visit notes (api/visits.md §7, api/decisions.md "Visits")."""

from starlette.responses import Response

from app.files.sandbox.rights import may_see
from app.files.sandbox.stored import StoredFile
from app.intakes.sandbox import file_ids
from app.sandbox import visit_notes
from app.sandbox.http import Call, Refusal, reply
from app.sandbox.world import COMPLETED, IN_PROGRESS, Visit
from app.visits.sandbox.reading import find


def get(call: Call) -> Response:
    """The notes, empty when never written; 403 before the visit has begun."""
    visit = _notable(call)
    if call.caller.is_patient and visit.status != COMPLETED:
        raise Refusal(403)
    return reply(visit_notes.notes_row(call.world, visit))


def save(call: Call) -> Response:
    """The visit's provider or an admin writes any of the texts and the list of files."""
    visit = _notable(call)
    if not call.caller.is_admin and call.caller.user_id != visit.provider_id:
        raise Refusal(403)
    _unchanged(call, visit)
    texts = {name: call.text(name) or "" for name in visit_notes.TEXTS if name in call.body}
    visit_notes.write(call.world, visit, texts, _files(call))
    return reply(visit_notes.notes_row(call.world, visit))


def _notable(call: Call) -> Visit:
    """A visit in progress or completed; the others have no notes, for nobody. The front desk reads none."""
    visit = find(call, call.params["id"])
    if not call.caller.may_see_clinical or visit.status not in {IN_PROGRESS, COMPLETED}:
        raise Refusal(403)
    return visit


def _unchanged(call: Call, visit: Visit) -> None:
    read = call.whole("modified")
    known = visit_notes.notes_of(call.world, visit)
    if read is not None and read != (known.modified if known else 0):
        raise Refusal(400, "Notes were changed by someone else.")


def _files(call: Call) -> list[str] | None:
    """Ids of files that the writer may see; None when nothing is said of them."""
    if "attachments" not in call.body:
        return None
    kept, found = call.world.table(StoredFile), file_ids(call.body["attachments"])
    for ident in found:
        if ident not in kept or not may_see(call.world, call.caller, kept[ident]):
            raise Refusal(400, "attachments is not valid.")
    return found
