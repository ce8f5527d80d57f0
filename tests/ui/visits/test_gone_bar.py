"""A patient whose page is silent: said beside them, and closed as left after a question."""

from PySide6.QtWidgets import QApplication

from tests.ui.conftest import Open, Opened
from tests.until import until

SHARED, OTHER = "48212", "48211"


async def lose(opened: Opened, visit_id: str = SHARED) -> None:
    """The patient's page was last heard of right after they came, 17 minutes ago."""
    came = opened.visit(visit_id).start
    assert came is not None
    opened.clinic.do("patch", visit=visit_id, set={"member_alive": int(came) + 1})
    await opened.select(visit_id)
    await until(opened.page.visit.gone_bar.isVisible)


async def test_it_is_there_only_while_the_signal_is_lost(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        bar = opened.page.visit.gone_bar
        await opened.select(SHARED)
        assert not bar.isVisible()
        await lose(opened)
        assert "Nothing was heard of the patient's page since" in bar._words.text()
        opened.clinic.do("patch", visit=SHARED, set={"member_alive": int(opened.session.clock.now())})
        await until(lambda: not bar.isVisible())


async def test_marking_as_left_asks_with_two_identifiers_and_closes(
    qapp: QApplication, open_queue: Open
) -> None:
    async with open_queue() as opened:
        await lose(opened)
        bar = opened.page.visit.gone_bar
        bar.button.click()
        question = await opened.asked()
        texts = " ".join(label.text() for label in question.findChildren(type(bar._words)))
        assert "GARCÍA NÚÑEZ, María José" in texts
        assert "Born 30-Nov-1951" in texts
        question.reject()
        await until(bar.button.isEnabled)
        assert opened.clinic.status(SHARED) == 10
        bar.button.click()
        (await opened.asked()).accept()
        await until(lambda: opened.clinic.status(SHARED) == 40)
        await until(lambda: any("closed as left" in text for text in opened.window.notices.texts()))


async def test_a_refusal_is_told_and_the_visit_stays(qapp: QApplication, open_queue: Open) -> None:
    async with open_queue() as opened:
        await lose(opened)
        opened.clinic.weather("status", "visits.close", status=403)
        opened.page.visit.gone_bar.button.click()
        (await opened.asked()).accept()
        await until(lambda: any("the visit was not closed" in text for text in opened.window.notices.texts()))
        assert opened.clinic.status(SHARED) == 10
