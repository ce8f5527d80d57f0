"""`python -m app.sandbox`: the practice clinic alone."""

import argparse
import sys

from app.sandbox.server import serve


def main() -> int:
    """Reads the command line and serves."""
    parser = argparse.ArgumentParser(prog="app.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="loopback port, 0 = a free one")
    parser.add_argument("--seed", type=int, default=7, help="which day; the same seed is the same day")
    parser.add_argument("--speed", type=float, default=1.0, help="world seconds per real one, 0 stands still")
    parser.add_argument("--visits", type=int, default=None, help="how many open visits")
    parser.add_argument("--start", type=float, default=None, help="the world's time, epoch seconds")
    parser.add_argument("--exit-with-stdin", action="store_true", help="close when standard input ends")
    parser.add_argument("--largest-file", type=int, default=None, help="bytes an upload may have")
    asked = parser.parse_args()
    return serve(
        asked.port,
        asked.seed,
        asked.speed,
        asked.visits,
        asked.start,
        asked.exit_with_stdin,
        asked.largest_file,
    )


if __name__ == "__main__":
    sys.exit(main())
