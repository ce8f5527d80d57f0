"""When the page of a waiting patient last told that it is open: `member_alive` of a visit [assumed].

A patient who came by themselves has the page open and tells so on entering, then at every interval of the
account (`api.interval.users_alive`). One whom the front desk entered has none, until they open one. One in
`FLAKY` loses the signal for a while. Nothing here is on the agenda: it follows from the world's time alone.
"""

from app.sandbox.quirks import form
from app.sandbox.world import ENDED, INVITED_GUEST, WALK_IN, Visit, World

FLAKY = 12
"""One patient in so many loses the signal ..."""
GAP = (300, 1_500)
"""... from and until so many seconds after coming."""


def last_sign(world: World, visit: Visit) -> int | None:
    """Epoch seconds; None of a visit for which no page is open: an appointment, an e-consult."""
    if visit.type not in {WALK_IN, INVITED_GUEST}:
        return None
    until = visit.actual_end if visit.status in ENDED and visit.actual_end else world.now
    signs = [_page_sign(world, visit, until), _own_sign(world, visit, until)]
    return max((sign for sign in signs if sign is not None), default=None)


def lose(world: World, visit: Visit) -> None:
    """From now on nothing is heard of the patient's page."""
    visit.silent_since = world.now


def regain(world: World, visit: Visit) -> None:
    """The patient's page is open again, or for the first time."""
    visit.page_since, visit.silent_since = world.now, None


def _page_sign(world: World, visit: Visit, until: int) -> int | None:
    """Of the page that the world imagines."""
    since = visit.page_since
    if since is None and not world.intakes[visit.intake_id].by_staff:
        since = visit.start
    if since is None:
        return None
    if visit.silent_since is not None:
        until = min(until, visit.silent_since)
    elif visit.page_since is None and _is_flaky(visit) and GAP[0] <= until - since < GAP[1]:
        until = since + GAP[0]
    interval = int(world.account["api"]["interval"]["users_alive"])
    return since + max(0, until - since) // interval * interval


def _own_sign(world: World, visit: Visit, until: int) -> int | None:
    """Of a client that is signed in as the patient and says so itself (`auth.alive`)."""
    beat = world.people[visit.member_id].last_beat
    return beat if beat is not None and visit.start <= beat <= until else None


def _is_flaky(visit: Visit) -> bool:
    return form(visit.id, "signal", FLAKY) == 0
