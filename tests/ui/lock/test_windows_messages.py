"""What Windows says of leaving the desk, as far as it can be told elsewhere: the messages themselves."""

from ctypes import addressof
from ctypes.wintypes import MSG

import pytest
from PySide6.QtWidgets import QApplication

from ui.lock.windows_messages import WindowsMessages

SESSION_CHANGE, POWER, PAINT = 0x02B1, 0x0218, 0x000F


@pytest.mark.parametrize(
    ("what", "how", "leaves"),
    [
        (SESSION_CHANGE, 0x7, True),
        (SESSION_CHANGE, 0x2, True),
        (SESSION_CHANGE, 0x4, True),
        (SESSION_CHANGE, 0x6, True),
        (SESSION_CHANGE, 0x8, False),
        (SESSION_CHANGE, 0x1, False),
        (POWER, 0x4, True),
        (POWER, 0x12, False),
        (PAINT, 0x7, False),
    ],
)
def test_leaving_the_desk_locks(qapp: QApplication, what: int, how: int, leaves: bool) -> None:
    told: list[int] = []
    window = WindowsMessages(lambda: told.append(1))
    message = MSG(message=what, wParam=how)
    assert window.nativeEvent(b"windows_generic_MSG", addressof(message)) == (False, 0)
    assert bool(told) == leaves
    assert window.nativeEvent(b"xcb_generic_event_t", 0) == (False, 0)
    assert not window.isVisible()
    window.deleteLater()
