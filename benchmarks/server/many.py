"""A page of the review list from very many alarms, for every filter and every two of them."""

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import Connection
from tests.server.million import fill, spender
from tests.server.test_alarm_speed import CASES, NOW

from camloom.bench.process import LoadOfOthers
from camloom.server.access import Principal
from camloom.server.business.alarm_list import list_page
from camloom.server.business.alarm_models import AlarmPage
from camloom.server.database import Database
from camloom.server.database.migrate import migrate
from camloom.server.web import cursor_of

_BAR_MS = 100.0
_TIMES = 3
_TOLD = 12


def measure_pages(rows: int, url: str) -> None:
    """Fill an empty database, ask for pages, and print how long the slowest took."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = Database(url or f"sqlite:///{folder / 'camloom.db'}")
        stack.callback(database.close)
        migrate(database)
        began_s = time.monotonic()
        fill(database, rows)
        print(f"{rows} alarms, written in {time.monotonic() - began_s:.0f} s")
        others = LoadOfOthers()
        tell_pages(pages(database))
        print(f"other programs used {100 * others.share():.0f} % of {os.cpu_count()} cores")


def tell_pages(found: list[tuple[float, float, str]]) -> None:
    """Print how long pages took."""
    slow = [sum(ms > _BAR_MS for ms in kind) for kind in ([cpu for cpu, *_ in found], [clock for _, clock, _ in found])]
    print(f"{len(found)} pages, each {_TIMES} times; in the middle {median(one[0] for one in found):.1f} ms of CPU,")
    print(f"{median(one[1] for one in found):.1f} ms by the clock; above {_BAR_MS:g} ms of CPU {slow[0]},", end=" ")
    print(f"by the clock {slow[1]} {'(passed)' if not slow[1] else '(MISSED)'}; most CPU:")
    for cpu_ms, clock_ms, told in found[:_TOLD]:
        print(f"  {cpu_ms:6.1f} ms ({clock_ms:.1f})  {told}")


def pages(database: Database) -> list[tuple[float, float, str]]:
    """Return how much CPU time and time each page took, the slowest first."""
    deep = cursor_of((NOW - timedelta(days=200)).isoformat(), "x")
    found = []
    with database.read() as connection:
        spent_s = spender(connection)
        for principal, asked in CASES:
            for after in (None, deep):
                page = AlarmPage(**asked, after=after)
                times = [_timed(connection, principal, page, spent_s) for _ in range(_TIMES)]
                said = {
                    name: value if len(str(value)) < 40 else f"{len(value)} values" for name, value in asked.items()
                }
                told = f"{principal.name} {said}{', a deep page' if after else ''}"
                found.append((median(cpu for cpu, _ in times), median(clock for _, clock in times), told))
    return sorted(found, reverse=True)


def _timed(
    connection: Connection, principal: Principal, page: AlarmPage, spent_s: Callable[[], float]
) -> tuple[float, float]:
    cpu_s, began_s = spent_s(), time.perf_counter()
    list_page(connection, principal, page, NOW)
    return 1000 * (spent_s() - cpu_s), 1000 * (time.perf_counter() - began_s)
