"""Speed over the ground: a camera 6 m high that looks 25 deg down on a road of known size."""

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from camloom.config import Scene, parse_task
from camloom.errors import ConfigError
from camloom.event import Event, Phase
from camloom.geometry import Zone
from camloom.rules.motion.speed import SpeedConfig, SpeedRule

Make = Callable[..., Any]

HEIGHT_M, TILT, FOCAL = 6.0, math.radians(25), 1.2
WIDTH_M, LENGTH_M = 7.0, 20.0
NEAR_M = 11.0


def seen(x_m: float, y_m: float) -> tuple[float, float]:
    """Return where a point of the road is on the picture: x to the right, y away from the camera."""
    depth = y_m * math.cos(TILT) + HEIGHT_M * math.sin(TILT)
    down = HEIGHT_M * math.cos(TILT) - y_m * math.sin(TILT)
    return 0.5 + FOCAL * x_m / depth * 9 / 16, 0.5 + FOCAL * down / depth


CORNERS = tuple(
    seen(*corner)
    for corner in (
        (-WIDTH_M / 2, NEAR_M),
        (WIDTH_M / 2, NEAR_M),
        (WIDTH_M / 2, NEAR_M + LENGTH_M),
        (-WIDTH_M / 2, NEAR_M + LENGTH_M),
    )
)


@pytest.fixture
def speed(play: Make) -> Make:
    """Return a maker of a play with a rule about speed on the road."""

    def make(fps: float = 10, corners: Any = CORNERS, **settings: object) -> Any:
        told = {"id": "v", "zone": "road", "width_m": WIDTH_M, "length_m": LENGTH_M, "limit_kmh": 50, **settings}
        rule = SpeedRule(SpeedConfig.model_validate(told), Scene((Zone("road", corners),)))
        return play(rule, fps)

    return make


def drive(kmh: float, fps: float, jitter: float = 0, seed: int = 0, end_m: float = 40) -> list[tuple[float, float]]:
    """Return a drive towards the camera; jitter in heights of a box of 0.1 of the picture."""
    places = [seen(1, at) for at in np.arange(end_m, 8, -kmh / 3.6 / fps)[:500]]
    off = np.random.default_rng(seed).normal(0, jitter * 0.1, len(places))
    return [(x, y + float(wide)) for wide, (x, y) in zip(off, places, strict=True)]


def phases(events: list[Event]) -> list[Phase]:
    return [event.phase for event in events]


@pytest.mark.parametrize("fps", [5, 10, 25])
@pytest.mark.parametrize("kmh", [60, 90])
def test_who_is_too_fast_is_told_with_the_speed(speed: Make, kmh: float, fps: float) -> None:
    play = speed(fps)
    events = play({1: drive(kmh, fps) + [None] * 30}, height=0.1)
    assert phases(events) == [Phase.START, Phase.END]
    start, end = events
    assert start.value == pytest.approx(kmh, abs=1)
    assert (start.unit, start.zone, start.type) == ("km/h", "road", "speed.exceeded")
    assert re.fullmatch(rf"{kmh} ± \d+ km/h", start.detail)
    assert end.value == pytest.approx(kmh, abs=1)
    gates = {gate.name: gate for gate in start.why}
    assert gates["speed"].threshold == gates["speed_less_error"].threshold == 50


@pytest.mark.parametrize("kmh", [0.1, 20, 49, 51])
def test_who_is_not_surely_too_fast_is_not(speed: Make, kmh: float) -> None:
    assert speed()({1: drive(kmh, 10)}, height=0.1) == []


def test_the_error_that_is_shown_holds_under_jitter(speed: Make) -> None:
    within, shown = 0, 0
    for seed in range(60):
        play = speed(limit_kmh=10)
        event = play({1: drive(60, 10, jitter=0.03, seed=seed)}, height=0.1)[0]
        error = float(event.detail.split("±")[1].split()[0])
        shown += 1
        within += abs(event.value - 60) <= error + 0.5
    assert within >= 0.9 * shown


def test_jitter_alone_is_no_speed(speed: Make) -> None:
    random = np.random.default_rng(3)
    x, y = seen(0, 20)
    assert speed(limit_kmh=10)({1: [(x, y + float(off)) for off in random.normal(0, 0.003, 600)]}, height=0.1) == []


def test_the_direction_on_the_road_does_not_matter(speed: Make) -> None:
    across = [seen(x, 20) for x in np.arange(-3, 3, 60 / 3.6 / 25)]
    assert [event.value for event in speed(25, window_s=0.3)({1: across}, height=0.1)] == pytest.approx([60], abs=1)
    away = drive(60, 10)[::-1]
    assert speed()({1: away}, height=0.1)[0].value == pytest.approx(60, abs=1)


def test_beside_the_rectangle_is_silent(speed: Make) -> None:
    beside = [seen(5, y) for y in np.arange(40, 10, -2.5)]
    assert speed()({1: beside}, height=0.1) == []


def test_a_box_cut_by_the_edge_of_the_picture_is_not_measured(speed: Make) -> None:
    play = speed(corners=((0.0, 0.5), (1.0, 0.5), (1.0, 1.0), (0.0, 1.0)), limit_kmh=5)
    assert play({1: play.walk((0.002, 0.7), (0.002, 0.9), 30)}, height=0.1) == []
    assert len(play({2: play.walk((0.02, 0.7), (0.02, 0.9), 30)}, height=0.1)) == 1


def test_the_speed_is_that_of_the_ground_whichever_corner_comes_first(speed: Make) -> None:
    turned = CORNERS[1:] + CORNERS[:1]
    play = speed(corners=turned, width_m=LENGTH_M, length_m=WIDTH_M)
    assert play({1: drive(60, 10)}, height=0.1)[0].value == pytest.approx(60, abs=1)


def test_a_jump_of_the_id_is_no_speed(speed: Make) -> None:
    play = speed()
    stands = [seen(1, 28)] * 8 + [seen(-1, 14)] * 8
    assert play({1: stands * 4}, height=0.1) == []


TASK = {
    "source": "a.mp4",
    "zones": [
        {"name": "road", "vertices": [[0.4, 0.4], [0.6, 0.4], [0.8, 0.9], [0.2, 0.9]]},
        {"name": "yard", "vertices": [[0.4, 0.4], [0.6, 0.4], [0.2, 0.9]]},
        {"name": "arrow", "vertices": [[0.1, 0.1], [0.5, 0.3], [0.9, 0.1], [0.5, 0.9]]},
    ],
}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"zone": "road"}, "template 'speeding' needs `width_m: ...`, real distance from corner 1 to 2"),
        ({"zone": "yard", "width_m": 3, "length_m": 9, "limit_kmh": 50}, "zone 'yard' has 3 corners; draw the four"),
        ({"zone": "arrow", "width_m": 3, "length_m": 9, "limit_kmh": 50}, "zone 'arrow' bends inward at a corner"),
    ],
)
def test_no_calibration_is_refused_with_one_line(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        parse_task({**TASK, "alarms": [{"template": "speeding", **settings}]})


def test_a_rule_on_no_plane_is_refused(speed: Make) -> None:
    with pytest.raises(ConfigError, match="rule 'v': zone 'road' has 3 corners"):
        speed(corners=CORNERS[:3])
    with pytest.raises(ValidationError, match="limit_kmh"):
        speed(limit_kmh=0)
