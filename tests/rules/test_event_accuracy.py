"""The score of events, and the rules on labelled tracks: what they can reach at best."""

import json
from pathlib import Path
from typing import Any

import pytest
from benchmarks.event_accuracy import EventScore, document, score_events, truth_places, truth_rules
from tests.rules.labelled import FPS, labelled_tracks

from camloom.config import Scene, parse_task
from camloom.event import Event
from camloom.geometry import Line, Zone
from camloom.rules.base import Rule
from camloom.rules.lines.line import LineConfig, LineRule
from camloom.rules.zones.region import RegionConfig, RegionRule


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    """Return a small truth: two crossings of a line, two visits of a zone."""
    path = tmp_path / "events.json"
    crossing = {"type": "line_cross", "line": "L", "gt_id": 1}
    document = {
        "lines": {"L": [[384, 0], [384, 576]]},
        "zones": {"Z": [[0, 0], [768, 0], [768, 288]]},
        "line_events": [
            {**crossing, "frame": 50, "direction": "A->B"},
            {**crossing, "frame": 55, "direction": "A->B"},
        ],
        "zone_visits": [
            {"zone": "Z", "gt_id": 1, "enter": 100, "leave": 200},
            {"zone": "Z", "gt_id": 2, "enter": 150, "leave": 180},
        ],
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def crossed(pts_s: float, direction: str = "A->B", zone: str = "L") -> dict[str, Any]:
    return {"type": "line.crossed", "phase": "instant", "zone": zone, "direction": direction, "pts_s": pts_s}


def visit(start_s: float, end_s: float | None = None, zone: str = "Z") -> list[dict[str, Any]]:
    row = {"type": "region.entered", "zone": zone, "incident_id": f"{zone}{start_s}"}
    ends = [] if end_s is None else [{**row, "phase": "end", "pts_s": end_s}]
    return [{**row, "phase": "start", "pts_s": start_s}, *ends]


def test_places_are_shares_of_the_picture(truth: Path) -> None:
    zones, lines = truth_places(truth)
    assert zones == {"Z": ((0.0, 0.0), (1.0, 0.0), (1.0, 0.5))}
    assert lines == {"L": ((0.5, 0.0), (0.5, 1.0))}


@pytest.mark.parametrize(
    ("times", "matched"),
    [
        ([5.0, 5.5], 2),
        ([6.0, 6.5], 2),
        ([5.2], 1),
        ([5.2, 5.3, 5.4], 2),
        ([4.0, 4.1], 1),
        ([6.6, 9.0], 0),
        ([], 0),
    ],
)
def test_crossings_match_one_to_one_within_a_second(truth: Path, times: list[float], matched: int) -> None:
    score = score_events(truth, [crossed(pts_s) for pts_s in times], FPS).all_lines
    assert (score.truth, score.reported, score.matched) == (2, len(times), matched)
    assert score.recall == matched / 2
    assert score.precision == (matched / len(times) if times else 1.0)


def test_direction_and_line_must_agree(truth: Path) -> None:
    score = score_events(truth, [crossed(5.0, "B->A"), crossed(5.5, zone="elsewhere")], FPS).all_lines
    assert (score.reported, score.matched) == (1, 0)


def test_the_moment_of_a_crossing_may_count_instead_of_its_report(truth: Path) -> None:
    late = {**crossed(6.7), "why": [{"name": "min_travel", "value": 0.1}, {"name": "crossed_at", "value": 5.1}]}
    assert score_events(truth, [late], FPS).all_lines.matched == 0
    assert score_events(truth, [late], FPS, crossed_at=True).all_lines.matched == 1


def test_rules_of_the_truth_make_a_task(truth: Path) -> None:
    task = parse_task({"source": "street.avi", **truth_rules(truth)})
    assert [rule.config.id for rule in task.rules] == ["Z", "L"]
    assert document(score_events(truth, [], FPS))["line_recall"] == 0


@pytest.mark.parametrize(
    ("events", "counts"),
    [
        (visit(10.6, 21.0) + visit(15.6, 19.0), {"entered": 2}),
        (visit(10.6, 21.0), {"entered": 1, "occupied": 1}),
        (visit(10.6), {"entered": 1, "occupied": 1}),
        (visit(10.6, 14.0), {"entered": 1}),
        (visit(10.6, 12.0) + visit(13.5, 14.0) + visit(16.0, 18.0), {"entered": 2, "repeated": 1}),
        (visit(8.0, 8.9), {"false": 1, "entered": 0}),
        (visit(3.0, 3.5) + visit(10.6, 21.0), {"entered": 1, "occupied": 1, "false": 1}),
        ([], {"entered": 0, "occupied": 0}),
    ],
)
def test_visits_are_entered_occupied_or_missed(
    truth: Path, events: list[dict[str, Any]], counts: dict[str, int]
) -> None:
    zone = score_events(truth, events, FPS).zones["Z"]
    found = {name: getattr(zone, name) for name in ("entered", "occupied", "repeated", "false")}
    assert found == {"entered": 0, "occupied": 0, "repeated": 0, "false": 0, **counts}
    assert zone.recall == (zone.entered + zone.occupied) / 2


def score_labelled(folder: Path, step: int, **region: object) -> EventScore:
    """Run a rule for each labelled place over every `step`-th frame."""
    truth = folder / "events_vtest.json"
    zones, lines = truth_places(truth)
    scene = Scene(
        tuple(Zone(name, points) for name, points in zones.items()),
        tuple(Line(name, start, end) for name, (start, end) in lines.items()),
    )
    rules: list[Rule] = [LineRule(LineConfig(id=name, line=name), scene) for name in lines]
    rules += [RegionRule(RegionConfig.model_validate({"id": name, "zone": name, **region}), scene) for name in zones]
    events: list[Event] = []
    for frame, tracks in labelled_tracks(folder / "gt.txt"):
        if frame.index % step == 0:
            events += [event for rule in rules for event in rule.update(tracks, frame)]
    events += [event for rule in rules for event in rule.finish(frame)]
    return score_events(truth, events, FPS)


@pytest.mark.mirror
@pytest.mark.parametrize("step", [1, 2])
def test_labelled_tracks_give_the_labelled_crossings(mirror: Path, step: int) -> None:
    """The two that are missed are one person who leans over the line by 4 px and comes back."""
    score = score_labelled(mirror / "labels" / "pets09", step).all_lines
    assert score.recall >= 0.95
    assert score.precision >= 0.95


@pytest.mark.mirror
def test_labelled_tracks_give_every_labelled_visit(mirror: Path) -> None:
    """Visits as short as 0.3 s are labelled, so the least time inside is shorter here."""
    score = score_labelled(mirror / "labels" / "pets09", 1, min_time_s=0.2)
    assert score.visits_found == 1.0
    assert sum(zone.entered for zone in score.zones.values()) >= 43
    assert [zone.false + zone.repeated for zone in score.zones.values()] == [0, 0, 0]
