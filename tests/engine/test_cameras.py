"""A camera goes away and comes back: what the stream, its rules and its sinks see."""

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import pytest

from camloom import Runner, parse_task
from camloom.config import TaskConfig
from camloom.event import Event, FrameResult
from camloom.state import Condition

if TYPE_CHECKING:
    from camloom.bench.camera import RtspServer

pytestmark = pytest.mark.usefixtures("blob_everywhere")

ALL = {"name": "all", "vertices": [[0, 0], [1, 0], [1, 1], [0, 1]]}
Told = list[tuple[str, str]]


def task(out: Path, url: str, **changes: Any) -> TaskConfig:
    source = {"type": "media", "url": url, "timeout_s": 2}
    return parse_task({"id": "cam", "source": source, "out": str(out), "idle": "off", **changes})


class Watcher:
    """Takes results and events; waits for what is asked for."""

    def __init__(self) -> None:
        self.results: list[FrameResult] = []
        self.told: list[Event] = []
        self._changed = threading.Condition()

    def take(self, result: FrameResult, done: Callable[[], None]) -> None:
        with self._changed:
            self.results.append(result)
            self._changed.notify_all()
        done()

    def hear(self, event: Event) -> None:
        with self._changed:
            self.told.append(event)
            self._changed.notify_all()

    def wait(self, what: Callable[[], object], timeout_s: float = 20) -> None:
        with self._changed:
            assert self._changed.wait_for(what, timeout_s), [(event.type, event.reason) for event in self.told]

    def events(self, width_px: int) -> list[Event]:
        return [event for result in self.results if result.frame.width == width_px for event in result.events]

    def conditions(self) -> list[tuple[str, str]]:
        return [(event.type, event.reason) for event in self.told]


@pytest.fixture
def watcher() -> Watcher:
    """A consumer of results and events."""
    return Watcher()


def start(watcher: Watcher, *tasks: TaskConfig) -> Runner:
    return Runner(list(tasks), consumer=watcher.take, on_event=watcher.hear)


def test_a_camera_that_is_pulled_comes_back_on_the_same_clock(
    rtsp_server: "Callable[..., RtspServer]", tmp_path: Path, watcher: Watcher
) -> None:
    server = rtsp_server(gop=10)
    with start(watcher, task(tmp_path, server.url, sinks=["jsonl"])) as runner:
        watcher.wait(lambda: len(watcher.results) > 10)
        server.kill()
        watcher.wait(lambda: watcher.told[-1].type == "source.offline")
        before = len(watcher.results)
        server.start()
        watcher.wait(lambda: len(watcher.results) > before + 10)
        assert runner.streams[0].report.state.condition is Condition.ONLINE  # type: ignore[union-attr]
    assert [kind for kind, _ in watcher.conditions()] == ["source.online", "source.offline", "source.online"]
    times_s = [result.frame.pts_s for result in watcher.results]
    assert times_s == sorted(times_s)
    assert [result.frame.discont for result in watcher.results].count(True) == 1
    assert runner.reports[0].breaks >= 1
    assert runner.reports[0].errors == []
    written = [json.loads(line)["type"] for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert written == ["source.online", "source.offline", "source.online"]


def test_a_frozen_camera_is_offline_and_back_when_it_goes_on(
    rtsp_server: "Callable[..., RtspServer]", tmp_path: Path, watcher: Watcher
) -> None:
    server = rtsp_server(gop=10)
    with start(watcher, task(tmp_path, server.url)):
        watcher.wait(lambda: len(watcher.results) > 10)
        server.freeze()
        watcher.wait(lambda: watcher.conditions()[-1] == ("source.offline", "timeout"))
        before = len(watcher.results)
        server.thaw()
        watcher.wait(lambda: len(watcher.results) > before + 10)


def test_another_size_and_codec_after_a_break(
    rtsp_server: "Callable[..., RtspServer]", tmp_path: Path, watcher: Watcher
) -> None:
    rules = [{"type": "region", "id": "in", "zone": "all", "on": "enter"}]
    server = rtsp_server(gop=10)
    with start(watcher, task(tmp_path, server.url, zones=[ALL], rules=rules, sinks=["evidence"])):
        watcher.wait(lambda: any(result.events for result in watcher.results))
        server.kill()
        watcher.wait(lambda: watcher.told[-1].type == "source.offline")
        server.spec |= {"width": 480, "height": 270, "codec": "h265"}
        server.start()
        watcher.wait(lambda: watcher.results[-1].frame.width == 480)
        watcher.wait(lambda: any(event.phase == "start" for event in watcher.events(480)))
    clips = [av.open(str(path)) for path in tmp_path.glob("media/**/*.mp4")]
    assert {clip.streams.video[0].codec_context.name for clip in clips} == {"h264", "hevc"}
    for clip in clips:
        assert next(clip.decode(video=0))
        clip.close()


def test_a_camera_that_is_not_there_yet_is_waited_for(tmp_path: Path, watcher: Watcher, closed_port: int) -> None:
    url = f"rtsp://user:Canary1@127.0.0.1:{closed_port}/stream"
    started_s = time.monotonic()
    with start(watcher, task(tmp_path, url, sinks=["jsonl"])):
        assert time.monotonic() - started_s < 2
        watcher.wait(lambda: watcher.conditions() == [("source.offline", "unreachable")])
    lines = (tmp_path / "events.jsonl").read_text()
    assert json.loads(lines)["reason"] == "unreachable"
    assert "Canary1" not in lines


def test_one_dead_camera_does_not_hold_up_the_others(
    rtsp_server: "Callable[..., RtspServer]", tmp_path: Path, watcher: Watcher, silent_port: int
) -> None:
    server = rtsp_server(gop=10)
    tasks = [
        task(tmp_path / "a", f"rtsp://127.0.0.1:{silent_port}/x", id="dead"),
        task(tmp_path / "b", server.url, id="good"),
    ]
    with start(watcher, *tasks):
        watcher.wait(lambda: len(watcher.results) > 10)
    assert {result.frame.source_id for result in watcher.results} == {"good"}
