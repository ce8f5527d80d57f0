"""Whether patients find the provider: one word in the top bar, and the choice behind it."""

from collections.abc import Callable
from functools import partial
from textwrap import wrap

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from app.errors import Broken, Failure, NotOffered, Uncertain
from app.rooms.own_state import InRoom, OwnState, Stand, Word
from app.sentences import sentence
from ui.kit import keys, tasks
from ui.kit.formats import listed, time_text
from ui.kit.notices import Notices
from ui.kit.plain import plain_tip
from ui.shell.menu import OWN_STATE_KEYS
from ui.theme.theme import Theme
from ui.theme.tokens import Tone

_ICON = 14
# Characters: a list breaks no lines, and one of twice the size must fit the screen.
_LINE = 44
_NOTICE = "own state"
_LOOKS: dict[Word, tuple[str, Tone, str]] = {
    Word.AVAILABLE: ("Available", "good", "live"),
    Word.AWAY: ("Away", "neutral", "minus"),
    Word.PARTLY: ("Available in {} of {} rooms", "info", "live"),
    Word.UNKNOWN: ("Availability not known", "warn", "alert"),
}
_ROOM = {True: "available", False: "away", None: "not known"}
_IN_CALL = "In a call. The server is not told of it here: the visit says who talks, and this stays as chosen."
_NOT_KNOWN = "Available or away: {} It is read again every minute."
_REFUSED = "Available or away: nothing was changed. {}"


class OwnStateButton(QPushButton):
    """A word with an icon and a list: available, away, for all rooms or for each.

    room_name: of a room's code. look_again: asks the server anew for what it was found not to offer.
    seen: told whether there is anything to choose at all, for the menu's entry.
    """

    def __init__(
        self,
        theme: Theme,
        own_state: OwnState,
        room_name: Callable[[str], str],
        now: Callable[[], float],
        notices: Notices,
        look_again: Callable[[], None],
        seen: Callable[[bool], None],
        report: Callable[[BaseException], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._own_state, self._room_name, self._now = theme, own_state, room_name, now
        self._notices, self._look_again, self._seen, self._report = notices, look_again, seen, report
        self.list = QMenu(self)
        self.list.setAccessibleName("Available or away")
        self.list.aboutToShow.connect(self._fill)
        self.clicked.connect(self._open)
        self._stop = own_state.listen(self._show)
        theme.changed.connect(self._show)
        self._show()

    def present(self) -> None:
        """By its key, or from the menu: opens the list, or says why there is none."""
        if self._own_state.stand.is_offered:
            self.setFocus()
            self._open()
        else:
            self._say_not_offered(NotOffered("users.presence"))

    def close_listeners(self) -> None:
        """Stops listening to the session, before the window shows another one."""
        self._stop()
        self.list.close()
        self._seen(False)
        self._notices.clear(_NOTICE)

    # -- choosing

    def _open(self) -> None:
        self.list.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _fill(self) -> None:
        """Anew each time it opens: nothing in it changes under the fingers."""
        self.list.clear()
        stand = self._own_state.stand
        for available, word in ((True, Word.AVAILABLE), (False, Word.AWAY)):
            action = self._entry(f"{_LOOKS[word][0]} in all rooms", stand.word == word)
            action.triggered.connect(partial(self._choose, available, ""))
        if len(stand.rooms) > 1:
            self.list.addSeparator()
            for room in stand.rooms:
                action = self._entry(self._room_text(room), room.online is True)
                action.triggered.connect(partial(self._choose, room.online is not True, room.code))
        self.list.addSeparator()
        for line in (line for remark in self._remarks(stand) for line in wrap(remark, _LINE)):
            self.list.addAction(_escaped(line)).setEnabled(False)

    def _entry(self, text: str, is_so: bool) -> QAction:
        action = self.list.addAction(_escaped(text))
        action.setCheckable(True)
        action.setChecked(is_so)
        return action

    def _choose(self, available: bool, code: str, _checked: bool = False) -> None:
        self._notices.clear(_NOTICE)
        work = self._own_state.choose(available, code)
        tasks.run(self, work, busy=self, name="rooms.own_state", report=self._failed)

    def _failed(self, error: BaseException) -> None:
        match error:
            case NotOffered():
                self._say_not_offered(error)
            case Uncertain() | Broken():
                self._notices.say(_NOT_KNOWN.format(sentence(error)), "warn", key=_NOTICE)
            case Failure():
                self._notices.say(_REFUSED.format(sentence(error)), "bad", key=_NOTICE)
            case _:
                self._report(error)

    def _say_not_offered(self, failure: NotOffered) -> None:
        self._notices.say(sentence(failure), "info", key=_NOTICE, action=("Ask again", self._ask_again))

    def _ask_again(self) -> None:
        self._notices.clear(_NOTICE)
        self._look_again()
        self._own_state.offer_again()

    # -- look

    def _show(self) -> None:
        own, stand = self._own_state, self._own_state.stand
        self._seen(own.is_provider)
        self.setVisible(own.is_provider and stand.is_offered)
        word, tone, icon = stand_look(stand)
        self.setText(f"{word}  ▾")
        self.setAccessibleName(f"Your state: {word}")
        about = " ".join((*self._remarks(stand), f"({keys.shown(OWN_STATE_KEYS)})"))
        self.setAccessibleDescription(about)
        self.setToolTip(plain_tip(about))
        px, colours = self._theme.px, self._theme.tokens.tone(tone)
        self.setIcon(self._theme.icon(icon, colours.fg, _ICON))
        self.setIconSize(QSize(px(_ICON), px(_ICON)))
        self.setStyleSheet(f"padding: {px(2)}px {px(10)}px;")

    def _room_text(self, room: InRoom) -> str:
        elsewhere = ", set elsewhere" if room.is_overruled else ""
        return f"{self._room_name(room.code)}: {_ROOM[room.online]}{elsewhere}"

    def _remarks(self, stand: Stand) -> list[str]:
        found = [_IN_CALL] if stand.in_call else []
        overruled = listed(self._room_name(room.code) for room in stand.rooms if room.is_overruled)
        if overruled:
            found.append(f"Not as you chose it, but set elsewhere since: {overruled}.")
        if stand.at is None:
            found.append("The clinic's server has not said yet.")
        elif stand.word == Word.UNKNOWN:
            found.append("The clinic's server did not tell; it is asked again every minute.")
        else:
            found.append(f"As the clinic's server said at {time_text(stand.at, self._now())}.")
        return found


def stand_look(stand: Stand) -> tuple[str, Tone, str]:
    """Word, tone and icon of how somebody stands; the word carries the meaning."""
    if stand.is_changing:
        return "Changing…", "neutral", "refresh"
    word, tone, icon = _LOOKS[stand.word]
    word = word.format(stand.available_in, len(stand.rooms))
    return (f"In a call  ·  {word}", "good", "video") if stand.in_call else (word, tone, icon)


def _escaped(text: str) -> str:
    """A menu would read & as the mark of a letter."""
    return text.replace("&", "&&")
