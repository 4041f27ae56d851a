"""The parts of the agent that need no process."""

import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from camloom.agent.load import LoadMeter
from camloom.agent.log import CleanFormatter, LogRing
from camloom.agent.media import PATIENCE_S, MediaWatch
from camloom.agent.secrets import Redactor
from camloom.agent.status import StatusBoard, capacity, refused
from camloom.exchange import HostLoad, TaskStatus
from camloom.exchange.local import PendingMedia
from camloom.runner import StreamReport, StreamRow
from camloom.state import Condition, SourceState

ONLINE = SourceState(Condition.ONLINE, datetime(2026, 1, 1, tzinfo=UTC))


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


# --- media ---


def pending(path: Path, kind: str = "clip") -> PendingMedia:
    return PendingMedia(f"e:{kind}", "e", "cam", kind, path)


def test_a_file_is_told_when_it_is_there_and_given_up_after_a_quarter_of_an_hour(tmp_path: Path) -> None:
    clock = Clock()
    watch = MediaWatch(tmp_path, clock)
    (tmp_path / "cam").mkdir()
    clip, picture = pending(tmp_path / "cam" / "e.mp4"), pending(tmp_path / "cam" / "e.jpg", "picture")
    assert watch.look([clip, picture]) == []
    picture.path.write_bytes(b"x")
    [told] = watch.look([clip, picture])
    assert (told.id, told.event_id, told.path) == ("e:picture", "e", picture.path)
    clock.now_s += PATIENCE_S - 1
    assert watch.look([clip]) == []
    clock.now_s += 1
    [told] = watch.look([clip])
    assert (told.id, told.path) == ("e:clip", None)


def test_nothing_outside_the_folder_of_its_task_is_told(tmp_path: Path) -> None:
    (tmp_path / "streams" / "cam").mkdir(parents=True)
    (tmp_path / "streams" / "other").mkdir()
    secret = tmp_path / "exchange.key"
    secret.write_bytes(b"key")
    link = tmp_path / "streams" / "cam" / "link.jpg"
    link.symlink_to(secret)
    watch = MediaWatch(tmp_path / "streams")
    for path in (secret, link, tmp_path / "streams" / "cam" / ".." / ".." / "exchange.key"):
        [told] = watch.look([pending(path)])
        assert told.path is None, path
    assert watch.look([pending(Path("/etc/passwd\0"))]) == []


# --- secrets and the log ---


def test_passwords_are_taken_out_however_they_are_written() -> None:
    redactor = Redactor()
    redactor.learn({"source": {"url": "rtsp://admin:p%40ss@cam/1"}, "deep": [{"ftp_password": "hunter2"}]})
    for text in ("rtsp://admin:p%40ss@cam/1", "said p@ss", "p%40ss", "login hunter2 failed", "http://a:unknown@b/"):
        cleaned = redactor.clean(text)
        assert not any(word in cleaned for word in ("p%40ss", "p@ss", "hunter2", "unknown")), cleaned
    assert redactor.clean("camera 7 at http://cam/1 is slow") == "camera 7 at http://cam/1 is slow"


def test_short_passwords_do_not_eat_the_whole_log() -> None:
    redactor = Redactor()
    redactor.learn({"password": "a"})
    assert redactor.clean("a camera") == "a camera"


@pytest.fixture
def log() -> tuple[logging.Logger, LogRing]:
    redactor = Redactor()
    redactor.learn({"password": "hunter2"})
    ring = LogRing(redactor)
    logger = logging.Logger("camloom.test")
    logger.addHandler(ring)
    return logger, ring


def test_the_log_keeps_the_last_lines_clean_and_each_on_one_line(log: tuple[logging.Logger, LogRing]) -> None:
    logger, ring = log
    for number in range(2500):
        logger.info("line %d", number)
    logger.warning("camera said\r\n2026-01-01 critical all is lost \ud800 hunter2")
    lines = ring.tail(3)
    assert lines[0].endswith("info camloom.test: line 2498")
    assert "\n" not in lines[2]
    assert "hunter2" not in lines[2]
    assert len(ring.tail(10_000)) == 2000
    assert ring.tail(0) == []


def test_what_is_shown_is_as_clean_as_what_is_kept() -> None:
    redactor = Redactor()
    redactor.learn({"password": "hunter2"})
    record = logging.LogRecord("x", logging.ERROR, "", 0, "a hunter2\nb", (), None)
    assert CleanFormatter(redactor).format(record).endswith("error x: a ***\\nb")


# --- status ---


def board(clock: Clock) -> StatusBoard:
    return StatusBoard(Redactor(), Path("/streams"), clock)


def test_a_status_tells_pace_age_and_what_was_left_out() -> None:
    clock = Clock()
    made = board(clock)
    row = StreamRow("cam", codec="h264", width=640, height=360, fps=25.0, packets=100, newest_s=999.0)
    made.status("cam", 3, row, StreamReport("cam"), ONLINE)
    clock.now_s += 10
    later = replace(row, packets=350, results=50, dropped=50, newest_s=1009.5, breaks=2)
    status = made.status("cam", 3, later, StreamReport("cam"), ONLINE)
    assert (status.revision, status.condition, status.since) == (3, "online", ONLINE.since)
    assert status.stream == {"codec": "h264", "width": 640, "height": 360, "fps": 25.0}
    assert (status.analysed_fps, status.age_s, status.skipped, status.breaks) == (5.0, 0.5, 0.5, 2)


def test_a_stream_that_begins_anew_has_no_negative_pace() -> None:
    clock = Clock()
    made = board(clock)
    made.status("cam", 1, StreamRow("cam", results=1000, packets=5000), StreamReport("cam"), ONLINE)
    clock.now_s += 10
    status = made.status("cam", 1, StreamRow("cam", results=10, packets=30), StreamReport("cam"), ONLINE)
    assert status.analysed_fps >= 0
    assert 0 <= status.skipped <= 1


@pytest.mark.parametrize(
    ("row", "errors", "state", "condition"),
    [
        (StreamRow("cam"), [], None, "connecting"),
        (StreamRow("cam", packets=5), [], None, "online"),
        (StreamRow("cam", packets=5, ended=True), [], None, "stopped"),
        (StreamRow("cam", packets=5, ended=True), ["the model is gone"], None, "failed"),
        (StreamRow("cam"), ["no such model"], ONLINE, "failed"),
        (StreamRow("cam", packets=5, faults=("disk full",)), [], ONLINE, "online"),
        (StreamRow("cam"), ["crashed"], SourceState(Condition.DISABLED, ONLINE.since, "crash-loop"), "disabled"),
    ],
)
def test_the_condition_of_a_task(row: StreamRow, errors: list[str], state: SourceState | None, condition: str) -> None:
    status = board(Clock()).status("cam", 1, row, StreamReport("cam", errors=errors), state)
    assert status.condition == condition
    assert set(status.errors) == {*errors, *row.faults}


def test_a_refused_edit_leaves_the_status_of_what_runs() -> None:
    running = TaskStatus(id="cam", revision=1, condition="online")
    assert refused("cam", "no zone 'x'", running).condition == "online"
    assert refused("cam", "no zone 'x'", running).errors == ("no zone 'x'",)
    assert refused("cam", "no zone 'x'", None).condition == "failed"


def test_how_many_streams_fit_is_told_where_it_can_be() -> None:
    running = tuple(TaskStatus(id=str(n), condition="online", analysed_fps=5.0) for n in range(4))
    assert capacity(HostLoad(cpu=0.45), running).streams_fit == 8.0
    assert capacity(HostLoad(cpu=0.45), ()).streams_fit is None
    assert capacity(HostLoad(cpu=0.0), running).streams_fit is None
    assert capacity(HostLoad(cpu=0.99), running).bottleneck == "processor"
    assert capacity(HostLoad(cpu=0.3, memory=0.97), running).bottleneck == "memory"
    assert capacity(HostLoad(cpu=0.3, disk=0.99), running).bottleneck == "disk"
    assert capacity(HostLoad(cpu=0.3), running).bottleneck == ""


def test_the_load_is_measured_in_shares(tmp_path: Path) -> None:
    load = LoadMeter(tmp_path, accelerator=lambda: (0.25, 0.5)).measure()
    assert 0 <= load.cpu <= 1
    assert 0 < load.memory <= 1
    assert 0 < load.disk <= 1
    assert load.disk_free_bytes > 0
    assert load.network_in_bps >= 0
    assert (load.accelerator, load.accelerator_memory) == (0.25, 0.5)
    assert LoadMeter(tmp_path / "gone", accelerator=lambda: None).measure().disk_free_bytes == 0
