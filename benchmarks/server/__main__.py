"""The server under load: events with pictures at an even rate, people who read, one receiver that is dead.

    python -m benchmarks.server [--minutes 10] [--cameras 100] [--rate 60] [--users 20] [--database URL]
    python -m benchmarks.server --cost [--at-once 4] [--database URL]
    python -m benchmarks.server --tiles 16
    python -m benchmarks.server --alarms 1000000 [--database URL]

The server is a real one (`camloom server`), on SQLite unless another database is named, which must be empty. The host
is a program that hands events to the exchange, as a camera's sink does. Bars: no event lost, p99 of list and detail
below 150 ms, memory flat; 16 tiles for at most 20 % of a core; a page of a million alarms in 100 ms, whatever is asked.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from benchmarks.server.cost import measure_cost
from benchmarks.server.load import Load, measure
from benchmarks.server.many import measure_pages


def main() -> None:
    """Measure what is asked for, and print a table."""
    options = _options()
    if options.tiles:
        subprocess.run([sys.executable, "-m", "benchmarks.live_wall", "--tiles", str(options.tiles)], check=True)
    elif options.cost:
        measure_cost(options.cameras, options.users, options.database, options.at_once)
    elif options.alarms:
        measure_pages(options.alarms, options.database)
    else:
        measure(
            Load(options.minutes * 60, options.cameras, options.rate, options.users, options.think, options.database),
            options.folder,
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--cameras", type=int, default=100)
    parser.add_argument("--rate", type=float, default=60.0, help="events a second, of all cameras")
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--think", type=float, default=1.0, help="seconds between two things that somebody does")
    parser.add_argument("--database", default="", help="postgresql+psycopg://...; default: SQLite")
    parser.add_argument("--folder", type=Path, help="where everything is kept; default: one that is removed")
    parser.add_argument("--cost", action="store_true", help="CPU time of an event and of a request")
    parser.add_argument("--at-once", type=int, default=4, help="events that wait when the server looks")
    parser.add_argument("--tiles", type=int, default=0)
    parser.add_argument("--alarms", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
