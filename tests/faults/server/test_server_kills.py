"""Any process is killed at any moment: nothing acknowledged is lost, nothing arrives twice under another key."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from tests.faults.server.box import WAIT_S, Box, until
from tests.faults.server.programs import set_clock
from tests.faults.server.whole import WholeBox
from tests.packages import provide
from tests.server.postgresql import PACKAGES, PostgreSql, postgresql_server, programs

HOUR, YEARS = timedelta(hours=1), timedelta(days=3652)


@contextmanager
def _box(folder: Path, seed: int, postgresql: PostgreSql | None = None) -> Iterator[Box]:
    box = Box(folder, seed, postgresql)
    try:
        box.start()
        yield box
    finally:
        box.close()


def _kill(box: Box, times: int, events: int) -> int:
    for _ in range(times):
        box.kill_one()
    until(lambda: box.acknowledged > events, f"{events} events were taken", WAIT_S)  # on a slow machine they are fewer
    box.end_publishing()
    box.settle()
    return box.check()


def _postgresql_of(kind: str, stack: ExitStack) -> PostgreSql | None:
    if kind != "postgresql":
        return None
    provide("PostgreSQL", lambda: programs() is not None, *PACKAGES)
    return stack.enter_context(postgresql_server(durable=True))


@pytest.mark.slow
def test_six_kills(tmp_path: Path) -> None:
    with _box(tmp_path, seed=6) as box:
        assert _kill(box, 6, events=20) > 20


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
def test_fifty_kills(tmp_path: Path, seed: int) -> None:
    with _box(tmp_path, seed) as box:
        assert _kill(box, 50, events=200) > 200


@pytest.mark.slow
def test_fifty_kills_with_postgresql(tmp_path: Path) -> None:
    provide("PostgreSQL", lambda: programs() is not None, *PACKAGES)
    with postgresql_server(durable=True) as postgresql, _box(tmp_path, 2, postgresql) as box:
        assert _kill(box, 50, events=200) > 200


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_fifty_kills_of_a_platform_that_watches_a_camera(kind: str, tmp_path: Path) -> None:
    """Server, agent, its worker, receiver and PostgreSQL, at any moment, also while they start."""
    with ExitStack() as stack:
        box = WholeBox(tmp_path, 50, _postgresql_of(kind, stack))
        stack.callback(box.close)
        box.start()
        until(lambda: box.acknowledged > 5, "the engine is at work", WAIT_S)
        for _ in range(50):
            box.kill_one()
            box.moment()
        assert box.killed.keys() >= {"server", "agent", "worker", "receiver"}
        box.end()
        box.settle()
        assert box.check() > 20


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_clock_is_set_while_alarms_come(kind: str, tmp_path: Path) -> None:
    """An hour and ten years, there and back, at a server that runs on, and at one that starts anew meanwhile."""
    with ExitStack() as stack:
        box = stack.enter_context(_box(tmp_path, 5, _postgresql_of(kind, stack)))
        for ahead in (HOUR, -HOUR, timedelta(0), YEARS, -YEARS, timedelta(0)):
            known = box.acknowledged
            set_clock(box.data, ahead)
            until(lambda known=known: box.acknowledged > known + 10, "it goes on", WAIT_S)  # type: ignore[misc]
            box.restart_server()
            until(lambda known=known: box.acknowledged > known + 20, "it goes on", WAIT_S)  # type: ignore[misc]
        box.end_publishing()
        box.settle()
        assert box.check() > 100  # a start believes some days of a clock that is ahead: fewer than pictures are kept
