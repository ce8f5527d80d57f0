"""The questions before something that has not arrived is thrown away, or left behind."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.core.action import Action, State
from ui.kit.ask import Question
from ui.kit.identity_card import IdentityCard
from ui.outbox.paper import Paper
from ui.outbox.words import Described
from ui.theme.theme import Theme

_LOSSES: dict[State, str] = {
    State.QUEUED: "It has not been sent. It will not be sent any more, and what was typed is lost.",
    State.UNKNOWN: "The server may have it already: look there before you do it again."
    " What was typed is lost here, and it is no longer looked for.",
}
_LOSS = "The server did not take it. What was typed is lost."


def discard_question(theme: Theme, described: Described, action: Action, parent: QWidget) -> Question:
    """Asks before an action is discarded; shows whose it is and everything that would be lost."""
    return Question(
        theme,
        f"Discard this {described.title[:1].lower()}{described.title[1:]}?",
        _LOSSES.get(action.state, _LOSS),
        accept="Discard",
        cancel="Keep it",
        kind="danger",
        accept_keys="Ctrl+Return",
        body=_contents(theme, described, "What would be lost"),
        parent=parent,
    )


def send_question(theme: Theme, described: Described, parent: QWidget) -> Question:
    """Asks before something is sent of which nobody can tell whether it has arrived."""
    return Question(
        theme,
        f"Send this {described.title[:1].lower()}{described.title[1:]} anyway?",
        "Only if you have looked at the clinic and it is not there. If it is, it will be there twice.",
        accept="It is not there: send",
        cancel="Do not send",
        kind="danger",
        accept_keys="Ctrl+Return",
        body=_contents(theme, described, "What would be sent"),
        parent=parent,
    )


def sign_out_question(
    theme: Theme, described: Sequence[Described], is_kept: bool, parent: QWidget
) -> Question:
    """Asks before signing out with things that have not arrived (OFF-04).

    described: each of them, at least one. is_kept: whether they are in a store that outlives the session.
    """
    one = len(described) == 1
    if is_kept:
        fate = f"{'It stays' if one else 'They stay'} on this computer, encrypted."
        fate += " What can be sent is sent when you sign in again."
    else:
        fate = f"{'It' if one else 'They'} will be lost: nothing can be kept on this computer now."
    return Question(
        theme,
        _how_many(described),
        fate,
        accept="Sign out",
        cancel="Stay signed in",
        kind="primary" if is_kept else "danger",
        body=_list(theme, described),
        parent=parent,
    )


def close_question(theme: Theme, described: Sequence[Described], parent: QWidget) -> Question:
    """Asks before the program ends with things that are in its memory alone; described: at least one."""
    return Question(
        theme,
        _how_many(described),
        "Nothing can be kept on this computer now, so closing Vestibule would lose what is listed here.",
        accept=f"Close and lose {'it' if len(described) == 1 else 'them'}",
        cancel="Keep it open",
        kind="danger",
        body=_list(theme, described),
        parent=parent,
    )


def reset_question(theme: Theme, described: Sequence[Described], is_live: bool, parent: QWidget) -> Question:
    """Asks before all that this computer keeps of a person is removed (OFF-05).

    described: what would be lost. is_live: whether the server answers, so that the list can be read anew.
    """
    anew = "and the list is read anew" if is_live else "and the list stays empty until the server answers"
    they = "It" if len(described) == 1 else "They"
    lost = f" {_how_many(described)} {they} would be lost:" if described else ""
    return Question(
        theme,
        "Remove your data from this computer?",
        "The list of visits, everything typed and not saved, and what waits to be sent are removed from this "
        f"computer, {anew}. Nothing is removed at the server.{lost}",
        accept="Remove",
        kind="danger",
        body=_list(theme, described) if described else None,
        parent=parent,
    )


def _how_many(described: Sequence[Described]) -> str:
    things = "1 thing is" if len(described) == 1 else f"{len(described)} things are"
    return f"{things} not at the server yet."


def _list(theme: Theme, described: Sequence[Described]) -> QWidget:
    paper = Paper(theme, "Not at the server yet")
    paper.show_sections([("", tuple(("", each.text) for each in described))])
    return paper


def _contents(theme: Theme, described: Described, about: str) -> QWidget:
    card = IdentityCard(theme, described.name, described.born)
    card.add(described.place, "soft")
    paper = Paper(theme, about)
    paper.show_sections([("", described.lines)])
    card.put(paper)
    return card
