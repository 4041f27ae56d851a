"""Climbing: one that fires, and its twins that must not."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.rules.people.figures import arms_up, standing

from camloom.config import Scene
from camloom.event import Event, Phase
from camloom.geometry import Zone
from camloom.rules.people.climb import ClimbConfig, ClimbRule

Make = Callable[..., Any]
FOOT = (0.5, 0.8)


@pytest.fixture
def wall() -> Scene:
    """Return a wall whose lower edge is where people stand."""
    return Scene((Zone("wall", ((0.2, 0.2), (0.8, 0.2), (0.8, 0.81), (0.2, 0.81))),))


@pytest.fixture
def stage(wall: Scene, play: Make) -> Make:
    def make(fps: float = 5.0, **settings: Any) -> Any:
        return play(ClimbRule(ClimbConfig.model_validate({"id": "c", "zone": "wall", **settings}), wall), fps)

    return make


def up(stage: Any, rise: float, seconds: float, hold_s: float = 3.0, **look: Any) -> list[Event]:
    """Stand, rise by some body heights (0.2 of the picture), stay up there."""
    foot, top = FOOT, (FOOT[0], FOOT[1] - 0.2 * rise)
    way = stage.walk(foot, top, max(round(seconds * stage.fps), 2))
    return list(stage({1: [foot] * 10 + way + [top] * round(hold_s * stage.fps)}, **look))


@pytest.mark.parametrize("fps", [5.0, 15.0])
def test_who_rises_along_the_wall_climbs(stage: Make, fps: float) -> None:
    scene = stage(fps)
    (event,) = up(scene, 0.8, 3)
    assert (event.type, event.phase, event.zone) == ("person.climbs", Phase.START, "wall")
    assert {gate.name for gate in event.why} == {"min_time", "rise", "from_ground", "kept_height"}
    assert all(gate.margin >= -1e-6 for gate in event.why)
    events = scene({1: scene.walk((0.5, 0.64), FOOT, 20) + [FOOT] * 30})
    assert [one.phase for one in events] == [Phase.END]


def test_it_goes_on_while_he_stays_up_there(stage: Make) -> None:
    scene = stage()
    up(scene, 0.8, 3)
    assert scene({1: [(0.5, 0.64)] * 100}) == []
    assert scene.rule.holding


@pytest.mark.parametrize(("rise", "fires"), [(0.3, False), (0.6, True)])
def test_it_takes_half_a_body(stage: Make, rise: float, fires: bool) -> None:
    assert bool(up(stage(), rise, 3)) is fires


def test_arms_above_the_shoulders_need_less(stage: Make) -> None:
    (event,) = up(stage(), 0.3, 2, joints=arms_up())
    assert "wrists_above_shoulders" in {gate.name for gate in event.why}
    assert up(stage(), 0.3, 2, joints=standing()) == []
    assert up(stage(), 0.05, 2, joints=arms_up()) == []


def test_who_rises_too_slowly_does_not(stage: Make) -> None:
    # Up a slope: half a body height takes longer than rise_s.
    assert up(stage(rise_s=2), 1.0, 8) == []


@pytest.mark.parametrize("joints", [None, arms_up()])
def test_jumping_is_not_climbing(stage: Make, joints: Any) -> None:
    scene = stage(10.0)
    hop = [FOOT, (0.5, 0.74), (0.5, 0.7), (0.5, 0.69), (0.5, 0.7), (0.5, 0.74), FOOT, FOOT]
    assert scene({1: hop * 20}, joints=joints) == []


def test_a_taller_one_behind_who_takes_the_id_is_not(stage: Make) -> None:
    scene = stage()
    assert scene({1: [FOOT] * 20}) + scene({1: [(0.5, 0.68)] * 40}, height=0.23) == []


def test_who_walks_away_behind_an_open_fence_is_not(stage: Make) -> None:
    # A camera so high that he hardly becomes smaller.
    scene = stage()
    way = scene.walk((0.5, 0.65), (0.5, 0.45), 20)
    assert scene({1: [(0.5, 0.65)] * 10 + way + [(0.5, 0.45)] * 20}) == []


@pytest.mark.parametrize("camera_heights", [1.0, 2.0, 3.0, 4.5])
@pytest.mark.parametrize("end", [0.35, 0.99])
def test_walking_away_or_towards_the_camera_is_not(stage: Make, camera_heights: float, end: float) -> None:
    # Feet at y stand where a person is (y - horizon) / camera_heights tall.
    scene, horizon = stage(), 0.8 - 0.2 * camera_heights
    start, last = 0.8, max(end, horizon + 0.05)
    events: list[Event] = []
    for y in np.linspace(start, last, 20).tolist():
        events += scene({1: [(0.5, y)]}, height=(y - horizon) / camera_heights)
    assert events == []


def test_legs_hidden_from_below_are_not(stage: Make) -> None:
    # Somebody walks in front: the box ends at his shoulders' height, its top stays.
    scene = stage()
    events = scene({1: [FOOT] * 10})
    for height in np.linspace(0.2, 0.1, 8).tolist() + [0.1] * 20:
        events += scene({1: [(0.5, 0.6 + height)]}, height=height, width=0.08 / height)
    assert events == []


def test_feet_that_rise_more_than_the_head_are_not_enough(stage: Make) -> None:
    scene = stage()
    events = scene({1: [FOOT] * 10})
    for share in [*np.linspace(0, 1, 15).tolist(), *[1.0] * 20]:
        foot, top = 0.8 - 0.11 * share, 0.6 - 0.085 * share
        events += scene({1: [(0.5, foot)]}, height=foot - top)
    assert events == []


def test_who_rises_elsewhere_does_not_climb_this_wall(stage: Make) -> None:
    scene = stage()
    assert scene({1: scene.walk((0.1, 0.8), (0.1, 0.6), 15) + [(0.1, 0.6)] * 20}) == []


def test_a_climber_whom_the_detector_misses_now_and_then_is_told(stage: Make) -> None:
    scene = stage()
    way = scene.walk(FOOT, (0.5, 0.6), 15)
    seen = [FOOT] * 8 + [spot if index % 4 else None for index, spot in enumerate(way)] + [(0.5, 0.6)] * 15
    assert [event.phase for event in scene({1: seen})] == [Phase.START]
