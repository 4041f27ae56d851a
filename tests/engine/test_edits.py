"""Rules change between two frames; everything before them goes on."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from av.video.frame import VideoFrame

from camloom import Runner, parse_task
from camloom.config import TaskConfig
from camloom.errors import ConfigError
from camloom.event import Event, FrameResult, Phase
from camloom.runner.edit import only_rules_differ, unchanged_rules
from camloom.sources.reading.still import jpeg_of

ZONE = {"name": "all", "vertices": [[0, 0], [1, 0], [1, 1], [0, 1]]}
CORNER = {"name": "corner", "vertices": [[0, 0], [0.1, 0], [0.1, 0.1], [0, 0.1]]}
INSIDE = {"type": "region", "id": "inside", "zone": "all", "on": "enter"}
OTHER = {**INSIDE, "id": "other"}


def task(out: Path, **changes: Any) -> TaskConfig:
    document: dict[str, Any] = {
        "id": "cam",
        "source": "synthetic:seconds=3&objects=1&seed=3",
        "out": str(out),
        "zones": [ZONE],
        "rules": [INSIDE],
    }
    return parse_task({**document, **changes})


class Editor:
    """A consumer that edits the task at some frames."""

    def __init__(self, first: TaskConfig, edits: dict[int, TaskConfig]) -> None:
        self.results: list[FrameResult] = []
        self._task = first
        self._edits = edits
        self._runner = Runner([first], consumer=self._take)

    def run(self) -> "Editor":
        with self._runner:
            assert self._runner.wait(60)
        return self

    def _take(self, result: FrameResult, done: Callable[[], None]) -> None:
        self.results.append(result)
        edited = self._edits.get(result.frame.index)
        if edited is not None:
            self._runner.replace_rules(edited, unchanged_rules(self._task, edited))
            self._task = edited
        done()

    @property
    def events(self) -> list[Event]:
        """Everything that happened."""
        return [event for result in self.results for event in result.events]


@pytest.mark.usefixtures("blob_everywhere")
def test_what_is_open_of_an_old_rule_ends_and_the_stream_goes_on(tmp_path: Path) -> None:
    run = Editor(task(tmp_path), {30: task(tmp_path, rules=[OTHER])}).run()
    assert [result.frame.index for result in run.results][:75] == list(range(75)), "no frame is missed or seen twice"
    started, ended, anew, over = run.events
    assert (started.rule_id, started.phase) == ("inside", Phase.START)
    assert (ended.rule_id, ended.phase, ended.reason) == ("inside", Phase.END, "edited")
    assert (anew.rule_id, anew.phase) == ("other", Phase.START)
    assert ended.pts_s == pytest.approx(31 / 25, abs=0.1), "with the next frame"
    assert anew.track_ids == started.track_ids, "the tracker knows who it was"
    assert (over.phase, over.reason) == (Phase.END, "")


@pytest.mark.usefixtures("blob_everywhere")
def test_a_rule_that_did_not_change_goes_on(tmp_path: Path) -> None:
    both = task(tmp_path, rules=[INSIDE, OTHER], zones=[ZONE, CORNER])
    run = Editor(task(tmp_path), {20: both, 40: task(tmp_path)}).run()
    told = [(event.rule_id, event.phase, event.reason) for event in run.events]
    assert told == [
        ("inside", Phase.START, ""),
        ("other", Phase.START, ""),
        ("other", Phase.END, "edited"),
        ("inside", Phase.END, ""),
    ]


@pytest.mark.usefixtures("blob_everywhere")
def test_of_several_edits_between_two_frames_the_last_counts(tmp_path: Path) -> None:
    runner = Runner([task(tmp_path)])
    runner.start()
    pipeline = runner.streams[0].pipeline
    assert pipeline is not None
    edits = [task(tmp_path, rules=[OTHER]), task(tmp_path, rules=[INSIDE, OTHER]), task(tmp_path, rules=[OTHER])]
    before = task(tmp_path)
    for edited in edits:
        runner.replace_rules(edited, unchanged_rules(before, edited))
        before = edited
    assert runner.wait(60)
    with pytest.raises(ConfigError, match="has no rule"):
        pipeline.arm("inside")


def test_a_task_that_does_not_run_and_a_rule_that_does_not_fit_are_refused(tmp_path: Path) -> None:
    run = Runner([])
    with pytest.raises(ConfigError, match="no task 'cam' runs"):
        run.replace_rules(task(tmp_path), ())
    with pytest.raises(ConfigError, match="no task 'cam' runs"):
        run.picture("cam")
    run.remove("cam")


@pytest.mark.usefixtures("blob_everywhere")
def test_one_stream_is_removed_and_the_others_run_on(tmp_path: Path) -> None:
    going = task(tmp_path / "a", id="going", source="synthetic:seconds=600&live=true&fps=10")
    staying = task(tmp_path / "b", id="staying", source="synthetic:seconds=2&live=true&fps=10")
    came = threading.Event()

    def take(result: FrameResult, done: Callable[[], None]) -> None:
        done()
        if result.frame.source_id == "going":
            came.set()

    with Runner([going, staying], consumer=take) as runner:
        assert came.wait(30)
        assert runner.picture("going")[:2] == b"\xff\xd8", "a JPEG"
        runner.remove("going")
        assert [report.source_id for report in runner.reports] == ["staying"]
        assert runner.wait(30)
        assert runner.reports[0].results > 10


def test_large_pictures_are_made_smaller() -> None:
    wide = VideoFrame.from_ndarray(np.zeros((1000, 4000, 3), np.uint8), format="bgr24")
    picture = cv2.imdecode(np.frombuffer(jpeg_of(wide), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (480, 1920, 3)


def test_only_rules_zones_and_lines_can_change_under_way(tmp_path: Path) -> None:
    old = task(tmp_path)
    line = {"name": "door", "start": [0, 0.5], "end": [1, 0.5]}
    assert only_rules_differ(old, task(tmp_path, rules=[], zones=[CORNER], lines=[line]))
    for change in ({"analysis_fps": 5}, {"source": "synthetic:objects=2"}, {"model": "yunet"}, {"idle": "on"}):
        assert not only_rules_differ(old, task(tmp_path, **change)), change


def test_a_rule_is_unchanged_if_its_settings_and_its_place_are(tmp_path: Path) -> None:
    old = task(tmp_path, rules=[INSIDE, OTHER], zones=[ZONE, CORNER])
    moved = [{**ZONE, "vertices": [[0, 0], [1, 0], [1, 0.9]]}, CORNER]
    assert unchanged_rules(old, old) == {"inside", "other"}
    assert unchanged_rules(old, task(tmp_path, rules=[INSIDE, {**OTHER, "min_time_s": 3}])) == {"inside"}
    assert unchanged_rules(old, task(tmp_path, rules=[INSIDE], zones=[ZONE])) == {"inside"}
    assert unchanged_rules(old, task(tmp_path, rules=[INSIDE, OTHER], zones=moved)) == frozenset()
