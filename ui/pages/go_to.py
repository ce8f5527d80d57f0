"""Ctrl+K over one person's page: what can be done, whom one can go to, which rooms there are."""

from collections.abc import Iterator

import msgspec

from app.session import Session
from app.visits.waiting import QueueRow
from ui.kit.cell import Cell
from ui.pages.queue_page import QueuePage
from ui.shell.finds import Commands, patients, rooms
from ui.shell.palette import Palette
from ui.shell.window import Window
from ui.theme.theme import Theme
from ui.visits.words import patient_cell, status_pill, waiting_cell


def palette_over(window: Window, theme: Theme, session: Session, page: QueuePage) -> Palette:
    """Patients also of whom a filter hides: whoever asks for somebody by name means them."""

    def look(row: QueueRow) -> tuple[Cell, Cell]:
        now = session.clock.now()
        wait = waiting_cell(row, now).text()
        return patient_cell(row, now), Cell("", wait, chip=status_pill(row, now))

    def visits() -> Iterator[QueueRow]:
        return iter(page.queue.rows_of_today())

    def watch(room: str) -> None:
        session.choose(msgspec.structs.replace(session.choices, room=room))

    menu = window.menu
    sources = [Commands(window, menu.menu, menu.point_at, menu.palette)]
    if session.rights.identity:
        sources.append(patients(visits, look, page.show_visit))
    if not session.profile.room:
        sources.append(rooms(lambda: session.rooms.rooms, watch))
    return Palette(theme, window, sources, lambda: window.page)
