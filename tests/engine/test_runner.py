"""Many streams in one process: nothing is lost, nothing touches its neighbour."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from camloom import CamloomError, Runner, open_task, parse_task
from camloom.config import TaskConfig
from camloom.errors import ConfigError, SinkError, SourceError
from camloom.event import Event, FrameResult
from camloom.frame import Frame
from camloom.rules.zones.region import RegionRule
from camloom.tracks import Tracks

pytestmark = pytest.mark.usefixtures("blob_everywhere")

MovingClip = Callable[..., Path]
ZONE = {"name": "all", "vertices": [[0, 0], [1, 0], [1, 1], [0, 1]]}


def task(out: Path, **changes: Any) -> TaskConfig:
    document: dict[str, Any] = {"id": "cam", "source": "synthetic:seconds=2&objects=1&seed=3", "out": str(out)}
    return parse_task({**document, **changes})


class Collector:
    def __init__(self) -> None:
        self.results: list[FrameResult] = []
        self._lock = threading.Lock()

    def __call__(self, result: FrameResult, done: Callable[[], None]) -> None:
        with self._lock:
            self.results.append(result)
        done()

    def indices(self, source_id: str) -> list[int]:
        return [result.frame.index for result in self.results if result.frame.source_id == source_id]


def test_files_never_drop_and_stay_in_order(tmp_path: Path) -> None:
    collector = Collector()
    tasks = [task(tmp_path / str(n), id=f"cam-{n}") for n in range(4)]
    with Runner(tasks, workers=2, consumer=collector) as runner:
        assert runner.wait(30)
    for each in tasks:
        assert collector.indices(each.id) == list(range(50))


def test_a_stream_that_fails_ends_alone(tmp_path: Path, moving_clip: MovingClip) -> None:
    torn = tmp_path / "torn.mp4"
    torn.write_bytes(moving_clip(frames=100).read_bytes()[:3000])
    collector = Collector()
    tasks = [
        task(tmp_path / "a", id="good"),
        task(tmp_path / "b", id="torn", source=str(torn)),
        task(tmp_path / "c", id="missing", source=str(tmp_path / "none.mp4")),
    ]
    with Runner(tasks, consumer=collector) as runner:
        assert runner.wait(30)
    assert collector.indices("good") == list(range(50))
    errors = {report.source_id: report.errors for report in runner.reports}
    assert errors["good"] == []
    assert len(errors["torn"]) == len(errors["missing"]) == 1


def test_a_rule_that_raises_ends_its_own_stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def raise_on_the_bad_one(_rule: RegionRule, _tracks: Tracks, frame: Frame) -> list[Event]:
        if frame.source_id == "bad":
            raise ZeroDivisionError("a mistake in a rule")
        return []

    monkeypatch.setattr(RegionRule, "update", raise_on_the_bad_one)
    rules = [{"type": "region", "id": "in", "zone": "all", "on": "enter"}]
    tasks = [task(tmp_path / name, id=name, zones=[ZONE], rules=rules) for name in ("bad", "good")]
    collector = Collector()
    with Runner(tasks, workers=2, consumer=collector) as runner:
        assert runner.wait(30)
    assert collector.indices("good") == list(range(50))
    errors = {report.source_id: report.errors for report in runner.reports}
    assert errors["good"] == []
    assert len(errors["bad"]) == 1
    assert "a mistake in a rule" in errors["bad"][0]


def test_a_single_task_that_cannot_start_says_so_at_once(tmp_path: Path) -> None:
    with pytest.raises(SourceError), Runner([task(tmp_path, source="no-such-file.mp4")]):
        pass


def test_a_class_the_model_does_not_know_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(ConfigError, match="does not know the class 'dragon'"),
        Runner([task(tmp_path, classes=["dragon"])]),
    ):
        pass


def test_sinks_get_everything(tmp_path: Path) -> None:
    rules = [{"type": "region", "id": "in", "zone": "all", "on": "enter"}]
    with Runner([task(tmp_path, zones=[ZONE], rules=rules, sinks=["jsonl", "mot", "video"])]) as runner:
        assert runner.wait(30)
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert [event["phase"] for event in events] == ["start", "end"]
    assert len((tmp_path / "tracks.txt").read_text().splitlines()) >= 47
    assert runner.reports[0].errors == []


def test_a_sink_that_cannot_write_is_said_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file is in the way")
    with pytest.raises(SinkError, match="out"), Runner([task(tmp_path / "out", sinks=["jsonl"])]):
        pass


def test_a_live_stream_is_not_held_up_by_a_slow_reader(tmp_path: Path) -> None:
    release = threading.Event()
    seen: list[int] = []

    def slow(result: FrameResult, done: Callable[[], None]) -> None:
        seen.append(result.frame.index)
        release.wait(5)
        done()

    live = task(tmp_path, source="synthetic:seconds=1&fps=50&objects=1&live=true&seed=3")
    with Runner([live], workers=1, consumer=slow) as runner:
        while runner.streams[0].counts.packets < 50:
            assert not runner.wait(0.01)
        release.set()
        assert runner.wait(30)
    report = runner.reports[0]
    assert report.dropped_frames >= 40
    assert report.results + report.dropped_frames == 50
    assert seen[-1] == 49


def test_a_break_is_told_even_if_the_frame_that_said_so_was_replaced(tmp_path: Path, moving_clip: MovingClip) -> None:
    release, seen = threading.Event(), Collector()

    def slow(result: FrameResult, done: Callable[[], None]) -> None:
        if not seen.results:
            release.wait(20)
        seen(result, done)

    source = {"type": "media", "url": str(moving_clip(frames=20, fps=50)), "pace": "realtime", "loop": True}
    with Runner([task(tmp_path, source=source, idle="off", health="off")], workers=1, consumer=slow) as runner:
        while runner.streams[0].counts.decoded < 25:
            assert not runner.wait(0.01)
        release.set()
        while len(seen.results) < 3:
            assert not runner.wait(0.01)
    first, second = seen.results[:2]
    assert first.frame.index < 20 < second.frame.index
    assert (first.frame.discont, second.frame.discont) == (False, True)


def test_looping_over_a_task(tmp_path: Path) -> None:
    results = list(open_task(task(tmp_path)))
    assert [result.frame.index for result in results] == list(range(50))


def test_leaving_the_loop_ends_the_task(tmp_path: Path) -> None:
    before = threading.active_count()
    for result in open_task(task(tmp_path, source="synthetic:seconds=600&objects=1")):
        if result.frame.index == 5:
            break
    assert threading.active_count() <= before


def test_a_failure_is_raised_at_the_end_of_the_loop(tmp_path: Path, moving_clip: MovingClip) -> None:
    torn = tmp_path / "torn.ts"
    torn.write_bytes(b"G" * 100_000)
    with pytest.raises(CamloomError):
        list(open_task(task(tmp_path, source=str(torn))))


def test_no_thread_and_no_file_is_left_behind(tmp_path: Path, moving_clip: MovingClip) -> None:
    clip = moving_clip(frames=30)
    list(open_task(task(tmp_path / "warm-up", source=str(clip))))
    threads, files = threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))
    for number in range(3):
        list(open_task(task(tmp_path / str(number), source=str(clip), sinks=["jsonl", "evidence"])))
    assert threading.active_count() == threads
    assert len(list(Path("/proc/self/fd").iterdir())) <= files


@pytest.mark.parametrize("kind", ["rules", "alarms"])
def test_a_rule_or_an_alarm_is_armed_while_it_runs(tmp_path: Path, kind: str) -> None:
    asked = {
        "rules": {"type": "region", "id": "in", "zone": "all", "gate": {"armed": False}},
        "alarms": {"template": "intrusion", "id": "in", "zone": "all", "classes": ["box"], "armed": False},
    }
    held, go = threading.Event(), Collector()

    def slow(result: FrameResult, done: Callable[[], None]) -> None:
        if result.frame.index > 30:
            held.wait(10)
        go(result, done)

    long = task(tmp_path, source="synthetic:seconds=4&objects=1&seed=3", zones=[ZONE], **{kind: [asked[kind]]})
    with Runner([long], consumer=slow) as runner:
        while len(go.results) < 30:
            assert not runner.wait(0.01)
        runner.arm("cam", "in")
        held.set()
        assert runner.wait(30)
    events = [event for result in go.results for event in result.events]
    assert [event.phase for event in events][::2] == ["start"]
    assert events[0].pts_s > 1


def test_arming_what_is_not_there_is_one_line(tmp_path: Path) -> None:
    with Runner([task(tmp_path, zones=[ZONE], rules=[{"type": "region", "id": "in", "zone": "all"}])]) as runner:
        with pytest.raises(ConfigError, match=r"'cam' has no rule or alarm 'out'\. It has in"):
            runner.arm("cam", "out")
        with pytest.raises(ConfigError, match=r"no task 'yard' runs\. These do: cam"):
            runner.arm("yard", "in", armed=False)
