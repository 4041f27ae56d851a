"""Things left behind: a bag that fires, and its twins that must not."""

import pickle
from typing import Any

import pytest
from pydantic import ValidationError
from tests.rules.things.stage import Stage, person

from camloom.config import Scene
from camloom.event import Phase
from camloom.geometry import Zone
from camloom.rules.things.left import LeftConfig, LeftRule

BAG = (310, 238, 334, 260)
CORNER = Zone("corner", ((0.0, 0.0), (0.2, 0.0), (0.2, 1.0), (0.0, 1.0)))


def stage(texture: float = 12.0, **settings: Any) -> Stage:
    config = LeftConfig.model_validate({"id": "bag", "unattended_s": 10, **settings})
    return Stage(LeftRule(config, Scene((CORNER,))), texture)


def put_down(scene: Stage) -> None:
    """Somebody comes, puts a bag beside himself, and stands there a little."""
    scene.wait(4)
    scene.walk(1, 20, 290, 4)
    scene.things.append((BAG, 200))
    scene.wait(3, [(1, person(290))])


@pytest.mark.parametrize("texture", [0.0, 12.0])
def test_a_bag_whose_owner_goes_is_told_with_its_box_and_its_reasons(texture: float) -> None:
    scene = stage(texture)
    put_down(scene)
    scene.walk(1, 290, 630, 4)
    scene.wait(14)

    (event,) = scene.events
    assert (event.type, event.phase) == ("object.left", Phase.START)
    thing, owner = event.objects
    assert thing.xyxy == pytest.approx(BAG, abs=6)
    assert (thing.track_id, owner.track_id) == (-1, 1)
    assert {gate.name for gate in event.why} >= {"unattended", "min_area", "within_owner_near"}
    assert all(gate.margin >= -1e-6 for gate in event.why)


def test_the_clock_runs_from_when_the_owner_is_far() -> None:
    scene = stage()
    put_down(scene)
    scene.walk(1, 290, 630, 4)
    far_s = scene.index / scene.fps
    scene.wait(14)
    assert far_s + 7 <= scene.events[0].pts_s <= far_s + 10.5


def test_who_stays_beside_his_bag_has_not_left_it() -> None:
    scene = stage()
    put_down(scene)
    scene.walk(1, 290, 400, 2)
    scene.wait(30, [(1, person(400))])
    assert scene.events == []


def test_who_comes_back_in_time_has_not_left_it() -> None:
    scene = stage()
    put_down(scene)
    scene.walk(1, 290, 600, 3)
    scene.wait(3, [(1, person(600))])
    scene.walk(1, 600, 350, 3)
    scene.wait(20, [(1, person(350))])
    assert scene.events == []


def test_the_owner_who_comes_back_late_ends_it() -> None:
    scene = stage()
    put_down(scene)
    scene.walk(1, 290, 615, 3)
    scene.wait(14, [(1, person(615))])
    scene.walk(1, 615, 355, 3)
    assert scene.phases == ["start", "end"]
    assert scene.events[1].why[-1].name == "owner_is_back"


def test_a_bag_taken_away_ends_it() -> None:
    scene = stage()
    put_down(scene)
    scene.walk(1, 290, 630, 4)
    scene.wait(14)
    scene.things.clear()
    scene.wait(4)
    assert scene.phases == ["start", "end"]
    assert len({event.incident_id for event in scene.events}) == 1


def test_somebody_who_passes_before_it_does_not_stop_the_clock() -> None:
    scene = stage()
    put_down(scene)
    scene.walk(1, 290, 630, 4)
    scene.wait(3)
    scene.walk(2, 630, 20, 5)
    scene.wait(6)
    assert scene.phases == ["start"]


def test_who_stands_still_and_is_lost_by_the_detector_is_not_a_thing() -> None:
    scene = stage()
    scene.wait(4)
    scene.walk(1, 20, 290, 4)
    scene.wait(3, [(1, person(290))])
    scene.wait(30, hidden=[person(290)])
    assert scene.events == []


@pytest.mark.parametrize("texture", [0.0, 12.0])
def test_a_shadow_is_not_a_thing(texture: float) -> None:
    scene = stage(texture)
    scene.wait(4)
    scene.walk(1, 20, 290, 4)
    scene.shadows.append((300, 220, 350, 270))
    scene.walk(1, 290, 630, 4)
    scene.wait(20)
    assert scene.events == []


@pytest.mark.parametrize("gain", [0.4, 0.8, 1.5])
def test_the_light_switched_is_not_a_thing(gain: float) -> None:
    scene = stage()
    scene.wait(4)
    scene.walk(1, 20, 290, 4)
    scene.gain = gain
    scene.walk(1, 290, 630, 4)
    scene.wait(20)
    assert scene.events == []


def test_the_light_switched_does_not_hide_a_bag() -> None:
    scene = stage()
    put_down(scene)
    scene.walk(1, 290, 630, 4)
    scene.gain = 0.7
    scene.wait(14)
    assert scene.phases == ["start"]


def test_a_thing_that_nobody_brought_is_not_left() -> None:
    scene = stage()
    scene.wait(4)
    scene.things.append((BAG, 200))
    scene.wait(20)
    assert scene.events == []


def test_a_car_that_parks_is_not_left_even_when_the_detector_loses_it() -> None:
    scene = stage()
    scene.wait(4)
    car = (280, 220, 350, 262)
    scene.wait(4, [(5, car)], cls="car")
    scene.things.append((car, 60))
    scene.walk(1, 330, 630, 4)
    scene.wait(20)
    assert scene.events == []


def test_what_lies_outside_the_zone_is_not_told() -> None:
    scene = stage(zone="corner")
    put_down(scene)
    scene.walk(1, 290, 630, 4)
    scene.wait(20)
    assert scene.events == []


def test_the_end_of_the_stream_ends_it_and_forgets_all() -> None:
    scene = stage()
    put_down(scene)
    scene.walk(1, 290, 630, 4)
    scene.wait(14)
    assert scene.rule.holding
    scene.end()
    assert scene.phases == ["start", "end"]
    assert not scene.rule.holding


@pytest.mark.slow
def test_its_memory_is_bounded() -> None:
    scene = stage()
    for number in range(12):
        scene.things.append(((40 * number + 80, 100, 40 * number + 100, 120), 220))
        scene.walk(number, 20, 630, 2)
    scene.wait(30)
    early = len(pickle.dumps(scene.rule))
    for number in range(100, 130):
        scene.walk(number, 20, 630, 2)
    scene.wait(30)
    assert len(pickle.dumps(scene.rule)) < early + 2000


@pytest.mark.parametrize(
    "settings",
    [{"unattended_s": 0}, {"owner_near": 3, "owner_far": 2}, {"min_area": 0.2, "max_area": 0.1}, {"owner": 1}],
)
def test_bad_settings_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        LeftConfig.model_validate({"id": "bag", **settings})
