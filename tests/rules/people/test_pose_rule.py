"""Postures: each fires on its own pose and on no other."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.rules.people.figures import arms_up, at_ear, at_mouth, bending, lying, sitting, standing

from camloom.config import Scene
from camloom.event import Event, Phase
from camloom.geometry import FloatArray
from camloom.rules.people.pose import PoseConfig, PoseRule

Make = Callable[..., Any]
POSES: dict[str, tuple[float, FloatArray]] = {
    "standing": (0.4, standing()),
    "sitting": (0.9, sitting()),
    "bending": (1.0, bending()),
    "lying": (3.0, lying()),
    "hand_to_ear": (0.4, at_ear()),
    "hand_to_mouth": (0.4, at_mouth()),
    "arms_up": (0.4, arms_up()),
}


@pytest.fixture
def stage(scene: Scene, play: Make) -> Make:
    def make(**settings: Any) -> Any:
        return play(PoseRule(PoseConfig.model_validate({"id": "p", **settings}), scene), 5.0)

    return make


def show(stage: Any, pose: str, seconds: float) -> list[Event]:
    width, joints = POSES[pose]
    return list(stage({1: [(0.5, 0.6)] * round(seconds * stage.fps)}, width=width, joints=joints))


@pytest.mark.parametrize("posture", ["lying", "hand_to_ear", "hand_to_mouth", "arms_up"])
@pytest.mark.parametrize("pose", POSES)
def test_each_posture_is_told_from_the_others(stage: Make, posture: str, pose: str) -> None:
    events = show(stage(posture=posture), pose, 4)
    assert [event.type for event in events] == ([f"pose.{posture}"] if posture == pose else [])
    assert all(gate.margin >= -1e-6 for event in events for gate in event.why)


def test_it_takes_a_while_and_ends(stage: Make) -> None:
    scene = stage(posture="arms_up", min_time_s=2)
    assert show(scene, "arms_up", 2) == []
    assert [event.phase for event in show(scene, "arms_up", 1)] == [Phase.START]
    assert [event.phase for event in show(scene, "standing", 3)] == [Phase.END]


def test_it_may_have_to_happen_several_times(stage: Make) -> None:
    scene = stage(posture="hand_to_mouth", min_time_s=0, times=3, within_s=20)
    events = [show(scene, pose, 2) for pose in ("hand_to_mouth", "standing") * 3]
    assert [len(some) for some in events] == [0, 0, 0, 0, 1, 0]
    assert {gate.name: gate.value for gate in events[4][0].why}["times"] == 3


def test_times_that_lie_too_far_apart_do_not_count(stage: Make) -> None:
    scene = stage(posture="hand_to_mouth", min_time_s=0, times=3, within_s=20)
    assert [event for _ in range(5) for pose in ("hand_to_mouth", "standing") for event in show(scene, pose, 8)] == []


def test_joints_that_are_not_seen_show_nothing(stage: Make) -> None:
    joints = at_ear()
    joints[[9, 10]] = np.nan
    scene = stage(posture="hand_to_ear")
    assert scene({1: [(0.5, 0.6)] * 50}, joints=joints) == []
    assert scene({1: [(0.5, 0.6)] * 50}) == []


def test_times_need_a_span(stage: Make) -> None:
    with pytest.raises(ValueError, match="`times: 2` needs `within_s`"):
        stage(times=2)
