"""One thing near another: phones at the ear, cigarettes at the mouth; and where they mean nothing."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from tests.rules.people.figures import at_ear, at_mouth, standing

from camloom.config import Scene
from camloom.detections import Detections
from camloom.event import Event, Phase
from camloom.geometry import FloatArray
from camloom.rules.people.relation import RelationConfig, RelationRule
from camloom.tracks import Tracks

Make = Callable[..., Any]
NAMES = ("person", "cell phone", "smoke", "cigarette")
PERSON = (700.0, 200.0, 900.0, 700.0)  # 500 px tall: a head of 67 px
BESIDE = (1000.0, 200.0, 1200.0, 700.0)
AT_EAR, AT_CHEST = (830.0, 215.0, 850.0, 255.0), (780.0, 330.0, 815.0, 390.0)
AT_MOUTH = (800.0, 255.0, 825.0, 262.0)

Thing = tuple[str, tuple[float, float, float, float]]


def seen(*things: Thing, joints: FloatArray | None = None) -> Tracks:
    """Return tracks with ids from 1 on; `joints` are those of all people, shares of the box."""
    xyxy = np.array([box for _, box in things], np.float32).reshape(-1, 4)
    kinds = np.array([NAMES.index(name) for name, _ in things], np.int64)
    points = None
    if joints is not None:
        points = np.zeros((len(things), 17, 3), np.float32)
        size = xyxy[:, None, 2:] - xyxy[:, None, :2]
        points[:, :, :2] = xyxy[:, None, :2] + joints[None] * size
        points[:, :, 2] = (kinds == 0)[:, None] * 0.9
    found = Detections(xyxy, np.full(len(things), 0.9, np.float32), kinds, NAMES, points)
    return Tracks.of(found, np.arange(1, len(things) + 1), np.zeros(len(things)))


@pytest.fixture
def stage(scene: Scene, play: Make) -> Make:
    def make(**settings: Any) -> Any:
        return play(RelationRule(RelationConfig.model_validate({"id": "r", **settings}), scene), 5.0)

    return make


def show(stage: Any, tracks: Tracks, seconds: float) -> list[Event]:
    return [event for _ in range(round(seconds * stage.fps)) for event in stage.show(tracks)]


PHONE: dict[str, Any] = {"things": ["cell phone"], "part": "head"}


@pytest.mark.parametrize("joints", [None, standing()])
def test_a_phone_at_the_head_is_told_after_a_while(stage: Make, joints: Any) -> None:
    scene = stage(**PHONE)
    both = seen(("person", PERSON), ("cell phone", AT_EAR), joints=joints)
    assert show(scene, both, 2) == []
    (event,) = show(scene, both, 3)
    assert (event.type, event.phase, event.track_ids) == ("relation.near", Phase.START, (1, 2))
    assert {gate.name for gate in event.why} == {"min_time", "within_near"}
    (end,) = show(scene, seen(("person", PERSON)), 3)
    assert end.phase is Phase.END


@pytest.mark.parametrize("joints", [None, standing()])
def test_a_phone_at_the_chest_is_not(stage: Make, joints: Any) -> None:
    both = seen(("person", PERSON), ("cell phone", AT_CHEST), joints=joints)
    assert show(stage(**PHONE, gesture="hand_to_ear"), both, 30) == []


def test_a_phone_belongs_to_whom_it_is_nearest_to(stage: Make) -> None:
    scene = stage(**PHONE | {"near": 20})
    (event,) = show(scene, seen(("person", PERSON), ("person", BESIDE), ("cell phone", AT_EAR)), 5)
    assert event.track_ids == (1, 3)


def test_a_phone_seen_now_and_then_adds_up(stage: Make) -> None:
    scene = stage(**PHONE, gap_s=1)
    events: list[Event] = []
    for _ in range(5):
        events += show(scene, seen(("person", PERSON), ("cell phone", AT_EAR)), 0.2)
        events += show(scene, seen(("person", PERSON)), 0.6)
    assert [event.phase for event in events] == [Phase.START]


def test_a_phone_that_passes_the_head_is_not(stage: Make) -> None:
    scene = stage(**PHONE)
    assert show(scene, seen(("person", PERSON), ("cell phone", AT_EAR)), 1) == []
    assert show(scene, seen(("person", PERSON), ("cell phone", AT_CHEST)), 10) == []


def test_a_hand_at_the_ear_will_do(stage: Make) -> None:
    scene = stage(**PHONE, gesture="hand_to_ear")
    assert show(scene, seen(("person", PERSON), joints=at_mouth()), 10) == []
    (event,) = show(scene, seen(("person", PERSON), joints=at_ear()), 4)
    assert {gate.name for gate in event.why} == {"min_time", "hand_within_reach", "times"}


SMOKING: dict[str, Any] = {
    "things": ["cigarette"],
    "part": "mouth",
    "near": 0.5,
    "min_time_s": 1.5,
    "within_s": 6,
    "gesture": "hand_to_mouth",
    "gesture_times": 2,
    "hints": ["smoke"],
    "hint_needed": True,
}
SMOKE: Thing = ("smoke", (740.0, 150.0, 860.0, 230.0))


@pytest.mark.parametrize("joints", [None, at_mouth()])
def test_a_cigarette_at_the_mouth_for_long_enough_in_parts(stage: Make, joints: Any) -> None:
    scene = stage(**SMOKING)
    puff, rest = seen(("person", PERSON), ("cigarette", AT_MOUTH), joints=joints), seen(("person", PERSON))
    assert show(scene, puff, 1) + show(scene, rest, 2) == []
    assert [event.phase for event in show(scene, puff, 2)] == [Phase.START]


def test_cigarettes_in_parts_too_far_apart_do_not_add_up(stage: Make) -> None:
    scene = stage(**SMOKING)
    for _ in range(4):
        assert show(scene, seen(("person", PERSON), ("cigarette", AT_MOUTH)), 1.2) == []
        assert show(scene, seen(("person", PERSON)), 5.5) == []


def gestures(stage: Any, times: int, *things: Thing) -> list[Event]:
    events: list[Event] = []
    for _ in range(times):
        events += show(stage, seen(("person", PERSON), *things, joints=standing()), 3)
        events += show(stage, seen(("person", PERSON), *things, joints=at_mouth()), 2)
    return events


def test_smoke_and_a_hand_that_goes_to_the_mouth_again_and_again(stage: Make) -> None:
    scene = stage(**SMOKING)
    (event,) = gestures(scene, 2, SMOKE)
    assert {gate.name for gate in event.why} == {"min_time", "hand_within_reach", "times", "hint_within"}
    assert all(gate.margin >= -1e-6 for gate in event.why)


@pytest.mark.parametrize(("times", "things"), [(1, [SMOKE]), (5, []), (3, [("smoke", (0.0, 0.0, 60.0, 60.0))])])
def test_scratching_eating_and_smoke_elsewhere_are_not(stage: Make, times: int, things: Sequence[Thing]) -> None:
    assert gestures(stage(**SMOKING), times, *things) == []


def test_a_gesture_of_the_other_kind_is_not(stage: Make) -> None:
    assert show(stage(**SMOKING), seen(("person", PERSON), SMOKE, joints=at_ear()), 20) == []


def test_whole_boxes_may_be_near_or_overlap(stage: Make) -> None:
    near = seen(("person", PERSON), ("person", BESIDE))
    assert len(show(stage(things=["person"], near=0.5), near, 4)) == 2
    assert show(stage(things=["person"], near=0.1), near, 4) == []
    inside = seen(("person", PERSON), ("cell phone", AT_CHEST))
    assert show(stage(things=["cell phone"], near=0.5, min_overlap=0.9), inside, 4)
    assert show(stage(things=["person"], near=0.5, min_overlap=0.1), near, 4) == []


def test_in_a_hand_needs_joints(stage: Make) -> None:
    held = ("cell phone", (855.0, 470.0, 880.0, 500.0))
    assert show(stage(things=["cell phone"], part="hand"), seen(("person", PERSON), held, joints=standing()), 4)
    assert show(stage(things=["cell phone"], part="hand"), seen(("person", PERSON), held), 4) == []


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"things": ["x"], "hint_needed": True},
        {"gesture": "hand_to_ear", "hints": ["smoke"]},
        {"things": ["x"], "within_s": 1},
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RelationConfig.model_validate({"id": "r", **settings})
