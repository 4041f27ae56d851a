"""The main stream for evidence, the sub stream for analysis: one clock, and clips from whichever there is."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import pytest
from tests.engine.test_cameras import Watcher

from camloom import Runner, parse_task
from camloom.config import TaskConfig
from camloom.packets import Packet, PacketRing
from camloom.runner.evidence import ForeignClock, PairedRing

if TYPE_CHECKING:
    from camloom.bench.camera import RtspServer

HALVES = {
    "left": [[0, 0], [0.5, 0], [0.5, 1], [0, 1]],
    "right": [[0.5, 0], [1, 0], [1, 1], [0.5, 1]],
    "top": [[0, 0], [1, 0], [1, 0.5], [0, 0.5]],
    "bottom": [[0, 0.5], [1, 0.5], [1, 1], [0, 1]],
}


def packet(pts_s: float, ready_s: float, *, key: bool = True, discont: bool = False) -> Packet:
    return Packet(av.Packet(b"x" * 100), pts_s, ready_s, key, discont)


class Streams:
    """Two streams of one camera, 10 packets a second, a keyframe each second; `now_s` is the wall clock."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.sub, self.main = PacketRing(30), PacketRing(30)
        self.clock = ForeignClock()
        self.clock.follow(self.sub)
        self.ring = PairedRing(self.main, self.sub, clock=lambda: self.now_s)

    def play(self, seconds: float, *, main: bool = True, sub: bool = True, late_s: float = 0.0) -> None:
        for _ in range(round(seconds * 10)):
            number = round((self.now_s - 1000) * 10)
            if sub:
                self.sub.append(packet(number / 10, self.now_s, key=number % 10 == 0))
            placed = self.clock.place(packet(number / 10 + 700, self.now_s + late_s, key=number % 10 == 3))
            if main and placed is not None:
                self.main.append(placed)
            self.now_s = 1000 + (number + 1) / 10


def test_the_same_moment_has_the_same_time_in_both_streams() -> None:
    streams = Streams()
    streams.play(5)
    times_s = {packet.pts_s for packet in streams.sub.since(0)}
    placed_s = [packet.pts_s for packet in streams.main.since(0)]
    assert len(placed_s) > 40
    assert all(min(abs(time_s - other_s) for other_s in times_s) < 1e-6 for time_s in placed_s)


def test_nothing_is_placed_before_the_other_clock_is_known() -> None:
    assert ForeignClock().place(packet(0, 0)) is None


def test_it_begins_at_a_keyframe_with_a_new_segment() -> None:
    streams = Streams()
    streams.play(1)
    first = streams.main.since(0)[0]
    assert (first.is_keyframe, first.discont) == (True, True)


def test_what_is_learnt_of_the_delay_never_turns_time_back() -> None:
    clock, sub = ForeignClock(), PacketRing(10)
    clock.follow(sub)
    sub.append(packet(0, 100))
    late_s = [0.9, 0.8, 0.3, 0.0, 0.0, 0.0]  # a burst at the beginning makes the delay look long
    placed = [clock.place(packet(n, 100 + n + late)) for n, late in enumerate(late_s)]
    times_s = [one.pts_s for one in placed if one is not None]
    assert times_s == sorted(times_s)
    assert times_s[-1] == pytest.approx(5.0)
    assert [one.discont for one in placed if one is not None] == [True, False, False, False, False, False]


def test_a_step_of_more_than_two_seconds_is_a_new_segment() -> None:
    clock, sub = ForeignClock(), PacketRing(10)
    clock.follow(sub)
    sub.append(packet(0, 100))
    clock.place(packet(0, 100))
    placed = clock.place(packet(1, 104))
    assert placed is not None
    assert placed.discont
    assert placed.pts_s == pytest.approx(4.0)


def test_a_clip_comes_from_the_main_stream_where_it_is_there() -> None:
    streams = Streams()
    streams.play(10)
    recording = streams.ring.record(8, 12)
    assert not recording.complete
    streams.play(3)
    assert recording.complete
    assert recording.stream == "main"
    assert recording.packets[0].pts_s <= 8
    assert recording.packets[-1].pts_s == pytest.approx(12, abs=0.11)


def test_a_main_stream_that_is_away_is_not_waited_for() -> None:
    streams = Streams()
    streams.play(5)
    streams.play(5, main=False)
    recording = streams.ring.record(8, 12)
    streams.play(3, main=False)
    assert recording.complete
    assert recording.stream == "sub"
    assert len(recording.packets) >= 40


def test_a_main_stream_that_goes_away_meanwhile_is_replaced() -> None:
    streams = Streams()
    streams.play(10)
    recording = streams.ring.record(8, 14)
    streams.play(1)
    streams.play(7, main=False)
    assert recording.complete
    assert recording.stream == "sub"
    assert recording.packets[-1].pts_s == pytest.approx(14, abs=0.11)


def test_a_main_stream_that_has_just_come_is_not_better_than_the_whole_story() -> None:
    streams = Streams()
    streams.play(10, main=False)
    streams.play(1)
    recording = streams.ring.record(6, 13)
    streams.play(4)
    assert recording.stream == "sub"
    assert recording.packets[0].pts_s <= 6


def test_an_analysed_stream_that_breaks_leaves_the_main_one() -> None:
    streams = Streams()
    streams.play(10)
    recording = streams.ring.record(8, 14)
    streams.play(1)
    streams.play(7, sub=False)
    assert recording.complete
    assert recording.stream == "main"


def test_stop_ends_both() -> None:
    streams = Streams()
    streams.play(10)
    recording = streams.ring.record(8, 100)
    streams.ring.stop(recording)
    assert recording.complete
    before = len(recording.packets)
    streams.play(1)
    assert len(recording.packets) == before


def task(out: Path, sub: str, main: str, **changes: Any) -> TaskConfig:
    def camera(url: str) -> dict[str, Any]:
        return {"type": "media", "url": url, "timeout_s": 2}

    evidence = {"type": "evidence", "before_s": 0.5, "after_s": 0.5}
    document = {
        "id": "cam",
        "source": camera(sub),
        "evidence_source": camera(main),
        "out": str(out),
        "idle": "off",
        "health": "off",
        "zones": [{"name": name, "vertices": vertices} for name, vertices in HALVES.items()],
        "rules": [{"type": "region", "id": name, "zone": name, "on": "enter"} for name in HALVES],
        "sinks": [evidence],
    }
    return parse_task({**document, **changes})


def clips_of(out: Path) -> list[tuple[str, int]]:
    """Return of every clip which stream its document names, and how wide its picture is."""
    found = []
    for document in out.glob("media/*/alarm.json"):
        for name, stream in json.loads(document.read_text()).get("clips", {}).items():
            with av.open(str(document.with_name(name))) as clip:
                found.append((stream, clip.streams.video[0].codec_context.width))
    return found


@pytest.mark.slow
@pytest.mark.usefixtures("blob_everywhere")
def test_clips_fall_back_to_the_sub_stream_and_return(rtsp_server: "Callable[..., RtspServer]", tmp_path: Path) -> None:
    sub, main, watcher = rtsp_server(gop=10), rtsp_server(gop=10, width=640, height=480), Watcher()

    def told(kind: str) -> Callable[[], bool]:
        return lambda: [event.type for event in watcher.told if event.type.startswith("evidence")][-1:] == [kind]

    def has(stream: str, width: int, more_than: int = 0) -> Callable[[], bool]:
        return lambda: clips_of(tmp_path).count((stream, width)) > more_than

    with Runner([task(tmp_path, sub.url, main.url)], consumer=watcher.take, on_event=watcher.hear):
        watcher.wait(told("evidence_source.online"))
        watcher.wait(has("main", 640))
        main.kill()
        watcher.wait(told("evidence_source.offline"))
        before = clips_of(tmp_path).count(("sub", 320))
        watcher.wait(has("sub", 320, before))
        main.start()
        watcher.wait(told("evidence_source.online"))
        before = clips_of(tmp_path).count(("main", 640))
        watcher.wait(has("main", 640, before))
    assert set(clips_of(tmp_path)) == {("main", 640), ("sub", 320)}
    comments = [_comment(path) for path in tmp_path.glob("media/*/*.mp4")]
    assert all("of the main stream" in comment or "of the sub stream" in comment for comment in comments)


def _comment(path: Path) -> str:
    with av.open(str(path)) as clip:
        return clip.metadata["comment"]


@pytest.mark.usefixtures("blob_everywhere")
def test_a_file_as_evidence_source_is_refused_in_one_line(
    rtsp_server: "Callable[..., RtspServer]", tmp_path: Path, moving_clip: Callable[..., Path]
) -> None:
    watcher = Watcher()
    server = rtsp_server(gop=10)
    with Runner([task(tmp_path, server.url, str(moving_clip()))], consumer=watcher.take, on_event=watcher.hear):
        watcher.wait(lambda: any(event.type == "evidence_source.offline" for event in watcher.told))
        watcher.wait(lambda: len(watcher.results) > 3)
    (event,) = [event for event in watcher.told if event.type.startswith("evidence")]
    assert event.reason == "unsupported"
    assert "must be live" in event.detail


def test_a_ring_that_is_cleared_ends_its_recordings() -> None:
    ring = PacketRing(5)
    ring.append(packet(1, 2))
    recording = ring.record(0, 10)
    ring.clear()
    assert recording.complete
    assert len(recording.packets) == 1
    assert ring.newest is None
    assert ring.since(0) == []
