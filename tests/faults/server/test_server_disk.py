"""The disk is full, the database is locked: said in one line, nothing lost, and it goes on by itself."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from tests.faults.server.box import Box, until
from tests.packages import provide
from tests.server.postgresql import PACKAGES, postgresql_server, programs

WITHIN_S = 60.0
ALARMS = "/api/v1/alarms"


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Yield a disk of its own."""
    if os.geteuid() != 0 or sys.platform != "linux":
        pytest.skip("mounts a small disk: needs root on Linux")
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _fill(path: Path) -> None:
    """Write until nothing more fits."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue


def _troubles(box: Box) -> set[str]:
    return {one["work"] for one in box.ask("GET", "/api/v1/troubles").json()["items"]}


def _acknowledge(box: Box, alarm_id: str) -> int:
    answer = box.ask("POST", f"{ALARMS}/{alarm_id}/handling", json={"action": "acknowledge"})
    if answer.status_code != 200:
        assert answer.json()["error"]["code"] == "database"
        assert "\n" not in answer.json()["error"]["message"]
    return answer.status_code


@pytest.mark.slow
def test_a_full_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "96m") as disk:
        box = Box(tmp_path, 19, data=disk / "data")
        try:
            _full_and_not(box, disk / "ballast")
            box.end_publishing()
            box.settle()
            until(lambda: not box.vanished(), "what had to go before its row could say so is said to be gone", 100)
            assert box.check(expired=True) > 20
        finally:
            box.close()


def _full_and_not(box: Box, ballast: Path) -> None:
    box.start()
    until(lambda: box.listens() and box.acknowledged > 10, "it is at work", WITHIN_S)
    until(lambda: len(box.ask("GET", ALARMS).json()["items"]) > 5, "there are alarms", WITHIN_S)
    until(lambda: box.ask("GET", "/readyz").status_code == 200, "it is ready", WITHIN_S)
    _fill(ballast)
    until(lambda: box.ask("GET", "/readyz").status_code == 503, "it says that it is not ready", WITHIN_S)
    until(lambda: "disk" in _troubles(box), "it says why", WITHIN_S)
    until(lambda: _acknowledge_newest(box) == 503, "nothing can be written any more", WITHIN_S)
    _is_read(box)
    box.restart_server()
    until(box.listens, "it starts also then", WITHIN_S)
    _is_read(box)
    known = box.acknowledged
    time.sleep(3)
    _fill_up(ballast)
    assert box.acknowledged - known < 20, "what cannot be kept is not acknowledged"
    lines = [line["work"] for line in box.log if line["event"] == "trouble"]
    assert {"disk"} <= set(lines)
    assert all(lines.count(work) <= 2 for work in lines), "once a minute"
    assert not [line for line in box.log if "exception" in line]
    ballast.unlink()
    until(lambda: box.ask("GET", "/readyz").status_code == 200, "it is ready again", WITHIN_S)
    until(lambda: box.acknowledged > known + 20, "it goes on by itself", WITHIN_S)
    assert _acknowledge_newest(box) == 200


def _fill_up(ballast: Path) -> None:
    """Take what something else has given back meanwhile."""
    _fill(ballast.with_name("more"))
    ballast.with_name("more").unlink()


def _acknowledge_newest(box: Box) -> int:
    return _acknowledge(box, box.ask("GET", ALARMS).json()["items"][0]["id"])


def _is_read(box: Box) -> None:
    """Lists, details and pictures are read as ever."""
    shown = box.ask("GET", f"{ALARMS}?limit=100").json()["items"]
    found = box.ask("GET", f"{ALARMS}/{shown[-1]['id']}")
    assert found.status_code == 200
    for one in found.json()["media"]:
        if one["state"] == "there":
            assert box.ask("GET", f"/api/v1/media/{one['id']}").status_code in (200, 404), "404: it goes at this moment"


@contextmanager
def _locked_sqlite(box: Box) -> Iterator[None]:
    with closing(sqlite3.connect(box.data / "camloom.db", isolation_level=None, timeout=30)) as other:
        other.execute("begin immediate")
        yield
        other.execute("rollback")


@contextmanager
def _locked_postgresql(box: Box) -> Iterator[None]:
    """Hold what every change of an alarm needs; whoever reads it does not wait."""
    other = create_engine(box.url)
    with other.begin() as connection:
        connection.exec_driver_sql("set lock_timeout = 0")
        connection.exec_driver_sql("lock table alarm, counter in exclusive mode")
        yield
    other.dispose()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_database_that_is_locked_for_ten_seconds(kind: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        postgresql = None
        if kind == "postgresql":
            provide("PostgreSQL", lambda: programs() is not None, *PACKAGES)
            postgresql = stack.enter_context(postgresql_server(durable=True))
        box = Box(tmp_path, 20, postgresql)
        stack.callback(box.close)
        box.start()
        until(lambda: box.listens() and box.acknowledged > 10, "it is at work", WITHIN_S)
        until(lambda: len(box.ask("GET", ALARMS).json()["items"]) > 5, "there are alarms", WITHIN_S)
        with _locked_postgresql(box) if postgresql else _locked_sqlite(box):
            ends_s, known = time.monotonic() + 10, box.acknowledged
            assert _acknowledge_newest(box) == 503, "it has waited for some seconds, and then no longer"
            _is_read(box)
            while time.monotonic() < ends_s:
                assert box.ask("GET", ALARMS).status_code == 200
                time.sleep(0.2)
        assert box.acknowledged > known, "the engine's side has its own file"
        until(lambda: _acknowledge_newest(box) == 200, "it goes on by itself", WITHIN_S)
        assert not [line for line in box.log if "exception" in line]
        box.end_publishing()
        box.settle()
        assert box.check() > 20
