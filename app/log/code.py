"""Where in the program something happened: modules and lines, taken from files of code alone."""

import sys
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.machinery import PathFinder
from pathlib import Path
from types import TracebackType

MOST_FRAMES = 24
UNKNOWN = "?"
# Under this name `logging` tells of warnings of Python.
WARNINGS = "py.warnings"

Place = tuple[str, int]


def places(traceback: TracebackType | None) -> list[Place]:
    """File and line of every frame of a traceback, outermost first."""
    found = []
    while traceback is not None:
        found.append((traceback.tb_frame.f_code.co_filename, traceback.tb_lineno))
        traceback = traceback.tb_next
    return found


def frames(found: Iterable[Place]) -> list[str]:
    """`module:line` of the innermost places."""
    return [f"{_module(file)}:{line}" for file, line in list(found)[-MOST_FRAMES:]]


def class_name(kind: type) -> str:
    """`module.Class`, if that is what code calls it: anybody can give a class made at run time any name."""
    module, name = kind.__module__, kind.__qualname__
    found: object = sys.modules.get(module) if type(module) is str else None
    for part in name.split("."):
        found = getattr(found, part, None)
    return f"{module}.{name}" if found is kind else UNKNOWN


def loaded(name: str) -> str:
    """As much of a logger's name as is a module that is loaded."""
    if name == WARNINGS:
        return name
    while name and name not in sys.modules:
        name = name.rpartition(".")[0]
    return name or UNKNOWN


@lru_cache(maxsize=512)
def is_module(name: str) -> bool:
    """Whether Python could import a module of this name; it is looked up, and not imported."""
    if name in sys.modules:
        return True
    within: Sequence[str] | None = None
    parts = name.split(".")
    for count in range(1, len(parts) + 1):
        found = PathFinder.find_spec(".".join(parts[:count]), within)
        if found is None:
            return False
        within = found.submodule_search_locations or ()
    return True


@lru_cache(maxsize=512)
def _module(file: str) -> str:
    """The module that a file of code is, where Python looks for modules; else "?"."""
    path = Path(file)
    homes = [Path(entry) for entry in sys.path if entry and path.is_relative_to(entry)]
    if not homes or path.suffix != ".py" or not path.is_file():
        return UNKNOWN
    # site-packages lies within the standard library's own folder.
    parts = path.relative_to(max(homes, key=lambda home: len(home.parts))).with_suffix("").parts
    parts = parts[:-1] if parts[-1] == "__init__" else parts
    return ".".join(parts) if parts and all(part.isidentifier() for part in parts) else UNKNOWN
