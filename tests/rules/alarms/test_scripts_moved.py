"""What a template says of a script does not change when places and people are moved, mirrored or made smaller."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from tests.rules.alarms.tasks import LINES, ZONES, Together, card, task
from tests.rules.conftest import Play, Script, Spot

from camloom.event import Event
from camloom.runner.build import build_rules

Point = tuple[float, float]
Move = Callable[[Point], Point]

IN, OUT = (0.5, 0.6), (0.86, 0.6)
LEFT, RIGHT = (0.2, 0.6), (0.8, 0.6)
ARROW: dict[str, Any] = {"name": "arrow", "start": [0.8, 0.3], "end": [0.2, 0.3]}
SECOND: dict[str, Any] = {"name": "second", "start": [0.6, 0.3], "end": [0.6, 0.9]}

there: list[Spot] = [*Play.walk(LEFT, RIGHT, 40)]
back: list[Spot] = [*Play.walk(RIGHT, LEFT, 40)]
still: list[Spot] = [IN] * 120
outside: list[Spot] = [OUT] * 120
gone: list[Spot] = [None] * 20

# Template, settings, what fires, and its twin that does not.
CASES: list[tuple[str, Mapping[str, Any], Script, Script]] = [
    ("loitering", {"dwell_s": 10}, {1: still + gone}, {1: outside, 2: there, 3: back}),
    ("loitering", {"away_s": 1}, {1: (there + back) * 3}, {1: there + back, 2: gone + back + there}),
    ("crowding", {"count": 3, "hold_s": 4}, {n: [IN] * 60 for n in range(3)}, {1: [IN] * 60, 2: [IN] * 60, 3: there}),
    ("wrong_way", {"line": "arrow"}, {1: there}, {1: back, 2: still}),
    ("wrong_way", {"line": "arrow", "zone": "lawn"}, {1: there + gone}, {1: Play.walk((0.2, 0.9), (0.8, 0.9), 40)}),
    ("stopped_vehicle", {"still_s": 10, "classes": ["person"]}, {1: still + gone}, {1: outside, 2: there + back}),
    ("tripwire", {"direction": "a_to_b"}, {1: there, 2: gone + there}, {1: back, 2: Play.walk(LEFT, (0.47, 0.6), 40)}),
    ("tripwire", {"second_line": "second"}, {1: there}, {1: back, 2: Play.walk(LEFT, (0.55, 0.6), 40)}),
    ("fence_crossing", {"direction": "a_to_b"}, {1: there}, {1: back, 2: Play.walk((0.48, 0.2), (0.48, 0.95), 40)}),
    ("occupancy", {"limit": 1}, {1: there, 2: gone + there}, {1: there, 2: gone + gone + gone + back}),
    ("counting", {}, {1: there + back}, {1: Play.walk((0.2, 0.1), (0.8, 0.1), 40)}),
    ("intrusion", {"outside": True}, {1: outside}, {1: still, 2: [None] * 40 + still}),
]
PLACES = {"zone": "lawn", "line": "gate"}
MOVES: dict[str, tuple[Move, float]] = {
    "as drawn": (lambda point: point, 1.0),
    "to the right and down": (lambda point: (point[0] + 0.06, point[1] + 0.04), 1.0),
    "smaller": (lambda point: (0.5 + 0.7 * (point[0] - 0.5), 0.55 + 0.7 * (point[1] - 0.55)), 0.7),
    "mirrored": (lambda point: (1 - point[0], point[1]), 1.0),
}


def moved_places(move: Move, mirrored: bool) -> dict[str, Any]:
    """Return the zones and lines; a line keeps its sides only if it is turned round with the mirror."""
    zones = [{**zone, "vertices": [list(move((x, y))) for x, y in zone["vertices"]]} for zone in ZONES]
    lines = []
    for line in (*LINES, SECOND, ARROW):
        ends = move((line["start"][0], line["start"][1])), move((line["end"][0], line["end"][1]))
        turn = mirrored and line is not ARROW
        lines.append({"name": line["name"], "start": list(ends[turn]), "end": list(ends[not turn])})
    return {"zones": zones, "lines": lines}


def told(template: str, settings: Mapping[str, Any], script: Script, kind: str) -> list[Any]:
    move, size = MOVES[kind]
    given = {"template": template, "merge_s": 0, **{key: PLACES[key] for key in needed(template)}, **settings}
    rules = build_rules(task(given, **moved_places(move, kind == "mirrored")), card("person", "car"))
    moved = {key: [spot and move(spot) for spot in spots] for key, spots in script.items()}
    play = Play(Together(rules))
    return [essence(event) for event in (*play(moved, height=0.2 * size), *play.finish())]


def needed(template: str) -> set[str]:
    by_line = {"wrong_way", "tripwire", "fence_crossing", "occupancy", "counting"}
    return {"line"} if template in by_line else {"zone"}


def essence(event: Event) -> tuple[Any, ...]:
    return event.type, event.phase, event.track_ids, round(event.pts_s, 3), event.direction, event.zone


@pytest.mark.parametrize("kind", MOVES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{len(case[1])}")
def test_it_fires_on_the_script_and_not_on_its_twin(case: Any, kind: str) -> None:
    template, settings, fires, silent = case
    assert told(template, settings, silent, kind) == []
    found = told(template, settings, fires, kind)
    assert found
    assert [one[:3] for one in found] == [one[:3] for one in told(template, settings, fires, "as drawn")]
    assert [one[4:] for one in found] == [one[4:] for one in told(template, settings, fires, "as drawn")]


ZONED = [
    ("intrusion", {}),
    ("loitering", {"dwell_s": 2, "visits": 2, "away_s": 0}),
    ("crowding", {"count": 1, "hold_s": 0}),
    ("stopped_vehicle", {"still_s": 1, "classes": ["person"]}),
    ("wrong_way", {"line": "arrow", "zone": "lawn", "min_lengths": 0.5}),
    ("speeding", {"width_m": 30, "length_m": 20, "limit_kmh": 1, "classes": ["person"]}),
]


@pytest.mark.parametrize(("template", "settings"), ZONED)
def test_nothing_fires_for_people_who_keep_out_of_the_zone(template: str, settings: Mapping[str, Any]) -> None:
    random = np.random.default_rng(8)
    sides = [(0.02, 0.28, 0.2, 0.98), (0.72, 0.98, 0.2, 0.98), (0.3, 0.7, 0.82, 0.98), (0.3, 0.7, 0.2, 0.38)]
    script: dict[int, list[Spot]] = {}
    for track_id in range(24):
        x0, x1, y0, y1 = sides[track_id % 4]
        corners = random.uniform((x0, y0), (x1, y1), (6, 2)).tolist()
        ways = [Play.walk((*start,), (*end,), 20) + [(*end,)] * 15 for start, end in pairwise(corners)]
        script[track_id] = [spot for way in ways for spot in way]
    assert told(template, settings, script, "as drawn") == []
    through = [*Play.walk((0.32, 0.6), (0.68, 0.6), 25), *[IN] * 40]
    assert told(template, settings, {**script, 99: through}, "as drawn")
