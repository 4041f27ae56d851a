"""What holds for every rule about tracks, whatever people do: found on walks made at random."""

import pickle
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from camloom import plugins
from camloom.config import Scene
from camloom.event import Event
from camloom.frame import Frame
from camloom.geometry import Line, Zone
from camloom.rules.base import Rule
from camloom.sources.scripted.script import SceneScript, parse_script
from camloom.sources.scripted.seen import tracks
from camloom.testing.scenes import Watcher

# Odd numbers, so that nobody stands exactly on an edge, where rounding would decide.
pytestmark = pytest.mark.slow

LAWN = ((0.35137, 0.45271), (0.65313, 0.40177), (0.70219, 0.75131), (0.30157, 0.70311))
GATE = ((0.50171, 0.30233), (0.50339, 0.80117))
FPS = 5.0
SECONDS = 10
# Short enough for walks of ten seconds.
VARIANTS: list[tuple[str, dict[str, Any]]] = [
    ("region", {"on": "enter"}),
    ("region", {"on": "dwell", "dwell_s": 2}),
    ("region", {"on": "exit"}),
    ("region", {"on": "count", "count": 2, "hold_s": 1}),
    ("line", {}),
    ("line", {"direction": "a_to_b"}),
    ("persist", {"persist_s": 2, "gone_s": 2, "reach": 1}),
]
Shift = Callable[[float, float], tuple[float, float]]
FEW = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

coordinate = st.integers(15, 85).map(lambda number: number / 100)
walk = st.lists(st.tuples(coordinate, coordinate), min_size=2, max_size=5)
crowd = st.lists(walk, min_size=1, max_size=4)


def same(x: float, y: float) -> tuple[float, float]:
    return x, y


def script_of(walks: Sequence[Sequence[tuple[float, float]]], shift: Shift = same, **more: Any) -> SceneScript:
    actors = []
    for points in walks:
        step_s = SECONDS / (len(points) - 1)
        actors.append({"path": [[index * step_s, *shift(*point)] for index, point in enumerate(points)], "height": 0.1})
    return parse_script({"fps": FPS, "seconds": SECONDS, "actors": actors, "least_visible": 0, **more})


def rule_of(kind: str, chosen: dict[str, Any], shift: Shift = same, *, turned: bool = False) -> Rule:
    """Return a rule in a scene whose places are shifted too; turned: the line runs the other way."""
    start, end = (shift(*point) for point in (GATE[::-1] if turned else GATE))
    scene = Scene((Zone("lawn", tuple(shift(*point) for point in LAWN)),), (Line("gate", start, end),))
    implementation = plugins.load("rules", kind)
    named = {"zone": "lawn", "line": "gate"}
    places = {key: name for key, name in named.items() if key in implementation.Config.model_fields}
    rule: Rule = implementation(implementation.Config.model_validate({"id": "r", **places, **chosen}), scene)
    return rule


def frames_of(script: SceneScript) -> list[Frame]:
    return [seen.frame for seen in Watcher().watch(script)]


def events_of(rule: Rule, script: SceneScript) -> list[tuple[Any, ...]]:
    told: list[Event] = []
    frames = frames_of(script)
    for frame in frames:
        told += rule.update(tracks(script, frame.index), frame)
    return [_short(event) for event in [*told, *rule.finish(frames[-1])]]


def _short(event: Event) -> tuple[Any, ...]:
    return (round(event.pts_s, 3), event.phase, event.type, event.direction, event.track_ids)


@pytest.mark.parametrize(("kind", "chosen"), VARIANTS)
@given(walks=crowd, by=st.tuples(st.integers(-10, 10), st.integers(-10, 10)))
@FEW
def test_a_scene_that_is_moved_as_a_whole_is_the_same(
    kind: str, chosen: dict[str, Any], walks: Any, by: tuple[int, int]
) -> None:
    def shift(x: float, y: float) -> tuple[float, float]:
        return x + by[0] / 100, y + by[1] / 100

    moved = events_of(rule_of(kind, chosen, shift), script_of(walks, shift))
    assert moved == events_of(rule_of(kind, chosen), script_of(walks))


@pytest.mark.parametrize(("kind", "chosen"), VARIANTS)
@given(walks=crowd)
@FEW
def test_a_scene_in_the_mirror_is_the_same(kind: str, chosen: dict[str, Any], walks: Any) -> None:
    def mirror(x: float, y: float) -> tuple[float, float]:
        return 1 - x, y

    # In the mirror the right hand is the left: a line that runs the other way has its sides where they were.
    mirrored = events_of(rule_of(kind, chosen, mirror, turned=True), script_of(walks, mirror))
    assert mirrored == events_of(rule_of(kind, chosen), script_of(walks))


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "chosen"), VARIANTS)
@given(walks=crowd)
@FEW
def test_the_size_of_the_picture_changes_nothing(kind: str, chosen: dict[str, Any], walks: Any) -> None:
    large = events_of(rule_of(kind, chosen), script_of(walks, width=1920, height=1080))
    assert large == events_of(rule_of(kind, chosen), script_of(walks, width=640, height=360))


@pytest.mark.parametrize(("kind", "chosen"), VARIANTS)
@given(walks=crowd)
@FEW
def test_it_never_fires_outside_its_zone(kind: str, chosen: dict[str, Any], walks: Any) -> None:
    def below(x: float, y: float) -> tuple[float, float]:
        return x, 0.82 + 0.15 * y

    assert events_of(rule_of(kind, chosen), script_of(walks, below)) == []


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "chosen"), VARIANTS)
@given(walks=crowd, at=st.integers(0, int(SECONDS * FPS)))
@FEW
def test_a_rule_that_is_stored_and_read_back_goes_on_as_before(
    kind: str, chosen: dict[str, Any], walks: Any, at: int
) -> None:
    """A clip that is split at any frame gives the same events."""
    script, rule = script_of(walks), rule_of(kind, chosen)
    frames, told = frames_of(script), []
    for frame in frames:
        if frame.index == at:
            rule = pickle.loads(pickle.dumps(rule))
        told += rule.update(tracks(script, frame.index), frame)
    told += rule.finish(frames[-1])
    assert [_short(event) for event in told] == events_of(rule_of(kind, chosen), script)


def test_the_walks_do_make_events() -> None:
    """The properties above would hold for rules that never say anything."""
    standing = [[(0.5, 0.55), (0.52, 0.56)], [(0.4, 0.6), (0.41, 0.6)]]
    through = [[(0.2, 0.6), (0.8, 0.6)], [(0.8, 0.5), (0.2, 0.5)], *standing]
    for kind, chosen in VARIANTS:
        assert events_of(rule_of(kind, chosen), script_of(through)), (kind, chosen)
