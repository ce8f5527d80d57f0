"""What every test runs under: our own event loop, no warnings, no stray log records, no task left over."""

import asyncio
import gc
import inspect
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"

import pytest
from hypothesis import settings

from tests.leaks import Watch, leaks_under
from tests.practice import Practice
from ui.loop import Loop

LONGEST_S = 20.0
WATCH = Watch()
WATCH.begin()
# As in the program (ui/garbage.py): in the thread of the screen alone.
gc.disable()
_GARBAGE = 50_000
# Two busy cores make a single example slow now and then; a hang is found by the time-out of the test.
settings.register_profile("calm", deadline=None)
settings.load_profile("calm")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Runs `async def` tests: on the Qt loop when they use Qt, on plain asyncio otherwise."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}

    async def bounded() -> None:
        before = asyncio.all_tasks()
        async with asyncio.timeout(LONGEST_S):
            await pyfuncitem.obj(**arguments)
        left = asyncio.all_tasks() - before
        assert not left, f"tasks left over: {[task.get_name() for task in left]}"

    with asyncio.Runner(loop_factory=_loop_factory(pyfuncitem)) as runner:
        runner.run(bounded())
    return True


def pytest_runtest_teardown() -> None:
    """Collects what tests have left, now and then."""
    if gc.get_count()[0] > _GARBAGE:
        gc.collect()


def _loop_factory(item: pytest.Function) -> Any:
    if "qapp" not in item.fixturenames:
        return None
    application = item.funcargs["qapp"]
    application.setQuitOnLastWindowClosed(False)
    return lambda: Loop(application)


@pytest.fixture(autouse=True)
def no_unexpected_log(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    """A record at WARNING or above fails the test, unless it is marked `logs`."""
    yield
    if request.node.get_closest_marker("logs"):
        return
    stray = [record for record in caplog.get_records("call") if record.levelno >= logging.WARNING]
    assert not stray, f"unexpected log records: {[record.getMessage() for record in stray]}"


@pytest.fixture(autouse=True)
def nothing_leaks(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    """Nothing of a patient, no password and no token gets into a log, a child or a file of the program,
    unless it is marked `plants`."""
    WATCH.take()
    yield
    found = [*WATCH.take(), *leaks_under(tmp_path)]
    assert not found or request.node.get_closest_marker("plants"), f"left the program: {found}"


@pytest.fixture
def clinic() -> Iterator[Practice]:
    """A practice clinic of this test's own."""
    with Practice() as practice:
        yield practice


@pytest.fixture(scope="module")
def module_clinic() -> Iterator[Practice]:
    """The one behind `shared_clinic`."""
    with Practice() as practice:
        yield practice


@pytest.fixture
def shared_clinic(module_clinic: Practice) -> Iterator[Practice]:
    """The practice clinic of a module whose tests leave each other alone: a fair day, nothing asked yet."""
    module_clinic.forget()
    yield module_clinic
    module_clinic.clear()


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test touches the files of whoever runs it."""
    monkeypatch.setenv("VESTIBULE_HOME", str(tmp_path / "home"))
    for name in ("VESTIBULE_TOKEN", "VESTIBULE_USERNAME", "VESTIBULE_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"
