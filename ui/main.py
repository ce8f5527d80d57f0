"""The `vestibule` command. Qt is imported only for commands that open a window."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from app import __version__
from app.headless import add_commands, add_world_options


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code (0 ok, 2 wrong use, 3 cannot sign in, 4 not reachable)."""
    arguments = _parser().parse_args(argv)
    code: int = arguments.run(arguments)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vestibule", description="The clinician's and front desk's companion to VSee Clinic."
    )
    parser.add_argument("--version", action="version", version=f"vestibule {__version__}")
    parser.set_defaults(run=_run_window)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    demo = commands.add_parser("demo", help="the window, signed in to a practice clinic")
    add_world_options(demo)
    demo.set_defaults(run=_run_demo)
    add_commands(commands)
    tour = commands.add_parser("tour", help="a screenshot of every screen and state")
    tour.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the pictures go")
    tour.add_argument("--theme", choices=("light", "dark"), default="light")
    tour.add_argument("--scale", type=float, choices=(1, 2), default=1, help="2: text at 200 %%")
    tour.set_defaults(run=_run_tour)
    return parser


def _run_window(_arguments: argparse.Namespace) -> int:
    from ui.program import run_window

    return run_window()


def _run_demo(arguments: argparse.Namespace) -> int:
    from ui.demo import run_demo

    return run_demo(seed=arguments.seed, speed=arguments.speed, visits=arguments.visits)


def _run_tour(arguments: argparse.Namespace) -> int:
    from ui.tour import run_tour

    return run_tour(arguments.out, arguments.theme, arguments.scale)


if __name__ == "__main__":
    sys.exit(main())
