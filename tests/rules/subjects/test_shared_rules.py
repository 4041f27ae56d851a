"""Rules that share what they see say what each says alone, and keep no more than they need."""

import gc
import pickle
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import pytest
from benchmarks.event_accuracy import truth_rules
from benchmarks.rules_speed import crowd, rules, task_with
from tests.rules.labelled import labelled_tracks

from camloom.backtest.picture import NoPicture
from camloom.config import Scene, TaskConfig, parse_task
from camloom.event import Event
from camloom.frame import Frame
from camloom.rules.base import Rule
from camloom.rules.lines.walks import Walks
from camloom.rules.subjects.shared import SharedScene
from camloom.rules.subjects.subjects import SeenRows
from camloom.runner.build import build_rule
from camloom.tracks import Tracks

Shown = tuple[Tracks, Frame]

# One of each of these to every third, fourth, ... rule, so that some rules share a filter and others do not.
VARIED: tuple[tuple[int, dict[str, Any]], ...] = (
    (3, {"min_confidence": 0.6}),
    (4, {"min_height_share": 0.12}),
    (5, {"gap_s": 0.4}),
    (7, {"gap_s": 2.0, "gate": {"debounce_s": 0.5, "cooldown_s": 4}}),
)


def varied_task() -> TaskConfig:
    """Return the rules of the benchmark, with more kinds of filters."""
    varied = rules()
    for step, more in VARIED:
        for rule in varied[::step]:
            rule.update(more)
    return task_with(varied)


def facts(events: Iterable[Event]) -> list[tuple[Any, ...]]:
    """Return everything about events but the ids, which are new each time."""
    return [astuple(replace(event, id="", incident_id="")) for event in events]


def told(built: Sequence[Rule], shown: Sequence[Shown], breaks: Sequence[int] = ()) -> list[list[Event]]:
    """Return what each rule says of some frames; the stream breaks before those at `breaks`."""
    said: list[list[Event]] = [[] for _ in built]
    for place, (tracks, frame) in enumerate(shown):
        if place in breaks:
            for rule, events in zip(built, said, strict=True):
                events.extend(rule.finish(frame))
        for rule, events in zip(built, said, strict=True):
            events.extend(rule.update(tracks, frame))
    for rule, events in zip(built, said, strict=True):
        events.extend(rule.finish(shown[-1][1]))
    return said


def built_on(task: TaskConfig, scene: Scene) -> list[Rule]:
    return [build_rule([block], scene) for block in task.rules]


def check_sharing(task: TaskConfig, shown: Sequence[Shown], breaks: Sequence[int] = ()) -> int:
    alone = told(built_on(task, task.scene()), shown, breaks)
    shared = told(built_on(task, SharedScene.of(task.scene())), shown, breaks)
    assert [facts(events) for events in shared] == [facts(events) for events in alone]
    return sum(map(len, alone))


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_rules_that_share_say_what_they_say_alone(seed: int) -> None:
    assert check_sharing(varied_task(), list(crowd(15, 160, seed)), breaks=(60, 111)) > 50


@pytest.mark.mirror
@pytest.mark.parametrize("step", [1, 2])
def test_rules_that_share_say_what_they_say_alone_of_labelled_people(mirror: Path, step: int) -> None:
    folder = mirror / "labels" / "pets09"
    task = parse_task({"source": "street.avi", **truth_rules(folder / "events_vtest.json")})
    shown = [(tracks, frame) for frame, tracks in labelled_tracks(folder / "gt.txt") if frame.index % step == 0]
    assert check_sharing(task, shown) > 100


def test_frames_that_were_expected_are_seen_as_others_are() -> None:
    task, shown = varied_task(), list(crowd(10, 140))
    scene, said = SharedScene.of(task.scene()), []
    built = built_on(task, scene)
    for begin in range(0, len(shown), 64):
        scene.expect(shown[begin : begin + 64])
        for tracks, frame in shown[begin : begin + 64]:
            said += [event for rule in built for event in rule.update(tracks, frame)]
    live = built_on(task, SharedScene.of(task.scene()))
    assert facts(said) == facts(
        event for tracks, frame in shown for rule in live for event in rule.update(tracks, frame)
    )


def test_frames_that_were_expected_need_not_come() -> None:
    """Nor is one taken for another that only has the same time."""
    task, shown, other = varied_task(), list(crowd(10, 60)), list(crowd(10, 60, seed=8))
    scene = SharedScene.of(task.scene())
    built = built_on(task, scene)
    scene.expect(other)
    assert [facts(events) for events in told(built, shown)] == [
        facts(events) for events in told(built_on(task, task.scene()), shown)
    ]


def test_who_is_far_from_a_line_need_not_be_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What lines say when everybody's path is followed on every frame is what they say."""
    task, shown = varied_task(), list(crowd(12, 160, seed=5))
    usual = told(built_on(task, task.scene()), shown, breaks=(80,))
    monkeypatch.setattr(Walks, "settle", lambda *_args: None)
    followed = told(built_on(task, task.scene()), shown, breaks=(80,))
    assert [facts(events) for events in usual] == [facts(events) for events in followed]
    assert sum(event.type == "line.crossed" for events in usual for event in events) > 8


def test_nobody_is_long_enough_inside_before_he_is() -> None:
    """A rule that looks at every stay on every frame, as one with updates does, says the same."""
    lasting = [rule for rule in rules() if rule["id"].startswith(("enter", "dwell"))]
    often = [{**rule, "update_s": 86400} for rule in lasting]
    shown = list(crowd(15, 300, seed=6))
    said = [
        [facts(events) for events in told(built_on(task_with(some), task_with(some).scene()), shown, breaks=(120,))]
        for some in (lasting, often)
    ]
    assert said[0] == said[1]
    assert sum(map(len, said[0])) > 50


@pytest.mark.slow
def test_what_rules_share_does_not_grow_with_the_tracks_that_passed() -> None:
    """After 100 s of a crowd everything that is kept for a while is there; 300 s later there is no more of it."""
    task, sizes = varied_task(), []
    built = built_on(task, SharedScene.of(task.scene()))
    for place, (tracks, frame) in enumerate(crowd(15, 2000, seed=4)):
        for rule in built:
            rule.update(tracks, frame)
        if place >= 500 and place % 100 == 0:
            sizes.append(len(pickle.dumps(built)))
    assert tracks.track_id.max() > 250
    assert max(sizes[10:]) < 1.3 * max(sizes[:5])


class Picture(NoPicture):
    """A picture of which one can tell whether it is still there."""

    __slots__ = ("__weakref__",)


def test_no_rule_keeps_a_picture_or_many_frames() -> None:
    task = varied_task()
    built = built_on(task, SharedScene.of(task.scene()))
    for tracks, frame in crowd(15, 100):
        seen = replace(frame, buffer=Picture(frame.width, frame.height))
        picture = weakref.ref(seen.buffer)
        for rule in built:
            rule.update(tracks, seen)
        del seen
        assert picture() is None
    gc.collect()
    # Now and the frame before, for each kind of subjects.
    assert sum(isinstance(one, SeenRows) for one in gc.get_objects()) <= 2 * len(built)
