"""Things taken away: one that fires, and its twins that must not."""

from typing import Any

import pytest
from pydantic import ValidationError
from tests.rules.things.stage import Stage, person

from camloom.config import Scene
from camloom.rules.things.removed import RemovedConfig, RemovedRule

STATUE = (300, 200, 330, 250)
MARKED = (0.46, 0.54, 0.53, 0.71)


def stage(texture: float = 12.0, **settings: Any) -> Stage:
    config = RemovedConfig.model_validate({"id": "statue", **settings})
    scene = Stage(RemovedRule(config, Scene()), texture)
    scene.things.append((STATUE, 200))
    return scene


@pytest.mark.parametrize("texture", [0.0, 12.0])
@pytest.mark.parametrize("settings", [{"box": MARKED}, {"settled_s": 10}])
def test_a_thing_that_is_taken_is_told_once_it_is_missing(settings: dict[str, Any], texture: float) -> None:
    scene = stage(texture, **settings)
    scene.wait(15)
    scene.walk(1, 20, 315, 3)
    scene.things.clear()
    scene.walk(1, 315, 630, 3)
    gone_s = scene.index / scene.fps
    scene.wait(10)

    (event,) = scene.events
    assert event.type == "object.removed"
    assert event.objects[0].xyxy == pytest.approx(STATUE, abs=6)
    assert gone_s <= event.pts_s <= gone_s + 6
    assert all(gate.margin >= -1e-6 for gate in event.why)


def test_its_return_ends_it() -> None:
    scene = stage(box=MARKED)
    scene.wait(10)
    scene.things.clear()
    scene.wait(10)
    scene.things.append((STATUE, 200))
    scene.wait(5)
    assert scene.phases == ["start", "end"]


def test_somebody_before_it_takes_nothing_away() -> None:
    scene = stage(box=MARKED)
    scene.wait(10)
    scene.walk(1, 20, 315, 3)
    scene.wait(30, [(1, person(315))])
    scene.walk(1, 315, 630, 3)
    scene.wait(10)
    assert scene.events == []


def test_somebody_before_it_whom_the_detector_loses_takes_nothing_away() -> None:
    scene = stage(box=MARKED)
    scene.wait(10)
    scene.wait(20, hidden=[person(315)])
    scene.wait(10)
    assert scene.events == []


def test_a_thing_that_had_stood_for_too_short_was_not_settled() -> None:
    scene = stage(settled_s=60)
    scene.wait(20)
    scene.things.clear()
    scene.wait(10)
    assert scene.events == []


def test_a_thing_put_there_is_not_one_taken_until_it_is_taken() -> None:
    scene = stage(settled_s=10)
    scene.wait(5)
    scene.things.append(((450, 230, 480, 260), 210))
    scene.wait(20)
    assert scene.events == []
    scene.things.pop()
    scene.wait(10)
    assert scene.phases == ["start"]


def test_a_thing_moved_elsewhere_leaves_one_hole() -> None:
    scene = stage(settled_s=10)
    scene.wait(15)
    scene.things[0] = ((450, 200, 480, 250), 200)
    scene.wait(10)
    assert scene.phases == ["start"]
    assert scene.events[0].objects[0].xyxy == pytest.approx(STATUE, abs=6)


@pytest.mark.parametrize("gain", [0.4, 0.8, 1.5])
def test_the_light_switched_takes_nothing_away(gain: float) -> None:
    scene = stage(box=MARKED)
    scene.wait(10)
    scene.gain = gain
    scene.wait(15)
    assert scene.events == []


def test_a_shadow_over_it_takes_nothing_away() -> None:
    scene = stage(box=MARKED)
    scene.wait(10)
    scene.shadows.append((280, 180, 350, 240))
    scene.wait(15)
    assert scene.events == []


def test_what_goes_elsewhere_is_not_the_marked_thing() -> None:
    scene = stage(box=MARKED)
    scene.things.append(((450, 230, 480, 260), 210))
    scene.wait(10)
    scene.things.pop()
    scene.wait(15)
    assert scene.events == []


@pytest.mark.parametrize(
    "settings",
    [{"box": (0.5, 0.5, 0.4, 0.6)}, {"box": MARKED, "settled_s": 10}, {"min_share": 0.5}, {"missing_s": 0}],
)
def test_bad_settings_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RemovedConfig.model_validate({"id": "statue", **settings})
