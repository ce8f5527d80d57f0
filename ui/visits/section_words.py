"""The words above each section of the queue."""

from app.visits.sections import FOLDABLE, Section
from ui.kit.cell import Cell

TITLES = {
    Section.IN_PROGRESS: "In progress",
    Section.UNCLEAR: "Unclear: look these up",
    Section.WAITING: "Waiting",
    Section.SCHEDULED: "Scheduled",
    Section.E_CONSULT: "E-consults",
    Section.WRAP_UP: "Needs wrap-up",
    Section.DONE: "Done today",
}


def heading_cell(section: int, count: int, is_folded: bool) -> Cell:
    """Done today, 12. A section that can be folded has an arrow; where it is folded its words say so."""
    place = Section(section)
    folded = f"{count}, folded" if is_folded else str(count)
    arrow = "chevron" if is_folded else "chevron_down"
    return Cell(TITLES[place], folded, icon=arrow if place in FOLDABLE else None)
