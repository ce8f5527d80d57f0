"""What Qt says of itself goes into the log, without its words: a message may quote what was drawn."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from app.log.events import LOGGER, made
from app.log.fields import QtMethod

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.DEBUG,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_METHOD = re.compile(r"(Q[A-Za-z]+)::([A-Za-z]+)")


@contextmanager
def qt_logged() -> Iterator[None]:
    """Meanwhile Qt's messages are logged by category and method, and printed nowhere."""
    before = qInstallMessageHandler(_heard)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


def _heard(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    level = _LEVELS.get(kind, logging.WARNING)
    if LOGGER.isEnabledFor(level):
        LOGGER.log(level, made("qt", {"category": _category(context.category), **_method(message)}))


def _category(name: str | None) -> str:
    return ".".join((name or "default").split(".")[:2])


def _method(message: str) -> dict[str, object]:
    """Many messages begin with the method that complains: told if there is one of that name."""
    found = _METHOD.match(message)
    if found is None:
        return {}
    kinds = [getattr(part, found[1]) for part in (QtCore, QtGui, QtWidgets) if hasattr(part, found[1])]
    is_method = any(hasattr(kind, found[2]) for kind in kinds)
    return {"method": QtMethod(found[0])} if is_method else {}
