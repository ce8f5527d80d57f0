"""What went wrong, in one clear sentence. The window and the commands say the same words."""

from app.auth.broker import NoReturn, NoReturnReason
from app.auth.clock import FAR_OFF_S
from app.calls.refusal import CannotStart, Why
from app.cause import Cause, cause_of
from app.core.store.fault import FaultReason, StoreFault
from app.core.store.opening import Opened
from app.errors import Broken, Failure, NotOffered, Offline, Refused, SignedOut, Uncertain
from app.files.files import UnfitFile, UnfitReason
from app.files.opened import NotShown, NotShownReason
from app.files.saving import Unsaved, UnsavedReason
from app.pharmacies.search import Reason, Unsearchable

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
    "partial": "The server does not show everything that has to be looked at.",
    "redirect": "The server sent us to another address; we did not follow, and the token stayed here.",
    "too_large": "The server's answer was larger than a clinic's list can be.",
    "old": "An old answer came, kept somewhere on the way from the server; it was not used.",
}
# Where it matters to whoever signs in: what to do differs.
_CAUSES: dict[Cause, str] = {
    "unreachable": "The server cannot be reached. Check the network.",
    "name": "The server's name cannot be found. Check the account code, the address and the network.",
    "timeout": "The server did not answer in time. Try again in a few minutes.",
    "cut": "The connection to the server broke off. Try again.",
    "no_network": "This computer has no network. Check its cable or its wireless network.",
    "down": "The server is down: its computer answers, the server does not. Try again in a few minutes.",
    "certificate": "The server's certificate is not valid, so nothing was sent. Tell the clinic.",
    "expired": "The server's certificate has expired, so nothing was sent. Tell the clinic.",
    "not_yet_valid": "The server's certificate is not valid yet, so nothing was sent. Check this computer's "
    "date.",
    "other_host": "The server's certificate is for another name, so nothing was sent. Check the address, and "
    "whether the network has a sign-in page of its own.",
    "unknown_issuer": "Nobody whom Vestibule trusts vouches for the server's certificate, so nothing was "
    "sent. Ask whoever runs the network.",
}
_CLOCK = "This computer's clock is {} {}. Set it right, then sign in again."
_CAPTIVE = (
    "Something else than the clinic answered, most likely the network's own sign-in page. "
    "Sign in to the network in a web browser, then try again."
)
_NO_SUCH_PATH = "Sorry, this page is not available."  # api/README.md §7: an unknown path
_NO_RETURN: dict[NoReturnReason, str] = {
    "late": "Nobody signed in in the browser within five minutes. Try again.",
    "refused": "The clinic's sign-in page signed nobody in.",
    "no_code": "The clinic's sign-in page came back without a sign-in. Tell the clinic.",
    "token_in_address": "The clinic's sign-in page sent a token in an address, which the profile does not "
    "allow. It was not used; tell the clinic.",
    "no_browser": "The desktop could not open a web browser.",
    "no_port": "This computer let Vestibule wait for the browser nowhere.",
}
_PORTAL = "open the portal"
# By key of the path table, or by its first word: what is missing, and the way out.
_NOT_OFFERED = {
    "auth": ("renewing or ending a session", "sign in again when asked"),
    "auth.alive": ("hearing that somebody is at the screen", "set who is available in the portal"),
    "visits.confirm": ("confirming visits", f"{_PORTAL}'s dashboard"),
    "visits.reschedule": ("rescheduling", f"{_PORTAL}'s dashboard"),
    "visits.assign": ("handing visits to another provider", f"{_PORTAL}'s dashboard"),
    "visits.accept": ("accepting e-consults", f"{_PORTAL}'s dashboard"),
    "visits.current": ("the current visit", "it is found in the list of visits"),
    "visits.postvisit.get": ("visit notes", "what the visit itself says is shown"),
    "visits.postvisit.save": ("writing visit notes", f"{_PORTAL} and write them there"),
    "visits.charge": ("charges", _PORTAL),
    "visits.refund": ("refunds", "refund in the clinic's Stripe dashboard"),
    "invoice": ("invoices", _PORTAL),
    "payments": ("payments", f"what each visit says is shown; for more, {_PORTAL}"),
    "cards": ("payment cards", _PORTAL),
    "rooms.queue": ("queue figures", "they are counted from the list of visits"),
    "users.presence": ("setting who is available", f"{_PORTAL}'s dashboard"),
    "emr": ("the medical record", f"{_PORTAL}'s chart"),
    "prescriptions": ("prescriptions", "those of each visit are shown"),
    "health": ("readings", ""),
    "pharmacies": ("its own pharmacies", "the public registry is searched instead"),
    "settings": ("user settings", "yours are kept on this computer"),
    "nppes": ("the public pharmacy registry", ""),
    "insurers": ("the list of insurers", ""),
    "messenger": ("calls by VSee Messenger", "start the call in the browser"),
}
_UNFIT: dict[UnfitReason, str] = {
    "missing": "The file is no longer there, so nothing was sent. Choose it again.",
    "not_a_file": "This is a folder or a device, not a file. Choose a single file.",
    "no_access": "The file cannot be read on this computer, so nothing was sent.",
    "empty": "The file is empty, so nothing was sent.",
    "disguised": "The file's content is not what its name says, so it was not sent.",
}
_UNSAVED: dict[UnsavedReason, str] = {
    "no_room": "The disk is full, so the file was not kept. Make room and save it again.",
    "no_access": "This folder does not let you write, so the file was not kept. Choose another folder.",
    "no_folder": "The folder is no longer there, so the file was not kept. Choose another folder.",
    "busy": "Another file is being saved under this name. Wait for it, or choose another name.",
    "failed": "The file could not be written, so it was not kept. Choose another place or name.",
}
_NOT_SHOWN: dict[NotShownReason, str] = {
    "mismatch": "The file's content is not what its name says, so it was not opened. Ask for it again.",
    "other": "Vestibule opens pictures, PDFs and plain texts only. Save the file to use it elsewhere.",
    "active": "This PDF can act by itself or holds other files, so it was not opened. Ask for a plain copy.",
    "too_large": "The file is too large to open from here. Save it instead.",
}
_UNSEARCHABLE: dict[Reason, str] = {
    "empty": "Type a name, a ZIP code or a city to search for.",
    "name": "Type at least two letters of the name.",
    "characters": "The directory does not take one of these characters in a name.",
    "city": "Type at least two letters of the city, without *.",
    "state": "A state is two letters, such as OR.",
    "state_alone": "Type a city, a ZIP code or a name beside the state.",
    "zip": "A ZIP code is five digits, or their beginning.",
    "point": "There is no such place to search around.",
    "npi": "This is no NPI: its check digit is wrong.",
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
    "begun": "This visit was started elsewhere in the same moment, so no call was opened. It is in your "
    "name: a colleague started it, or you at another computer.",
    "slow": "The server answers too slowly to know how the visit stands, so no call was opened. Try again.",
    "not_handed_over": "The server has not handed the visit over: it is still yours.",
    "too_early": "This appointment is not open yet.",
    "no_conference": "This profile has no conference address. Choose another page for calls in the settings.",
    "no_meeting": "The server names no meeting for this visit that a browser can join.",
    "meeting_off": "The clinic has switched this visit's meeting off.",
    "no_messenger_keys": "This computer has no key for VSee Messenger. Ask the clinic's administrator.",
    "no_messenger_here": "You have no VSee Messenger account at this clinic.",
    "no_messenger_there": "This patient has no VSee Messenger account.",
}
_OUTSIDE: dict[Why, str] = {
    "too_early": "It can be started from {}.",
    "link_early": "The patient's own link works from {}.",
    "over": "It ended at {}; it can still be started, but the patient's link may no longer work.",
}

_NOT_ON_DISK: dict[FaultReason, str] = {
    "full": "The disk is full. What you do is kept in memory until there is room: free some space.",
    "read_only": "Vestibule may not write to its folder. What you do is kept in memory until it may.",
    "damaged": "The file with your data on this computer is damaged. What you do is kept in memory for now; "
    "the next start sets the file aside and saves what can be saved.",
    "newer": "The data on this computer belongs to a newer version of Vestibule and is left alone. "
    "What you do is kept in memory only: update Vestibule before you close it.",
    "failed": "This computer could not write to its disk. What you do is kept in memory; it is tried again.",
}
NO_KEYRING = "Nothing is kept on this computer after closing: it has no keyring for the key."


def not_on_disk(fault: StoreFault) -> str:
    """Why this computer keeps nothing at the moment, and what to do."""
    return _NOT_ON_DISK[fault.reason]


def about_store(kept: Opened) -> str:
    """What somebody must know about the store that was opened for them; "" when all is well."""
    if kept.fault is not None:
        return not_on_disk(kept.fault)
    if kept.set_aside is None:
        return ""
    saved = kept.set_aside.saved
    came = f"{saved} entries were saved from it." if saved else "Nothing of it was taken over."
    return (
        f"The file with your data on this computer could not be opened and was set aside as "
        f"{kept.set_aside.path.name}. {came} Work goes on without it."
    )


def sentence(failure: Failure) -> str:
    """What happened, for a person."""
    match failure:
        case Offline(reason=reason):
            return _OFFLINE[reason]
        case Uncertain():
            return "The server did not confirm; whether it acted is not known yet."
        case SignedOut(message=message):
            return _with_words("The server does not accept the sign-in", message)
        case NotOffered(key=key):
            return not_offered(key)
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
        case Broken(reason="status", status=status) if status >= 500:
            return f"The server has a fault of its own ({status})."
        case Broken(reason="status", status=status):
            return f"The server answered in a way that its API does not ({status})."
        case Broken(reason=reason):
            return _BROKEN[reason]
    return "The request failed."


def not_signed_in(failure: Failure | NoReturn, clock_ahead_s: float | None = None) -> str:
    """Why nobody was signed in, and what to do about it, whichever way it was tried (SEC-01).

    clock_ahead_s: how far this computer's clock runs ahead of the server's, None when not known.
    """
    match failure:
        case NoReturn(reason=reason):
            return _NO_RETURN[reason]
        case Offline():
            cause = cause_of(failure)
            is_by_clock = cause in ("expired", "not_yet_valid")
            return (is_by_clock and _clock(clock_ahead_s)) or _CAUSES[cause]
        case SignedOut(message=message):
            ours = "The server does not accept this sign-in. It may have ended."
            return _clock(clock_ahead_s) or _own_words(message) or ours
        case NotOffered():
            return "This clinic's server does not offer this way of signing in. Choose another way."
        case Refused(status=403, message=message):
            return _with_words("This user may not sign in here, so ask the clinic", _own_words(message))
        case Refused(status=404, message=message) if message == _NO_SUCH_PATH:
            return "The server has no sign-in at this address. Check the address."
        case Refused(status=404, message=message):
            return _with_words("The server does not know this account code", _own_words(message))
        case Broken(status=404 | 405 | 501):
            return "The server has no sign-in at this address. Check the address."
        case Broken(reason="not_json" | "redirect"):
            return _CAPTIVE
        case Broken(reason="status", status=status) if status >= 500:
            return f"{sentence(failure)} Try again in a few minutes."
        case Uncertain():
            return "The server did not answer the sign-in. Try again."
    return sentence(failure)


def _own_words(message: str) -> str:
    """What a server says beyond the name of its status."""
    return "" if message in ("Unauthorized", "Forbidden", "Not Found") else message


def _clock(ahead_s: float | None) -> str:
    if ahead_s is None or abs(ahead_s) < FAR_OFF_S:
        return ""
    return _CLOCK.format(_span(abs(ahead_s)), "ahead" if ahead_s > 0 else "behind")


def _span(seconds: float) -> str:
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length or unit == "minute":
            count = round(seconds / length)
            break
    return f"{count} {unit}{'' if count == 1 else 's'}"


def not_offered(key: str) -> str:
    """That this clinic's server does not have an endpoint, and the documented way out (api/README.md §12)."""
    what, way_out = _NOT_OFFERED.get(key) or _NOT_OFFERED.get(key.partition(".")[0]) or ("this", "")
    return f"This clinic's server does not offer {what}{f'; {way_out}' if way_out else ''}."


def unfit(file: UnfitFile) -> str:
    """Why a file of this computer is not sent; nothing has left."""
    return _UNFIT[file.reason]


def not_shown(file: NotShown) -> str:
    """Why a file is not handed to another program; nothing of it is left here."""
    return _NOT_SHOWN[file.reason]


def unsaved(fault: Unsaved) -> str:
    """Why a file could not be kept on this computer; nothing of it is left here."""
    return _UNSAVED[fault.reason]


def unsearchable(search: Unsearchable) -> str:
    """What a search for pharmacies lacks; nothing was sent."""
    return _UNSEARCHABLE[search.reason]


def cannot_start(refusal: CannotStart, when: str = "") -> str:
    """Why a call may not start. when: `refusal.when` as the caller shows times, "" when not known."""
    since = f" ({when})" if when else ""
    match refusal.reason:
        case "taken":
            who = refusal.who or "somebody the server does not name"
            return f"This visit is in progress with {who}{f' since {when}' if when else ''}."
        case "claimed":
            return f"{refusal.who or 'Somebody else'} has just taken this visit."
        case "taken_econsult":
            return f"{refusal.who or 'Somebody else'} has accepted this e-consult."
        case "no_page":
            return _with_words(
                "The portal's call page could not be opened, so no call was started", refusal.message
            )
        case "room_closed":
            return _with_words("The waiting room is closed", refusal.message)
        case "ended" | "cancelled" | "refunded":
            return _CANNOT_START[refusal.reason].removesuffix(".") + f"{since}."
        case "meeting_over":
            return f"This visit's meeting is over{since}; nobody can join it any more."
        case "too_early" if when:
            return f"{_CANNOT_START[refusal.reason]} {outside_window('too_early', when)}"
    return _CANNOT_START[refusal.reason]


def outside_window(why: Why, when: str) -> str:
    """How an appointment's time stands to now. when: `Outside.when` as the caller shows times."""
    return _OUTSIDE[why].format(when)


def _with_words(ours: str, theirs: str) -> str:
    return f"{ours}: {theirs.rstrip('.')}." if theirs else f"{ours}."
