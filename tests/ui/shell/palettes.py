"""How the palette is put together over a session and its queue page; what `Workplace` does."""

from collections.abc import Iterator

from app.session import Session
from app.visits.waiting import QueueRow
from ui.kit.cell import Cell
from ui.pages.queue_page import QueuePage
from ui.shell.finds import Commands, patients, rooms
from ui.shell.palette import Palette
from ui.shell.window import Window
from ui.theme.theme import Theme
from ui.visits.words import patient_cell, status_pill, waiting_cell


def palette_over(
    window: Window, theme: Theme, session: Session, page: QueuePage, watched: list[str]
) -> Palette:
    """watched: takes the codes of the rooms that were chosen."""
    visits, now = session.queue.visits, session.clock.now

    def queue() -> Iterator[QueueRow]:
        found = (visits.get(visit_id) for visit_id in page.queue.model.ids())
        return (row for row in found if row is not None)

    def look(row: QueueRow) -> tuple[Cell, Cell]:
        wait = waiting_cell(row, now())
        return patient_cell(row, now()), Cell("", wait.text(), chip=status_pill(row, now()))

    def choose(visit_id: str) -> bool:
        page.queue.table.setFocus()
        return page.queue.table.select(visit_id)

    menu = window.menu
    commands = Commands(window, menu.menu, menu.point_at, menu.palette)
    sources = [commands, rooms(lambda: session.rooms.rooms, watched.append)]
    if session.rights.identity:
        sources.insert(1, patients(queue, look, choose))
    made = Palette(theme, window, sources, lambda: window.page)
    menu.palette_wanted.connect(made.present)
    return made
