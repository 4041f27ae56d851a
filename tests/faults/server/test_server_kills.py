"""Any process is killed at any moment: nothing acknowledged is lost, nothing arrives twice under another key."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.faults.server.box import WAIT_S, Box, until
from tests.packages import provide
from tests.server.postgresql import PACKAGES, PostgreSql, postgresql_server, programs


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
