"""The last column of docs/api-coverage.md is what a window really asks for."""

from PySide6.QtWidgets import QApplication

from app.entry import end_at_server
from tests.sessions import fail
from tests.ui.conftest import Open
from tests.until import until
from tools.api_coverage import SCREENS
from ui.theme.theme import Theme
from ui.workplace import Workplace

SHARED = "48212"


async def test_a_shift_asks_for_what_the_table_says(
    qapp: QApplication, open_queue: Open, theme: Theme
) -> None:
    async with open_queue() as opened:
        await opened.select(SHARED)
        bar = opened.page.visit.call_bar
        bar.start_button.click()
        (await opened.asked()).accept()
        await until(bar.finish_button.isVisible)
        bar.finish_button.click()
        (await opened.asked()).accept()
        await until(lambda: opened.session.finishing.left_s(SHARED) is not None)
        await opened.session.finishing.flush(5.0)
        await until(lambda: opened.clinic.status(SHARED) == 30)
        await until(lambda: opened.clinic.asked("rooms.providers") > 0)
        place = Workplace(opened.session, opened.window, theme, lambda _link: True, fail)
        await until(lambda: opened.session.own_state.stand.is_offered)
        await opened.session.own_state.choose(False)
        place.show_settings()
        await until(lambda: opened.clinic.asked("settings.get") and opened.clinic.asked("accounts.get"))
        place.close()
        await end_at_server(opened.session.profile, opened.session.renewal.tokens)
        link = opened.links[0].removeprefix(opened.clinic.portal)
    assert link.startswith("auth?")
    asked = {entry["key"] for entry in opened.clinic.log() if entry["key"]} | {"auth.redirect"}
    assert asked == set(SCREENS) - {"portal.visit"}
    assert "/visits/start/48212" in {entry["path"] for entry in opened.clinic.log()}
