"""A page of the review list from very many alarms, for every filter and every two of them."""

import os
import tempfile
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from statistics import median

from tests.server.million import fill
from tests.server.test_alarm_speed import CASES, NOW

from camloom.bench.process import LoadOfOthers
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
        found = _pages(database)
        slow = sum(ms > _BAR_MS for ms, _ in found)
        print(f"{len(found)} pages, median of {_TIMES} each: {median(ms for ms, _ in found):.1f} ms in the middle,")
        print(f"{slow} above {_BAR_MS:g} ms {'(passed)' if not slow else '(MISSED)'}; the slowest:")
        for ms, told in found[:_TOLD]:
            print(f"  {ms:7.1f} ms  {told}")
        print(f"other programs used {100 * others.share():.0f} % of {os.cpu_count()} cores")


def _pages(database: Database) -> list[tuple[float, str]]:
    """Return how long each page took, the slowest first."""
    deep = cursor_of((NOW - timedelta(days=200)).isoformat(), "x")
    found = []
    with database.read() as connection:
        for principal, asked in CASES:
            for after in (None, deep):
                page = AlarmPage(**asked, after=after)
                times_ms = []
                for _ in range(_TIMES):
                    began_s = time.perf_counter()
                    list_page(connection, principal, page, NOW)
                    times_ms.append(1000 * (time.perf_counter() - began_s))
                told = {
                    name: value if len(str(value)) < 40 else f"{len(value)} values" for name, value in asked.items()
                }
                found.append((median(times_ms), f"{principal.name} {told}{', a deep page' if after else ''}"))
    return sorted(found, reverse=True)
