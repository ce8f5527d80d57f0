"""What libraries log: who, how bad, where; never their words, arguments, or anything else they bring."""

import logging
import warnings
from pathlib import Path

import httpx
import pytest

from app import log
from app.log.file import logged
from tests.app.log.logs import lines, text
from tests.practice import Practice

NEEDLE = "Okafor"
pytestmark = [pytest.mark.logs, pytest.mark.plants]


class Rude:
    """Tells what it must not, however it is asked."""

    def __str__(self) -> str:
        return NEEDLE

    __repr__ = __str__


def test_words_and_arguments_of_a_library_are_not_written(tmp_path: Path) -> None:
    with logged(tmp_path):
        logger = logging.getLogger("httpx._client")
        logger.warning("GET https://x/?name=%s", NEEDLE)
        logger.error(NEEDLE, extra={"patient": NEEDLE, "event": NEEDLE})
        logger.warning(Rude())
        logger.warning({"event": NEEDLE})
        logger.critical(NEEDLE)
        logger.warning("%(name)s", {"name": NEEDLE}, stack_info=True)
        try:
            int(NEEDLE)
        except ValueError:
            logger.exception(NEEDLE)
    assert NEEDLE not in text(tmp_path)
    found = lines(tmp_path, "library")
    assert [line["level"] for line in found] == [
        "warning", "error", "warning", "warning", "critical", "warning", "error",
    ]  # fmt: skip
    assert {line["logger"] for line in found} == {"httpx._client"}
    assert all(line["frames"][0].startswith(f"{__name__}:") for line in found)
    assert [line.get("type") for line in found][-2:] == [None, "builtins.ValueError"]


def test_a_logger_is_named_as_far_as_it_is_a_module(tmp_path: Path) -> None:
    with logged(tmp_path):
        for name in (NEEDLE, f"httpx.{NEEDLE}", f"{NEEDLE}.httpx", "httpx"):
            logging.getLogger(name).warning("x")
    assert [line["logger"] for line in lines(tmp_path, "library")] == ["?", "httpx", "?", "httpx"]


def test_a_record_that_was_forged_is_no_event(tmp_path: Path) -> None:
    with logged(tmp_path):
        forged = {
            "name": NEEDLE,
            "levelno": 10**6,
            "levelname": NEEDLE,
            "msg": NEEDLE,
            "created": float("inf"),
            "pathname": f"/{NEEDLE}.py",
            "lineno": 3,
            "exc_info": (Rude(),) * 3,
            "exc_text": NEEDLE,
            "threadName": NEEDLE,
        }
        logging.getLogger("httpx").handle(logging.makeLogRecord(forged))
    assert NEEDLE not in text(tmp_path)


def test_a_warning_of_python_prints_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings(), logged(tmp_path):
        warnings.simplefilter("always")
        warnings.warn(NEEDLE, stacklevel=1)
    assert [line["logger"] for line in lines(tmp_path, "library")] == ["py.warnings"]
    assert NEEDLE not in text(tmp_path)
    assert capfd.readouterr() == ("", "")


def test_addresses_that_httpx_logs_lose_their_query(clinic: Practice, tmp_path: Path) -> None:
    logger = logging.getLogger("httpx")
    level = logger.level
    logger.setLevel(logging.INFO)
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.INFO)
    try:
        with logged(tmp_path):
            httpx.get(f"{clinic.api}visits", params={"name": NEEDLE})
    finally:
        logger.setLevel(level)
        root.setLevel(before)
    found = lines(tmp_path, "library")
    assert [(line["logger"], line["level"]) for line in found] == [("httpx", "info")]
    assert NEEDLE not in text(tmp_path)


def test_a_fault_tells_type_code_and_places_of_all_its_causes(tmp_path: Path) -> None:
    def fails() -> None:
        try:
            Path(f"/nowhere/{NEEDLE}").stat()
        except OSError as error:
            raise ExceptionGroup(NEEDLE, [KeyError(NEEDLE), ValueError(NEEDLE)]) from error

    with logged(tmp_path):
        try:
            fails()
        except ExceptionGroup as error:
            reference = log.fault(error)
    found = lines(tmp_path, "fault")
    assert [line["type"] for line in found] == ["builtins.KeyError", "builtins.ValueError"]
    assert {line["reference"] for line in found} == {reference}
    with logged(tmp_path):
        try:
            fails()
        except ExceptionGroup as error:
            log.fault(error.__cause__)
    assert [(line["type"], line["code"]) for line in lines(tmp_path, "fault")[2:]] == [
        ("builtins.FileNotFoundError", "ENOENT")
    ]
    assert NEEDLE not in text(tmp_path)


def test_our_own_level_is_chosen_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VESTIBULE_LOG", "error")
    with logged(tmp_path):
        log.event("poll.failed", status=503)
        log.fault(KeyError(NEEDLE))
    assert [line["event"] for line in lines(tmp_path)] == ["fault"]
