"""The conference page of a visit's meeting, for a browser (api/calls.md §1, §2 and §4)."""

import re

from app.calls.refusal import CannotStart
from app.profile import Profile
from app.visits.record import Visit

_JOINABLE = re.compile(r"[A-Za-z0-9_.~-]{1,200}__jitsi")


def conference_link(profile: Profile, visit: Visit, now: float) -> str:
    """The address at which the call of a visit is joined: the meeting's id under the profile's conference
    address, and nothing else, so no server can send a browser to another place. It holds no token: whoever
    opens it is asked by the page who they are.

    now: the server's time, Unix s. Raises CannotStart.
    """
    meeting = visit.meeting
    if not profile.conference:
        raise CannotStart("no_conference")
    if meeting is None or not _JOINABLE.fullmatch(meeting.id):
        raise CannotStart("no_meeting")
    if meeting.disabled:
        raise CannotStart("meeting_off")
    if meeting.expiry is not None and meeting.expiry <= now:
        raise CannotStart("meeting_over", when=meeting.expiry)
    return profile.conference + meeting.id
