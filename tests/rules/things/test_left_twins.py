"""Things left behind, and what only looks like one: somebody who sits, light that creeps, a camera that is pushed."""

import numpy as np
import pytest
from tests.rules.things.stage import Stage, person
from tests.rules.things.test_left_rule import BAG, put_down, stage

pytestmark = pytest.mark.slow


def passes(scene: Stage) -> None:
    """Let somebody walk by, who could have brought what is there then."""
    scene.walk(1, 20, 290, 4)
    scene.walk(1, 290, 630, 4)


def test_somebody_who_sits_where_the_detector_does_not_see_him_is_not_a_thing() -> None:
    scene = stage()
    scene.wait(4)
    scene.walk(1, 20, 290, 4)
    for step in range(150):
        x0, y0, x1, y1 = BAG
        scene.things[:] = [
            ((x0, y0, x1, y1), 200),
            ((x0 + 3, y0 + 2 + step % 3 * 6, x1 - 3, y0 + 8 + step % 3 * 6), 60),
        ]
        scene.wait(0.2, [(1, person(290 + 12 * step))] if step < 30 else [])
    assert scene.events == []


@pytest.mark.parametrize("texture", [0.0, 12.0])
def test_light_that_creeps_over_the_floor_is_not_a_thing(texture: float) -> None:
    scene = stage(texture)
    scene.wait(4)
    passes(scene)
    floor = scene.floor.copy()
    for step in range(40):
        scene.floor = floor.copy()
        scene.floor[200:240, 300:360] += step
        scene.wait(0.2, [(1, person(330))] if step == 20 else [])
    scene.wait(20)
    assert scene.events == []


def test_a_flash_on_the_wall_leaves_nothing() -> None:
    scene = stage(0.0)
    scene.wait(4)
    passes(scene)
    scene.floor[200:240, 300:360] += 40
    scene.wait(0.4)
    scene.floor[200:240, 300:360] -= 40
    scene.wait(20)
    assert scene.events == []
    assert not scene.rule.holding


@pytest.mark.slow
@pytest.mark.parametrize("px", [6, 20, 60])
def test_a_camera_that_is_pushed_shows_nothing_left_and_finds_the_next_bag(px: int) -> None:
    scene = stage()
    for number in range(40):
        scene.things.append(
            ((16 * number, 20 + 53 * number % 300, 16 * number + 9, 32 + 53 * number % 300), 40 + number * 5)
        )
    scene.wait(4)
    scene.walk(1, 20, 290, 4)
    scene.things = [((x0 + px, y0, x1 + px, y1), grey) for (x0, y0, x1, y1), grey in scene.things]
    scene.floor = np.roll(scene.floor, px, axis=1)
    scene.walk(1, 290, 630, 4)
    scene.wait(20)
    assert scene.events == []
    put_down(scene)
    scene.walk(1, 290, 630, 4)
    scene.wait(14)
    assert scene.phases == ["start"]


@pytest.mark.parametrize("late_s", [0.4, 1.2])
def test_who_stands_there_when_the_stream_begins_and_is_found_late_is_no_part_of_his_bag(late_s: float) -> None:
    scene = stage()
    scene.wait(late_s, hidden=[person(290)])
    scene.wait(1, [(1, person(290))])
    scene.things.append((BAG, 200))
    scene.wait(3, [(1, person(290))])
    scene.walk(1, 290, 630, 4)
    scene.wait(14)
    assert scene.phases == ["start"]
    assert scene.events[0].objects[0].xyxy == pytest.approx(BAG, abs=8)


def test_a_bag_that_was_half_hidden_from_the_beginning_is_shown_whole() -> None:
    scene = stage()
    scene.wait(1, [(1, person(300))])
    scene.things.append((BAG, 200))
    scene.wait(3, [(1, person(300))])
    scene.walk(1, 300, 630, 4)
    scene.wait(14)
    assert scene.phases == ["start"]
    assert scene.events[0].objects[0].xyxy == pytest.approx(BAG, abs=8)


def test_frames_that_come_fast_change_nothing_but_the_cost() -> None:
    scene = stage()
    scene.fps = 12.5
    put_down(scene)
    scene.walk(1, 290, 630, 4)
    scene.wait(14)
    assert scene.phases == ["start"]
