"""What a person may choose: each section shows its choices as they are, and hands on what is picked."""

from collections.abc import Callable
from typing import Any, cast

import msgspec
from PySide6.QtWidgets import QWidget

from app.choices import LOCKS_S, POLLS_S, clinic_limits
from app.session import Session
from ui.settings.pick import Pick
from ui.settings.section import Section
from ui.settings.words import CALL_PAGES, chosen_words, origin_words, time_words
from ui.shell.menu import COLOURS, SCALES
from ui.theme.theme import Theme

_THEIRS = "{} (the clinic's)"
_EVERYBODY = "Kept on this computer, for everybody who uses it."


class Appearance(Section):
    """The same two choices as in the menu. changed: told of what was picked."""

    def __init__(self, theme: Theme, changed: Callable[[], None], parent: QWidget) -> None:
        super().__init__(theme, "Appearance", parent)
        self._changed = changed
        self.colours, self.scale = Pick(theme, "Colours", self), Pick(theme, "Text size", self)
        self.colours.picked.connect(self._colours_picked)
        self.scale.picked.connect(self._scale_picked)
        self.add(self.colours, self.scale)
        theme.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows how the program looks now."""
        theme = self._theme
        self.colours.offer(COLOURS, theme.mode, _EVERYBODY)
        # A file that was changed by hand may say any size.
        sizes = SCALES if theme.scale in dict(SCALES) else ((theme.scale, f"{theme.scale:.0%}"), *SCALES)
        self.scale.offer(sizes, theme.scale, _EVERYBODY)

    def _colours_picked(self, mode: object) -> None:
        self._theme.set_mode(cast(Any, mode))
        self._changed()

    def _scale_picked(self, scale: object) -> None:
        self._theme.set_scale(cast(float, scale))
        self._changed()


class QueuePicks(Section):
    """How often the queue is read, and which room is watched."""

    def __init__(self, theme: Theme, session: Session, parent: QWidget) -> None:
        super().__init__(theme, "Queue", parent)
        self._session = session
        self.often = chooser(Pick(theme, "How often it is read", self), session, "poll_s")
        self.room = chooser(Pick(theme, "Which patients are shown", self), session, "room")
        self.add(self.often, self.room)
        self.refresh()

    def refresh(self) -> None:
        """Shows the choices as they are."""
        session, chosen = self._session, self._session.choices.poll_s
        usual = time_words(session.profile.poll_s)
        options = [(None, _THEIRS.format(usual)), *((each, time_words(each)) for each in POLLS_S)]
        origin = origin_words(usual, is_chosen=chosen is not None, is_kept=session.store.is_kept)
        self.often.offer(options, chosen, origin)
        self._refresh_room()

    def _refresh_room(self) -> None:
        session, chosen = self._session, self._session.choices.room
        fixed, rooms = session.profile.room, session.rooms.rooms
        names = {room.code: room.name or room.code for room in rooms}
        self.room.combo.setEnabled(not fixed)
        if fixed:
            only = f"{names.get(fixed, fixed)} only"
            self.room.offer([(None, only)], None, "The clinic has set this for this computer.")
            return
        if chosen is not None:
            names.setdefault(chosen, chosen)
        ordered = sorted(names.items(), key=lambda room: room[1].casefold())
        options = [(None, "All rooms"), *((code, f"{name} only") for code, name in ordered)]
        origin = origin_words("all rooms", is_chosen=chosen is not None, is_kept=session.store.is_kept)
        self.room.offer(options, chosen, origin)


class CallPicks(Section):
    """What a started call opens."""

    def __init__(self, theme: Theme, session: Session, parent: QWidget) -> None:
        super().__init__(theme, "Calls", parent)
        self._session = session
        self.page = chooser(Pick(theme, "A started call opens", self), session, "call_target")
        self.add(self.page)
        self.refresh()

    def refresh(self) -> None:
        """Shows the choice as it is."""
        session, chosen = self._session, self._session.choices.call_target
        page = CALL_PAGES[session.profile.call_target]
        usual = page[0].lower() + page[1:]
        origin = origin_words(usual, is_chosen=chosen is not None, is_kept=session.store.is_kept)
        offered = [(target, CALL_PAGES[target]) for target in session.profile.call_targets]
        self.page.offer([(None, _THEIRS.format(page)), *offered], chosen, origin)


class LockPicks(Section):
    """After how long the window locks: never later than the clinic says."""

    def __init__(self, theme: Theme, session: Session, parent: QWidget) -> None:
        super().__init__(theme, "Lock", parent)
        self._session = session
        self.after = chooser(Pick(theme, "Locks when nobody has used it for", self), session, "lock_s")
        self.add(self.after)
        self.refresh()

    def refresh(self) -> None:
        """Shows the choice as it is."""
        session, chosen = self._session, self._session.choices.lock_s
        limit_s = clinic_limits(session.clinic).lock_s
        limit = time_words(limit_s)
        is_said = session.clinic is not None and bool(session.clinic.idle_s)
        usual = (_THEIRS if is_said else "{} (the usual)").format(limit)
        bound = f"The clinic's limit is {limit}." if is_said else f"The limit is {limit}: {_whose(session)}."
        options = [(None, usual), *((each, time_words(each)) for each in LOCKS_S if each < limit_s)]
        if chosen is None:
            self.after.offer(options, None, bound)
        elif chosen >= limit_s:
            self.after.offer(options, None, f"You chose {time_words(chosen)}, which is not shorter. {bound}")
        else:
            self.after.offer(options, chosen, f"{chosen_words(session.store.is_kept)} {bound}")


def _whose(session: Session) -> str:
    """Why a limit is not the clinic's."""
    return "the clinic's is not known yet" if session.clinic is None else "the clinic says none"


def chooser(pick: Pick, session: Session, name: str) -> Pick:
    """A pick of one of the `Choices`, by its name there."""

    def choose(value: object) -> None:
        session.choose(msgspec.structs.replace(session.choices, **{name: value}))

    pick.picked.connect(choose)
    return pick
