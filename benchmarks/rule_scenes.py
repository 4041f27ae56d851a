"""Crowds that walk at random through a scripted scene, and what rules have to say of them, exactly.

On truth boxes a rule has nothing to excuse it: each event is due on the first frame on which its condition holds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from camloom.event import Event, Phase
from camloom.geometry import Line, Zone
from camloom.sources.scripted.script import SceneScript, parse_script
from camloom.sources.scripted.truth import Visit, crossings, visits
from camloom.testing.scenes import play, rules_for

FPS = 5.0
SECONDS = 120.0
LAWN = Zone("lawn", ((0.25137, 0.35271), (0.55313, 0.30177), (0.60219, 0.65131), (0.20157, 0.70311)))
GATE = Line("gate", (0.65171, 0.20233), (0.65339, 0.90117))
PLACES: dict[str, Any] = {
    "zones": [{"name": LAWN.name, "vertices": LAWN.vertices_norm}],
    "lines": [{"name": GATE.name, "start": GATE.start_norm, "end": GATE.end_norm}],
}
DWELL_S, MIN_TIME_S, GAP_S = 8.0, 0.6, 1.0


@dataclass(frozen=True, slots=True)
class Kind:
    """A rule, and when it is due in a scene: s of each event."""

    name: str
    rule: dict[str, Any]
    due: Callable[[SceneScript], list[float]]


def crowd(seed: int, people: int = 12) -> SceneScript:
    """Return people who walk at random, stop, turn and come back.

    Each comes from the edge of the picture and goes there in a row of his own: nobody appears where somebody else
    has just vanished, whom a rule would rightly take him for.
    """
    rng = np.random.default_rng(seed)
    rows = [0.2 + 0.75 * (number + 0.5) / people for number in range(people)]
    actors = [{"path": _walk(rng, row), "height": 0.1} for row in rows]
    return parse_script({"fps": FPS, "seconds": SECONDS, "least_visible": 0, "actors": actors})


def _walk(rng: np.random.Generator, row: float) -> list[list[float]]:
    """Return a walk whose corners lie well off the line: whoever turns on it has crossed or not, as you like."""
    now_s, edge = float(rng.uniform(0, 30)), float(rng.choice((0.02, 0.98)))
    points = [[edge, row]]
    for _ in range(int(rng.integers(3, 8))):
        x = float(rng.uniform(0.05, 0.6) if rng.random() < 0.6 else rng.uniform(0.7, 0.95))
        points.append([x, float(rng.uniform(0.25, 0.95))])
    walk = []
    for x, y in points:
        walk.append([now_s, x, y])
        if rng.random() < 0.4:
            now_s += float(rng.uniform(1, 12))
            walk.append([now_s, x, y])
        now_s += float(rng.uniform(2, 10))
    return [*(point for point in walk if point[0] < SECONDS - 12), [min(now_s, SECONDS - 2), edge, row]]


def score(kind: Kind, seeds: Sequence[int]) -> tuple[list[float], list[float]]:
    """Return when events were due and when they came, s, one scene after the other on one clock."""
    due: list[float] = []
    came: list[float] = []
    for number, seed in enumerate(seeds):
        script, offset_s = crowd(seed), number * 2 * SECONDS
        rule = {"id": "r", **kind.rule}
        events = play(script, rules_for(script, {**PLACES, "rules": [rule]}))
        due += [offset_s + at_s for at_s in kind.due(script)]
        came += [offset_s + _moment(event) for event in events if event.phase in (Phase.START, Phase.INSTANT)]
    return sorted(due), sorted(came)


def _moment(event: Event) -> float:
    """Return when it happened: of a crossing, the moment that the event gives for it."""
    return next((gate.value for gate in event.why if gate.name == "crossed_at"), event.pts_s)


def _stays(script: SceneScript) -> list[Visit]:
    """Return the visits, those of one person as one between which no frame shows him away for more than the gap."""
    joined: list[Visit] = []
    seen = [one for one in visits(script, LAWN) if _first_frame(one.enter_s) <= _last_frame(one.leave_s)]
    for visit in sorted(seen, key=lambda one: (one.actor, one.enter_s)):
        last = joined[-1] if joined and joined[-1].actor == visit.actor else None
        last_away_s = _first_frame(visit.enter_s) - 1 / FPS
        if last and last_away_s - _last_frame(last.leave_s) <= GAP_S + 1e-6:
            joined[-1] = Visit(visit.actor, last.enter_s, visit.leave_s)
        else:
            joined.append(visit)
    return joined


def _first_frame(at_s: float) -> float:
    return float(np.ceil(at_s * FPS - 1e-6) / FPS)


def _last_frame(at_s: float) -> float:
    return float(np.floor(at_s * FPS + 1e-6) / FPS)


def _staying(least_s: float) -> Callable[[SceneScript], list[float]]:
    def due(script: SceneScript) -> list[float]:
        spans = [(_first_frame(one.enter_s), _last_frame(one.leave_s)) for one in _stays(script)]
        return [start_s + least_s for start_s, end_s in spans if end_s - start_s >= least_s - 1e-6]

    return due


def _leaving(script: SceneScript) -> list[float]:
    spans = [(_first_frame(one.enter_s), _last_frame(one.leave_s)) for one in _stays(script)]
    return [end_s + GAP_S for start_s, end_s in spans if end_s - start_s >= MIN_TIME_S - 1e-6 and end_s < SECONDS - 3]


def _second_visits(script: SceneScript) -> list[float]:
    """Return when somebody is in for the second time, the fourth, and so on: a count begins anew when it was told."""
    due, counted = [], dict.fromkeys(range(len(script.actors)), 0)
    for visit in _stays(script):
        start_s = _first_frame(visit.enter_s)
        if _last_frame(visit.leave_s) - start_s >= MIN_TIME_S - 1e-6:
            counted[visit.actor] += 1
            due += [start_s + MIN_TIME_S] if counted[visit.actor] % 2 == 0 else []
    return due


def _crossing(script: SceneScript) -> list[float]:
    return [one.at_s for one in crossings(script, GATE)]


KINDS = (
    Kind("region enter", {"type": "region", "zone": "lawn", "min_time_s": MIN_TIME_S}, _staying(MIN_TIME_S)),
    Kind("region dwell", {"type": "region", "zone": "lawn", "on": "dwell", "dwell_s": DWELL_S}, _staying(DWELL_S)),
    Kind("region exit", {"type": "region", "zone": "lawn", "on": "exit", "min_time_s": MIN_TIME_S}, _leaving),
    Kind(
        "visits",
        {"type": "visits", "zone": "lawn", "dwell_s": None, "visits": 2, "away_s": 0, "min_time_s": MIN_TIME_S},
        _second_visits,
    ),
    Kind("line", {"type": "line", "line": "gate"}, _crossing),
)
