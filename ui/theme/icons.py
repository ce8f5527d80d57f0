"""Our own line icons, 24 by 24, drawn when first needed and kept."""

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QColor, QPainter, QPixmap

_STROKES: dict[str, str] = {
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.2l3.4 2"/>',
    "video": '<rect x="2.5" y="6" width="13" height="12" rx="2.5"/><path d="M15.5 10.6 21.5 7v10l-6-3.6"/>',
    "phone": (
        '<path d="M5.2 3.5h3.3l1.7 4.3-2.2 1.6a12.5 12.5 0 0 0 6.6 6.6l1.6-2.2'
        ' 4.3 1.7v3.3a1.9 1.9 0 0 1-2.1 1.9A16.6 16.6 0 0 1 3.3 5.6a1.9 1.9 0 0 1 1.9-2.1z"/>'
    ),
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5a7.5 7.5 0 0 1 15 0"/>',
    "in_person": (
        '<circle cx="8.5" cy="8.5" r="3.3"/><circle cx="16.8" cy="10" r="2.4"/>'
        '<path d="M2.5 19.5a6 6 0 0 1 12 0M16.6 15.2a4.9 4.9 0 0 1 4.9 4.3"/>'
    ),
    "calendar": '<rect x="3.5" y="5" width="17" height="15.5" rx="2.5"/>'
    '<path d="M3.5 10h17M8 2.8V7M16 2.8V7"/>',
    "message": '<path d="M20.5 15a2.5 2.5 0 0 1-2.5 2.5H8.5L3.5 21V6A2.5 2.5 0 0 1 6 3.5h12A2.5 2.5 0 0 1'
    ' 20.5 6z"/>'
    '<path d="M8 8.7h8M8 12.4h5"/>',
    "check": '<path d="m4.5 12.8 5 5L19.5 7"/>',
    "alert": '<path d="M12 3.8 21.6 20.2H2.4z"/><path d="M12 10v4.6M12 17.4v.1"/>',
    "alert_filled": '<path d="M12 3.8 21.6 20.2H2.4z" fill="currentColor"/>'
    '<path d="M12 10v4.6M12 17.4v.1" stroke="#KNOCKOUT"/>',
    "offline": (
        '<path d="M3 3l18 18M9.3 6.2A6 6 0 0 1 17.5 10h.6a4.2 4.2 0 0 1 2.4 7.6"/>'
        '<path d="M6.6 9A5.3 5.3 0 0 0 7.8 19h8.6"/>'
    ),
    "live": '<circle cx="12" cy="12" r="5" fill="currentColor"/>',
    "search": '<circle cx="10.8" cy="10.8" r="6.8"/><path d="m15.8 15.8 5 5"/>',
    "refresh": '<path d="M20.5 4v5.5H15"/><path d="M20 9.3A8.5 8.5 0 1 0 20.3 14"/>',
    "chevron": '<path d="m9 5.5 6.5 6.5L9 18.5"/>',
    "chevron_down": '<path d="m5.5 9 6.5 6.5L18.5 9"/>',
    "lock": '<rect x="4.5" y="10.5" width="15" height="10" rx="2.5"/>'
    '<path d="M8 10.5V7.2a4 4 0 0 1 8 0v3.3"/>',
    "sign_out": '<path d="M9.5 20.5H6A2.5 2.5 0 0 1 3.5 18V6A2.5 2.5 0 0 1 6 3.5h3.5"/>'
    '<path d="M16 16.5l4.5-4.5L16 7.5M20.5 12h-11"/>',
    "door": '<path d="M6 20.5v-15A2 2 0 0 1 8 3.5h8a2 2 0 0 1 2 2v15M3 20.5h18M14.2 12v.1"/>',
    "copy": '<rect x="8.5" y="8.5" width="12" height="12" rx="2.5"/>'
    '<path d="M15.5 5.8A2.3 2.3 0 0 0 13.2 3.5H5.8a2.3 2.3 0 0 0-2.3 2.3v7.4a2.3 2.3 0 0 0 2.3 2.3"/>',
    "sun_moon": '<circle cx="12" cy="12" r="8.5"/>'
    '<path d="M12 3.5a8.5 8.5 0 0 1 0 17z" fill="currentColor"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "minus": '<path d="M5 12h14"/>',
    "close": '<path d="M6 6l12 12M18 6 6 18"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.6v.1"/>',
}

NAMES = tuple(_STROKES)

_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="{colour}"'
    ' stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">{strokes}</svg>'
)


class Icons:
    """Pixmaps by name, colour, size, pixel ratio and ground: the mark inside a filled icon has it."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str, int, float, str], QPixmap] = {}

    def pixmap(
        self, name: str, colour: str, size: int, ratio: float = 1.0, ground: str = "#FFFFFF"
    ) -> QPixmap:
        """The icon as a pixmap. colour, ground: #RRGGBB. size: logical px. ratio: device pixels per px.

        An unknown name gives an empty, transparent pixmap: a missing picture must not take a row with it.
        """
        key = (name, colour, size, ratio, ground)
        if key not in self._made:
            self._made[key] = _render(name, colour, size, ratio, ground)
        return self._made[key]


def svg(name: str, colour: str, ground: str = "#FFFFFF") -> str:
    """The icon as SVG text."""
    strokes = _STROKES.get(name, "").replace("currentColor", colour).replace("#KNOCKOUT", ground)
    return _SVG.format(colour=colour, strokes=strokes)


def _render(name: str, colour: str, size: int, ratio: float, ground: str) -> QPixmap:
    # QtSvg takes 10 ms to load; a program that has not painted an icon yet should not wait for it.
    from PySide6.QtSvg import QSvgRenderer

    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(QColor(0, 0, 0, 0))
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(svg(name, colour, ground).encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
