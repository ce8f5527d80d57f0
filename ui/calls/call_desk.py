"""What the acts on calls are made of."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.calls.finishing import Finishing
from app.calls.rules import CallRules
from app.calls.start import Calls, OpenLink
from app.rooms.provider import Provider
from app.visits.record import Visit
from ui.kit.notices import Notices


@dataclass(frozen=True, slots=True)
class CallDesk:
    """Of one session and its page.

    me: id of the person signed in. provider_name: names the provider of a visit. now: server time, Unix s.
    open_link: the desktop's opener. acting: told before each act, with the visit's id: what comes of it is no
    news. acted: told after it, so that the queue is asked at once. rules: the clinic's. warnings: what else
    to know before a visit is started. opens: where a started call goes on. providers: of a visit's room;
    raises Failure. show_numbers: of a visit. to_note: goes on to the note of a visit, with its disposition,
    which is False where the note does not take that; None where the person writes none.
    """

    calls: Calls
    finishing: Finishing
    me: str
    provider_name: Callable[[Visit], str]
    now: Callable[[], float]
    notices: Notices
    open_link: OpenLink
    acting: Callable[[str], None]
    acted: Callable[[str], None]
    report: Callable[[BaseException], None]
    rules: Callable[[], CallRules]
    warnings: Callable[[Visit], list[str]]
    opens: Callable[[], str]
    providers: Callable[[Visit], Awaitable[list[Provider]]]
    show_numbers: Callable[[Visit], None]
    to_note: Callable[[Visit, str], bool] | None
