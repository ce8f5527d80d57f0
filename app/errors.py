"""The five ways a request to the server can fail. No call in `app` fails in a sixth.

    Failure
    ├── Offline     no contact, or a question that changes nothing got no answer
    ├── Uncertain   the request left, no answer came: the server may have acted
    ├── SignedOut   the server does not accept our token (401)
    ├── Refused     the server understood and said no (other 4xx)
    │   └── NotOffered   this clinic's server does not have the endpoint at all
    └── Broken      the server answered something that is not its API (5xx, HTML, cut JSON, foreign redirect)

Sentences for people are in `app.sentences`.
"""

from typing import Literal


class Failure(Exception):
    """A request that did not succeed.

    retry_after: seconds the server asked us to wait, or None (api/README.md §7).
    """

    def __init__(self, detail: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


OfflineReason = Literal["unreachable", "name", "certificate", "timeout", "cut"]


class Offline(Failure):
    """No contact with the server; nothing was changed there.

    reason: unreachable, name (not in DNS), certificate, timeout (no answer in time), cut (line dropped).
    """

    def __init__(self, reason: OfflineReason = "unreachable", detail: str = "") -> None:
        super().__init__(detail)
        self.reason: OfflineReason = reason


class Uncertain(Failure):
    """A request that changes something left, and no answer came: re-read before repeating."""


class SignedOut(Failure):
    """The server does not accept the token, or the user name and password (401).

    message: the server's own words, possibly empty.
    """

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class Refused(Failure):
    """The server said no.

    status: HTTP status or envelope code; message: the server's own words, possibly empty.
    """

    def __init__(self, status: int, message: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(f"{status} {message}", retry_after=retry_after)
        self.status = status
        self.message = message


class NotOffered(Refused):
    """This clinic's server does not offer the endpoint, or the clinic's profile switched it off.

    A plain fact, not a fault: the screen says it and offers the documented way out (api/README.md §12).
    key: of the path table.
    """

    def __init__(self, key: str, message: str = "") -> None:
        super().__init__(404, message)
        self.key = key


BrokenReason = Literal["status", "not_json", "shape", "partial", "redirect", "too_large", "old"]


class Broken(Failure):
    """An answer that is not the VSee Clinic API's.

    reason: status (5xx or an unknown code), not_json, shape (JSON of another form), partial (not all that had
    to be looked at), redirect (to another host), too_large, old (kept on the way, not the server's word of
    now). where: the host or JSON path meant, possibly empty.
    """

    def __init__(
        self, reason: BrokenReason, *, status: int = 0, where: str = "", retry_after: float | None = None
    ) -> None:
        super().__init__(f"{reason} {status} {where}", retry_after=retry_after)
        self.reason: BrokenReason = reason
        self.status = status
        self.where = where
