"""Falls: one that fires, and its twins that must not."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.rules.conftest import tracks_of
from tests.rules.people.figures import bending, lying, sitting, standing

from camloom.config import Scene
from camloom.event import Event, Phase
from camloom.geometry import FloatArray
from camloom.rules.people.fall import FallConfig, FallRule
from camloom.tracks import Tracks

COLUMNS = ("xyxy", "confidence", "class_id", "track_id", "first_pts_s")
Make = Callable[..., Any]
Look = tuple[float, float, FloatArray]

STANDS: Look = (0.2, 0.4, standing())
LIES: Look = (0.06, 3.0, lying())
SITS: Look = (0.1, 0.95, sitting())
BENDS: Look = (0.12, 1.1, bending())


@pytest.fixture
def stage(scene: Scene, play: Make) -> Make:
    def make(fps: float = 5.0, **settings: Any) -> Any:
        return play(FallRule(FallConfig.model_validate({"id": "f", **settings}), scene), fps)

    return make


def show(stage: Any, look: Look, seconds: float, key: int = 1, joints: bool = False, **more: Any) -> list[Event]:
    height, width, points = look
    spots = {key: [(0.5, 0.6)] * round(seconds * stage.fps)}
    return list(stage(spots, height=height, width=width, joints=points if joints else None, **more))


@pytest.mark.parametrize("joints", [False, True])
@pytest.mark.parametrize("fps", [5.0, 10.0])
def test_who_stood_and_lies_has_fallen(stage: Make, joints: bool, fps: float) -> None:
    scene = stage(fps)
    assert show(scene, STANDS, 4, joints=joints) == []
    assert show(scene, BENDS, 0.6, joints=joints) == []
    (event,) = show(scene, LIES, 8, joints=joints)
    assert (event.type, event.phase, event.track_ids) == ("person.fell", Phase.START, (1,))
    assert event.value == pytest.approx(5, abs=0.25)
    how = {"tilt"} if joints else {"min_aspect", "lower_than_stood"}
    assert {gate.name for gate in event.why} == {"min_time", "within_turn"} | how
    (end,) = show(scene, STANDS, 4, joints=joints)
    assert (end.phase, end.incident_id) == (Phase.END, event.incident_id)


@pytest.mark.parametrize("joints", [False, True])
@pytest.mark.parametrize("look", [SITS, BENDS, STANDS])
def test_who_sits_or_bends_has_not(stage: Make, joints: bool, look: Look) -> None:
    scene = stage()
    assert show(scene, STANDS, 4, joints=joints) + show(scene, look, 30, joints=joints) == []


@pytest.mark.parametrize("joints", [False, True])
@pytest.mark.parametrize(("slow_ok", "fires"), [(True, False), (False, True)])
def test_who_lies_down_slowly_has_not_unless_asked(stage: Make, joints: bool, slow_ok: bool, fires: bool) -> None:
    scene = stage(slow_ok=slow_ok)
    show(scene, STANDS, 3, joints=joints)
    show(scene, SITS, 3, joints=joints)
    assert bool(show(scene, LIES, 20, joints=joints)) is fires


@pytest.mark.parametrize("joints", [False, True])
def test_who_gets_up_in_time_has_not(stage: Make, joints: bool) -> None:
    scene = stage()
    show(scene, STANDS, 3, joints=joints)
    assert show(scene, LIES, 4, joints=joints) == []
    assert show(scene, STANDS, 10, joints=joints) == []


def test_who_lay_from_the_first_has_not(stage: Make) -> None:
    assert show(stage(), LIES, 30) == []


def test_the_one_whom_the_tracker_finds_again_on_the_ground_is_the_same(stage: Make) -> None:
    scene = stage()
    show(scene, STANDS, 3, key=1)
    scene.nobody(0.8)
    (event,) = show(scene, LIES, 8, key=2)
    assert event.track_ids == (2,)


def test_somebody_else_who_lies_elsewhere_is_not(stage: Make) -> None:
    scene = stage()
    show(scene, STANDS, 3, key=1)
    height, width, _ = LIES
    assert scene({2: [(0.1, 0.6)] * 60}, height=height, width=width) == []


def test_who_lies_beside_one_that_goes_away_is_not(stage: Make) -> None:
    scene = stage()
    events: list[Event] = []
    for index in range(100):
        boxes = tracks_of({2: (0.5, 0.6)}, *LIES[:1], width=LIES[1])
        if index < 20:
            boxes = both(boxes, tracks_of({1: (0.52, 0.6)}))
        events += scene.show(boxes)
    assert events == []


def both(some: Tracks, others: Tracks) -> Tracks:
    columns: dict[str, Any] = {name: np.concatenate((getattr(some, name), getattr(others, name))) for name in COLUMNS}
    return replace(some, **columns)


def test_a_detector_that_loses_him_for_moments_does_not_stop_the_clock(stage: Make) -> None:
    scene = stage()
    show(scene, STANDS, 3)
    events: list[Event] = []
    for _ in range(6):
        events += show(scene, LIES, 0.6)
        scene.nobody(0.8)
    assert [event.phase for event in events] == [Phase.START]


def test_who_stands_half_hidden_has_not(stage: Make) -> None:
    # A counter hides the legs: the box is half as high, and as wide as it was.
    scene = stage()
    assert show(scene, STANDS, 3) + show(scene, (0.1, 0.8, standing()), 20) == []


def test_only_in_the_zone(stage: Make) -> None:
    scene = stage(zone="lawn")
    height, width, _ = LIES
    assert scene({1: [(0.1, 0.6)] * 15}) + scene({1: [(0.1, 0.6)] * 60}, height=height, width=width) == []
