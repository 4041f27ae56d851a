"""What no server has taken of an alarm has its own time on the host."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from camloom.agent.leftovers import Leftovers

START = datetime(2026, 11, 2, 8, tzinfo=UTC)
KEEP = timedelta(days=30)


class Host:
    """A folder of streams, and a clock that may be set."""

    def __init__(self, streams: Path) -> None:
        self.streams, self.now, self.ran_s = streams, START, 0.0
        streams.mkdir(exist_ok=True)
        self.leftovers = self.start()

    def start(self) -> Leftovers:
        self.leftovers = Leftovers(self.streams, KEEP, lambda: self.now, lambda: self.ran_s)
        return self.leftovers

    def alarm(self, name: str, *files: str, task: str = "t") -> Path:
        folder = self.streams / task / "media" / name
        folder.mkdir(parents=True)
        for file in ("alarm.json", *files):
            (folder / file).write_bytes(b"x")
        for path in (*folder.iterdir(), folder):
            os.utime(path, (self.now.timestamp(), self.now.timestamp()))
        return folder

    def live(self, span: timedelta) -> int:
        """Let an hour after the other go by; return how many alarms went."""
        removed = 0
        for _ in range(int(span / timedelta(hours=1))):
            self.now += timedelta(hours=1)
            self.ran_s += 3600
            removed += self.leftovers.sweep([])
        return removed


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """A host whose agent has just started."""
    made = Host(tmp_path / "streams")
    made.leftovers.sweep([])
    return made


def test_they_stay_for_their_time_and_then_go(host: Host) -> None:
    old = host.alarm("old", "a.jpg")
    assert host.live(timedelta(days=20)) == 0
    new = host.alarm("new", "b.mp4", task="u")
    assert host.live(timedelta(days=11)) == 1
    assert (old.exists(), new.exists()) == (False, True)


def test_what_is_written_into_lately_stays(host: Host) -> None:
    folder = host.alarm("long", "a.jpg")
    host.live(timedelta(days=29))
    os.utime(folder / "alarm.json", (host.now.timestamp(), host.now.timestamp()))
    assert host.live(timedelta(days=20)) == 0


def test_what_was_promised_stays(host: Host) -> None:
    folder = host.alarm("promised", "a.jpg")
    host.now += timedelta(days=31)
    host.ran_s += timedelta(days=31).total_seconds()
    assert host.leftovers.sweep([folder / "a.jpg"]) == 0
    assert host.leftovers.sweep([]) == 1


def test_a_clock_that_jumps_removes_nothing_also_after_a_restart(host: Host) -> None:
    folder = host.alarm("a")
    host.now += timedelta(days=3652)
    assert host.live(timedelta(days=2)) == 0
    host.start()
    assert host.live(timedelta(days=2)) == 0
    assert folder.exists()


def test_nothing_outside_is_removed(host: Host, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (host.streams / "t" / "media").mkdir(parents=True)
    (host.streams / "t" / "media" / "link").symlink_to(elsewhere)
    (host.streams / "link").symlink_to(tmp_path)
    assert host.live(timedelta(days=40)) == 0
    assert elsewhere.exists()
