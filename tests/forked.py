"""Processes of a test's own that start in milliseconds, to be killed at any moment."""

import multiprocessing
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from typing import Any

import pytest


@pytest.fixture
def forks(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> ForkServerContext:
    """Makes processes that have imported the test's module already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([request.module.__name__])
    # Each would begin with importing what started the tests.
    main = sys.modules["__main__"]
    monkeypatch.setattr(main, "__spec__", None)
    monkeypatch.delattr(main, "__file__", raising=False)
    return context


@contextmanager
def running(
    forks: ForkServerContext, target: Callable[..., None], *arguments: Any
) -> Iterator[tuple[BaseProcess, Connection]]:
    """`target(*arguments, says)` in a process of its own, and where it is heard; killed at the end."""
    hears, says = forks.Pipe(duplex=False)
    process = forks.Process(target=target, args=(*arguments, says))
    process.start()
    says.close()
    try:
        yield process, hears
    finally:
        process.kill()
        process.join(10)
        hears.close()


def everything(hears: Connection) -> list[Any]:
    """What is still to be heard of one that has ended."""
    heard = []
    try:
        while True:
            heard.append(hears.recv())
    except EOFError:
        return heard
