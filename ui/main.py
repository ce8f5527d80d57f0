"""The `vestibule` command. What a command does not need is not imported: no Qt without a window, and no
network before the first paint."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app import __version__

_CHECKIN = """\
Reads check-ins from standard input, one JSON object a line, keeps each one and sends it exactly once:
  {"patient": {"first_name", "last_name", "dob": "1984-05-09"} or "member_id": "7301", "room": "k7m2p",
   "reason", "type": "in_person", "phone" or "video", "answers": {...}, "ref": your own mark}
A ref, never used twice, makes it safe to send the same line again.

Answers one JSON line each time the state of a check-in changes:
  {"at", "line", "ref", "id", "state", ...}
  kept      it will be sent; with on_disk: whether it outlives this command
  sent      the server has it; with visit_id
  refused   it is not tried again by itself; with words
  unknown   it left, and the server did not say whether it arrived: it is looked for; with words

Ends 0 when everything was sent, 1 when some was refused, 2 wrong use, 3 cannot sign in, 4 not sent and not
kept either, 5 when some is kept and not sent yet, or not known to be: the next run or the window sends it.
Ctrl-C and SIGTERM end it at once; what was answered stays kept.

VESTIBULE_APP_KEY and VESTIBULE_APP_SECRET, if set, register patients whom the clinic does not know yet."""
_OUTBOX = """\
Lists what this person did and the server has not taken yet: to send, on its way, refused, or not known.
Once signed in on this computer, it needs the server only for --retry and --send-anyway.

Ends 0 when done, 1 when something was refused again, is not there or could not be discarded, 2 wrong use,
3 cannot sign in, 4 not reachable, 5 when what was tried again is not sent yet; it stays kept."""
_AUDIT = """\
What was done at this workstation: who (user id), when (UTC), what, to which id, what came of it. No names.

export  all lines of all stores that this keyring opens, as JSON Lines:
          {"store", "number", "at", "who", "what", "subject", "outcome", "seal"}
        An export is itself noted. A file is made for you alone, and none is written over.
verify  whether lines were changed, removed, reordered, inserted or cut off; one line per store

Ends 0 when done and nothing is missing as far as can be known, 1 when an audit does not hold or its file is
gone, 2 wrong use, 4 when there is no keyring or a store cannot be opened, 6 when an audit says itself that
lines were lost, 7 when one has no anchor to be compared with; it says which and why, and what to do."""
_WAIT = "how long to wait for what is under way, in seconds ({})"


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code (0 ok, 1 the doctor found something broken or something was
    refused, 2 wrong use, 3 cannot sign in, 4 not reachable, 5 not sent yet, 6 lines of an audit were lost,
    7 an audit has no anchor)."""
    # Until a command listens for it, Ctrl-C ends the process at once and without a traceback.
    default = signal.signal(signal.SIGINT, signal.SIG_DFL)
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
    finally:
        signal.signal(signal.SIGINT, default)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vestibule", description="The clinician's and front desk's companion to VSee Clinic."
    )
    parser.add_argument("--version", action="version", version=f"vestibule {__version__}")
    parser.add_argument("--sign-in", action="store_true", help="ask who it is, as beside another's window")
    parser.set_defaults(run=_run_window)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    _add_demo(commands)
    _add_sandbox(commands)
    _add_queue(commands)
    _add_checkin(commands)
    _add_outbox(commands)
    _add_audit(commands)
    _add_doctor(commands)
    _add_support(commands)
    _add_tour(commands)
    return parser


def _add_demo(commands: Any) -> None:
    demo = commands.add_parser("demo", help="the window, signed in to a practice clinic")
    _add_world_options(demo)
    demo.set_defaults(run=_run_demo)


def _add_sandbox(commands: Any) -> None:
    sandbox = commands.add_parser("sandbox", help="the practice clinic alone, until Ctrl-C")
    sandbox.add_argument("--port", type=int, default=0, metavar="N", help="0: any free port")
    _add_world_options(sandbox)
    sandbox.set_defaults(run=_run_sandbox)


def _add_world_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, default=7, metavar="N", help="the same seed, the same day")
    parser.add_argument("--speed", type=_speed, default=1.0, metavar="X", help="its seconds per real second")
    parser.add_argument("--visits", type=_count, default=None, metavar="N", help="its open visits")


def _speed(text: str) -> float:
    speed = float(text)
    # A day that runs faster than this is over before one can look at it.
    if not 0 <= speed <= 10_000:
        raise argparse.ArgumentTypeError("must be 0 (time stands still) to 10000")
    return speed


def _count(text: str) -> int:
    count = int(text)
    if not 0 <= count <= 100_000:
        raise argparse.ArgumentTypeError("must be 0 to 100000")
    return count


def _add_queue(commands: Any) -> None:
    queue = commands.add_parser("queue", help="the queue without a window")
    queue.add_argument("--watch", action="store_true", help="go on printing what changes")
    queue.add_argument("--json", action="store_true", help="JSON Lines instead of a table")
    queue.add_argument("--room", default="", metavar="CODE", help="this waiting room only")
    _add_server_options(queue)
    queue.set_defaults(run=_run_queue)


def _add_checkin(commands: Any) -> None:
    checkin = commands.add_parser(
        "checkin",
        help="check-ins as JSON Lines on standard input",
        description=_CHECKIN,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    checkin.add_argument("--wait", type=_seconds, default=60.0, metavar="S", help=_WAIT.format(60))
    _add_server_options(checkin)
    checkin.set_defaults(run=_run_checkin)


def _add_outbox(commands: Any) -> None:
    outbox = commands.add_parser(
        "outbox",
        help="what is kept here and not sent yet",
        description=_OUTBOX,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    outbox.add_argument("--json", action="store_true", help="JSON Lines with everything, instead of a table")
    act = {"action": "append", "default": [], "metavar": "ID"}
    outbox.add_argument("--retry", **act, help="tries it once more; may be given several times")
    outbox.add_argument(
        "--send-anyway",
        **act,
        help="sends one of which nobody can tell whether it arrived; look at the clinic first",
    )
    outbox.add_argument("--discard", **act, help="drops it for good; may be given several times")
    outbox.add_argument("--wait", type=_seconds, default=10.0, metavar="S", help=_WAIT.format(10))
    _add_server_options(outbox)
    outbox.set_defaults(run=_run_outbox)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 1_000_000:
        raise argparse.ArgumentTypeError("must be 0 to 1000000 seconds")
    return seconds


def _add_audit(commands: Any) -> None:
    audit = commands.add_parser(
        "audit",
        help="what was done at this workstation",
        description=_AUDIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = audit.add_subparsers(title="verbs", metavar="VERB", required=True)
    export = verbs.add_parser("export", help="all lines as JSON Lines")
    export.add_argument("--since", type=_date, metavar="DATE", help="only from this day or moment on, in UTC")
    export.add_argument("--out", type=Path, metavar="FILE", help="writes to a new file instead of printing")
    export.set_defaults(run=_run_audit_export)
    verify = verbs.add_parser("verify", help="whether they are as they were written")
    verify.set_defaults(run=_run_audit_verify)


def _date(text: str) -> Any:
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("must be like 2026-11-22 or 2026-11-22T07:00:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _add_doctor(commands: Any) -> None:
    doctor = commands.add_parser("doctor", help="what works here, and what to do about what does not")
    doctor.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    _add_server_options(doctor)
    doctor.set_defaults(run=_run_doctor)


def _add_support(commands: Any) -> None:
    support = commands.add_parser(
        "support",
        help="what support needs to know, shown in full and sent nowhere",
        description="Prints versions, settings, states, the doctor's findings and the log; nothing of any "
        "person. Without a server it is that of the last sign-in.",
    )
    support.add_argument("--out", type=Path, metavar="FILE", help="writes the same text to a new file, too")
    _add_server_options(support, required=False)
    support.set_defaults(run=_run_support)


def _add_server_options(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    server = parser.add_mutually_exclusive_group(required=required)
    server.add_argument("--profile", metavar="NAME", help="a profile of this workstation")
    server.add_argument("--api", metavar="URL", help="address of the API, ending in /api_v3/")
    parser.add_argument("--portal", default="", metavar="URL", help="address of the portal")
    parser.add_argument("--account", default="", metavar="CODE", help="account code of the clinic")


def _add_tour(commands: Any) -> None:
    tour = commands.add_parser("tour", help="a screenshot of every screen and state")
    tour.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the pictures go")
    tour.add_argument("--theme", choices=("light", "dark"), default="light")
    tour.add_argument("--scale", type=float, choices=(1, 2), default=1, help="2: text at 200 %%")
    tour.set_defaults(run=_run_tour)


def _run_window(arguments: argparse.Namespace) -> int:
    from ui.start import run_window

    return run_window(sign_in=arguments.sign_in)


def _run_demo(arguments: argparse.Namespace) -> int:
    from ui.demo import run_demo

    return run_demo(seed=arguments.seed, speed=arguments.speed, visits=arguments.visits)


def _run_tour(arguments: argparse.Namespace) -> int:
    from ui.tour import run_tour

    try:
        arguments.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.stderr.write(f"vestibule: the pictures cannot go to {arguments.out}: {error.strerror}.\n")
        return 2
    return run_tour(arguments.out, arguments.theme, arguments.scale)


def _run_queue(arguments: argparse.Namespace) -> int:
    from app.headless.queue import run_queue

    return run_queue(arguments)


def _run_checkin(arguments: argparse.Namespace) -> int:
    # Until it listens itself nothing is read or kept: whoever ends it then finds all done.
    default = signal.signal(signal.SIGTERM, lambda _number, _frame: os._exit(0))
    try:
        from app.headless.checkin import run_checkin

        return run_checkin(arguments)
    finally:
        signal.signal(signal.SIGTERM, default)


def _run_outbox(arguments: argparse.Namespace) -> int:
    from app.headless.outbox import run_outbox

    return run_outbox(arguments)


def _run_audit_export(arguments: argparse.Namespace) -> int:
    from app.headless.audit import run_export

    return run_export(arguments)


def _run_audit_verify(arguments: argparse.Namespace) -> int:
    from app.headless.audit import run_verify

    return run_verify(arguments)


def _run_doctor(arguments: argparse.Namespace) -> int:
    from app.doctor.doctor import run_doctor

    return run_doctor(arguments)


def _run_support(arguments: argparse.Namespace) -> int:
    from app.headless.support import run_support

    return run_support(arguments)


def _run_sandbox(arguments: argparse.Namespace) -> int:
    from app.sandbox.server import serve

    return serve(
        port=arguments.port,
        seed=arguments.seed,
        speed=arguments.speed,
        visits=arguments.visits,
        start=None,
        exit_with_stdin=False,
    )


if __name__ == "__main__":
    sys.exit(main())
