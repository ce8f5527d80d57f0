"""What went wrong, in one clear sentence. The window and the commands say the same words."""

from app.calls.refusal import CannotStart
from app.errors import Broken, Failure, Offline, Refused, SignedOut, Uncertain

_OFFLINE = {
    "unreachable": "The server cannot be reached.",
    "name": "The server's name cannot be found; check the address and the network.",
    "certificate": "The server's certificate is not valid, so nothing was sent.",
    "timeout": "The server did not answer in time.",
    "cut": "The connection to the server broke off.",
}
_BROKEN = {
    "not_json": "The server answered with something other than its API, such as a network's sign-in page.",
    "shape": "The server's answer does not have the form of its API.",
    "redirect": "The server sent us to another host; we did not follow, and the token stayed here.",
    "too_large": "The server's answer was larger than a clinic's list can be.",
}
_CANNOT_START = {
    "ended": "This visit has ended already.",
    "cancelled": "This visit was cancelled.",
    "refunded": "This visit was refunded.",
    "not_running": "This visit is not in progress.",
    "e_consult": "An e-consult is answered in the portal, not by a call.",
    "no_portal": "This profile has no portal address, so there is no call page to open.",
    "changed": "The visit changed while you were asked, so no call was started. Look at it again.",
    "no_room": "The server does not say which waiting room this visit is in.",
    "not_opened": "The desktop could not open a web browser, so no call was started.",
    "busy": "A call is being started already.",
}


def sentence(failure: Failure) -> str:
    """What happened, for a person."""
    match failure:
        case Offline(reason=reason):
            return _OFFLINE[reason]
        case Uncertain():
            return "The server did not confirm; whether it acted is not known yet."
        case SignedOut(message=message):
            return _with_words("The server does not accept the sign-in", message)
        case Refused(status=429):
            wait_s = failure.retry_after
            wish = f" for {round(wait_s)} s" if wait_s else ""
            return f"The server is busy and asks us to wait{wish}."
        case Refused(status=403, message=message):
            return _with_words("The server does not permit this to this user", message)
        case Refused(status=404, message=message):
            return _with_words("The server does not have or offer this", message)
        case Refused(message=message):
            return _with_words("The server refused", message)
        case Broken(reason="status", status=status):
            return f"The server has a fault of its own ({status})."
        case Broken(reason=reason):
            return _BROKEN[reason]
    return "The request failed."


def cannot_start(refusal: CannotStart, when: str = "") -> str:
    """Why a call may not start. when: `refusal.when` as the caller shows times, "" when not known."""
    since = f" ({when})" if when else ""
    match refusal.reason:
        case "taken":
            who = refusal.who or "somebody the server does not name"
            return f"This visit is in progress with {who}{f' since {when}' if when else ''}."
        case "no_page":
            return _with_words(
                "The portal's call page could not be opened, so no call was started", refusal.message
            )
        case "room_closed":
            return _with_words("The waiting room is closed", refusal.message)
        case "ended" | "cancelled" | "refunded":
            return _CANNOT_START[refusal.reason].removesuffix(".") + f"{since}."
    return _CANNOT_START[refusal.reason]


def _with_words(ours: str, theirs: str) -> str:
    return f"{ours}: {theirs.rstrip('.')}." if theirs else f"{ours}."
