"""Who may see which file of the practice clinic [assumed].

A patient: own files and those of own visits, unless they are marked invisible. A provider: those of the
patients and visits of the rooms they belong to. A clinic admin and the app: all. The front desk: consents and
portraits of everybody; the other files are clinical. Whoever uploaded a file sees it, and like an admin may
rename and delete it.
"""

from app.files.sandbox.stored import StoredFile, visit_of
from app.sandbox.http import Caller
from app.sandbox.world import World

PAPERWORK = frozenset({"user_consent", "user_avatar"})


def may_change(caller: Caller, file: StoredFile) -> bool:
    """Rename and delete."""
    return caller.is_admin or file.creator_id == caller.user_id


def may_see(world: World, caller: Caller, file: StoredFile) -> bool:
    """Its row and its content."""
    if may_change(caller, file):
        return True
    visit = visit_of(world, file)
    if caller.is_patient:
        is_mine = visit.member_id == caller.user_id if visit else file.user_id == caller.user_id
        return file.visible and (is_mine or file.shared_with == caller.user_id)
    if not caller.may_see_clinical:
        return file.category in PAPERWORK
    if visit:
        return caller.may_see(visit)
    return any(may_look_up(world, caller, user_id) for user_id in (file.user_id, file.shared_with))


def may_look_up(world: World, caller: Caller, user_id: str) -> bool:
    """Whether files of this user are the caller's business at all."""
    if user_id == caller.user_id or caller.is_admin or not caller.may_see_clinical:
        return True
    visits = world.visits.values()
    return caller.is_staff and any(v.member_id == user_id and caller.may_enter(v.room_code) for v in visits)
