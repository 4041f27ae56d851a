"""What crosses between the processes, and what is made of it."""

import math
import os
import socket
import struct
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from camloom.event import Event, Gate, Phase
from camloom.runner import StreamReport, StreamRow
from camloom.state import Condition, SourceState
from camloom.supervisor.blame import blamed, stuck, told_end
from camloom.supervisor.book import added
from camloom.supervisor.channel import MAX_MESSAGE_BYTES, Channel
from camloom.supervisor.ledger import OPEN_ALARMS, Ledger
from camloom.supervisor.marks import Mark, Marks
from camloom.supervisor.messages import Beat, Started, Told, read_news, write_news

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def event(phase: Phase = Phase.START, **changes: Any) -> Event:
    document: dict[str, Any] = {
        "id": "1",
        "type": "region.entered",
        "source_id": "cam",
        "rule_id": "inside",
        "phase": phase,
        "occurred_at": NOW,
        "pts_s": 3.5,
        "track_ids": (1, 2),
        "objects": (),
        "incident_id": "i",
        "name": {"zh": "入侵"},
    }
    return Event(**{**document, **changes})


@pytest.mark.parametrize(
    "news",
    [
        Told(event()),
        Told(event(value=math.inf, why=(Gate("speed", math.inf, 2.0),))),
        Started((StreamReport("cam", errors=["x"]),), ("SourceError", "no", "hint", "auth")),
        Beat(
            (StreamReport("cam", events={"r": 1}, state=SourceState(Condition.OFFLINE, NOW, "auth", "no", 2.0)),),
            (StreamRow("cam", 5, None, 2),),
        ),
    ],
)
def test_news_come_over_as_they_were(news: Any) -> None:
    assert read_news(write_news(news)) == news


@pytest.mark.parametrize(
    "nonsense",
    [b"", b"{}", b"\xff\xfe", b'{"kind":"started","reports":7}', b'{"kind":"told","event":{"id":1}}', b"[" * 100_000],
)
def test_a_worker_that_talks_nonsense_is_not_believed(nonsense: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # of whatever kind
        read_news(nonsense)


def test_messages_arrive_whole_however_they_are_cut() -> None:
    ours, its = socket.socketpair()
    with its:
        channel = Channel(ours)
        sent = [b"a", b"", b"b" * 1000]
        data = b"".join(struct.pack("<I", len(each)) + each for each in sent)
        heard: list[bytes] = []
        for byte in data:
            its.sendall(bytes([byte]))
            heard += channel.receive() or []
        assert heard == sent
        its.sendall(struct.pack("<I", MAX_MESSAGE_BYTES + 1))
        with pytest.raises(ValueError, match="bytes"):
            channel.receive()
    channel.close()


def test_the_end_of_the_other_side_is_noticed() -> None:
    ours, its = socket.socketpair()
    ours.setblocking(False)
    channel = Channel(ours)
    channel.post(b"x" * MAX_MESSAGE_BYTES)
    channel.push()
    assert channel.has_posted
    its.close()
    with pytest.raises(OSError, match="pipe"):
        channel.push()
    assert not channel.has_posted, "nobody is there to wait for"
    assert channel.receive() is None
    channel.close()


DUMP = """Fatal Python error: Segmentation fault

Thread 0x00000000000000aa (most recent call first):
  File "x.py", line 1 in f

Current thread 0x00000000000000bb (most recent call first):
  File "y.py", line 1 in g
"""


def test_the_stream_of_the_thread_that_crashed_is_blamed() -> None:
    marks = [Mark(0xAA, "one", 0.0), Mark(0xBB, "two", 0.0)]
    assert blamed(DUMP, marks) == "two"
    assert blamed(DUMP, marks[:1]) is None, "another thread crashed: nobody knows"
    assert blamed("", marks) is None, "killed from outside: nobody knows"


def test_who_breaks_the_promise_to_move_on_is_stuck() -> None:
    marks = [Mark(1, "late", 9.0), Mark(2, "in time", 11.0), Mark(3, "a file", 0.0)]
    assert stuck(marks, now_s=10.0) == ["late"]


def test_marks_are_read_by_whoever_has_the_file() -> None:
    file = Marks.new_file()
    writer, reader = Marks(file), Marks(file)
    os.close(file)
    with writer.slot() as mark:
        mark(b"cam", 5.0)
        [found] = reader.read()
        assert (found.source_id, found.until_s) == ("cam", 5.0)
    assert reader.read() == []
    writer.close()
    reader.close()


@pytest.mark.parametrize(
    ("status", "told"), [(-11, "SIGSEGV"), (-9, "SIGKILL"), (-250, "signal 250"), (1, "code 1"), (None, "ended")]
)
def test_the_end_of_a_process_in_words(status: int | None, told: str) -> None:
    assert told in told_end(status)


def test_reports_of_two_workers_are_one() -> None:
    first = StreamReport("cam", results=3, events={"a": 1}, stage_s={"infer": 1.0}, errors=["x"])
    second = StreamReport("cam", results=4, events={"a": 1, "b": 2}, stage_s={"infer": 0.5})
    total = added(first, second)
    assert (total.source_id, total.results, total.events, total.errors) == ("cam", 7, {"a": 2, "b": 2}, ["x"])
    assert total.stage_s == {"infer": 1.5}


def test_what_is_open_is_known_to_the_next_run_and_ended_once(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.take(event())
    ledger.take(event(Phase.UPDATE, id="2", value=math.inf))
    ledger.take(event(Phase.INSTANT, id="3", incident_id="j"))
    ledger.take(event(Phase.UPDATE, id="4", incident_id="unknown"))
    ledger.store()
    again = Ledger(tmp_path)
    [end] = again.end_all("power cut")
    assert (end.phase, end.incident_id, end.detail) == (Phase.END, "i", "power cut")
    assert end.id not in ("1", "2")
    again.take(end)
    again.store()
    assert len(again) == 0
    assert not (tmp_path / OPEN_ALARMS).exists()


@pytest.mark.parametrize("content", [b"", b"{", b'[{"id": 1}]', b"\x00" * 100])
def test_a_broken_book_is_no_reason_not_to_run(tmp_path: Path, content: bytes) -> None:
    (tmp_path / OPEN_ALARMS).write_bytes(content)
    assert len(Ledger(tmp_path)) == 0
