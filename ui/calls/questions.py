"""The questions before a call is started or a visit finished: two identifiers, large (PID-01)."""

from PySide6.QtWidgets import QWidget

from app.visits.record import Status, Visit
from ui.kit.ask import Question
from ui.kit.formats import born_text, name_text, phone_text
from ui.kit.identity_card import IdentityCard
from ui.theme.theme import Theme


def start_question(theme: Theme, visit: Visit, assigned_to: str, now: float, parent: QWidget) -> Question:
    """Asks before a call opens. assigned_to: another provider's name, "" when it is ours or nobody's."""
    rejoin = visit.status == Status.IN_PROGRESS
    return Question(
        theme,
        "Rejoin this call?" if rejoin else "Start this call?",
        "The call opens in the web browser, signed in as you.",
        accept="Rejoin call" if rejoin else "Start call",
        accept_keys="Ctrl+Return",
        body=_identity(theme, visit, now, f"Assigned to {assigned_to}." if assigned_to else ""),
        parent=parent,
    )


def finish_question(theme: Theme, visit: Visit, now: float, parent: QWidget) -> Question:
    """Asks before a visit is completed."""
    return Question(
        theme,
        "Finish this visit?",
        "Finish it after the call has ended: finishing a visit cuts a call that still runs.",
        accept="Finish visit",
        accept_keys="Ctrl+Return",
        body=_identity(theme, visit, now, ""),
        parent=parent,
    )


def _identity(theme: Theme, visit: Visit, now: float, warning: str) -> QWidget:
    member = visit.member
    name = name_text(member.family, member.given, member.full_name) if member else name_text("", "")
    card = IdentityCard(theme, name, born_text(member.born if member else None, now))
    card.add(f"Phone {phone_text(member.phone)}" if member and member.phone else "Phone: not known")
    card.add(warning, "error")
    card.add(visit.reason or "", "soft")
    return card
