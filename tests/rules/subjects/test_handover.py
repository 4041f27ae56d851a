"""Handover against a plain account of it: each track with its own list of what was seen of it in a second."""

import math
from collections.abc import Iterable
from statistics import median

import pytest
from benchmarks.rules_speed import crowd

from camloom.frame import Frame
from camloom.geometry import Anchor
from camloom.rules.gate import exceeded
from camloom.rules.subjects.subjects import Sighting, Subjects, TrackRuleConfig
from camloom.tracks import Tracks

Told = list[tuple[int, int | None]]


class Plain:
    """Says for each frame who is a subject, and whom he continues; slowly."""

    def __init__(self, config: TrackRuleConfig) -> None:
        self._config = config
        self._history: dict[int, list[Sighting]] = {}

    def observe(self, tracks: Tracks, frame: Frame) -> Told:
        horizon_s = frame.pts_s - max(10.0, self._config.gap_s)
        self._history = {key: past for key, past in self._history.items() if past[-1].pts_s >= horizon_s}
        items = [seen for seen in _sightings(tracks, frame) if self._passes(seen, frame)]
        self._hand_over(items, frame.pts_s)
        return [(seen.track_id, seen.continues) for seen in items if self._is_sure(self._remember(seen))]

    def _passes(self, seen: Sighting, frame: Frame) -> bool:
        classes, least_px = self._config.classes, self._config.min_height_share * frame.height
        return (not classes or seen.class_name in classes) and seen.height_px >= least_px

    def _remember(self, seen: Sighting) -> list[Sighting]:
        if seen.continues is not None:
            self._history[seen.track_id] = self._history.pop(seen.continues)
        past = [*self._history.get(seen.track_id, []), seen]
        self._history[seen.track_id] = [one for one in past if not exceeded(seen.pts_s - one.pts_s, 1.0)]
        return self._history[seen.track_id]

    def _is_sure(self, past: list[Sighting]) -> bool:
        return median(seen.confidence for seen in past) >= self._config.min_confidence

    def _hand_over(self, items: list[Sighting], now_s: float) -> None:
        here = {seen.track_id for seen in items}
        fresh = [seen for seen in items if seen.track_id not in self._history]
        lost = [
            past
            for key, past in self._history.items()
            if key not in here and not exceeded(now_s - past[-1].pts_s, self._config.gap_s)
        ]
        pairs = [(_misfit(past, new), past[-1].track_id, new) for new in fresh for past in lost]
        taken: set[int] = set()
        for misfit, old_id, new in sorted(pairs, key=lambda pair: pair[0]):
            if misfit <= 1.0 and new.continues is None and old_id not in taken:
                new.continues = old_id
                taken.add(old_id)


def _sightings(tracks: Tracks, frame: Frame) -> list[Sighting]:
    columns = (tracks.track_id.tolist(), tracks.confidence.tolist(), tracks.xyxy.tolist())
    rows = enumerate(zip(*columns, strict=True))
    return [
        Sighting(key, tracks.name_of(row), sure, (*box,), (0.0, 0.0), frame.pts_s) for row, (key, sure, box) in rows
    ]


def _misfit(past: list[Sighting], new: Sighting) -> float:
    first, old = past[0], past[-1]
    low, high = sorted((old.height_px, new.height_px))
    if old.class_name != new.class_name or low < 0.6 * high:
        return math.inf
    lost_s, span_s = new.pts_s - old.pts_s, old.pts_s - first.pts_s
    steps = [0.0, 0.0]
    if span_s >= 0.25:
        steps = [(b - a) / span_s for a, b in zip(first.foot_px, old.foot_px, strict=True)]
    there = [place + step * lost_s for place, step in zip(old.foot_px, steps, strict=True)]
    off_px = math.hypot(there[0] - new.foot_px[0], there[1] - new.foot_px[1])
    return off_px / max(high * (0.3 + 0.3 * lost_s), 1e-9)


def _flicker(shown: Iterable[tuple[Tracks, Frame]]) -> Iterable[tuple[Tracks, Frame]]:
    """Let ids change hands faster than any tracker would: for some frames two people have swapped numbers."""
    for tracks, frame in shown:
        ids = tracks.track_id
        swapped = (frame.index // 3) % 4 == 0
        ids[ids % 7 == 0] += 500_000 * swapped
        yield tracks, frame


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"gap_s": 0.5, "classes": ["person"]},
        {"gap_s": 3, "min_confidence": 0.65},
        {"gap_s": 15, "min_height_share": 0.15, "min_confidence": 0.7, "classes": ["car", "truck"]},
    ],
)
@pytest.mark.parametrize("seed", range(2))
def test_it_is_as_in_the_plain_account(settings: dict[str, object], seed: int) -> None:
    config = TrackRuleConfig.model_validate({"id": "w", **settings})
    subjects, plain, continued = Subjects(config, Anchor.BOTTOM_CENTER), Plain(config), 0
    for tracks, frame in _flicker(crowd(25, 400, seed)):
        if frame.index % 97 > 90:
            continue
        told = [(seen.track_id, seen.continues) for seen in subjects.observe(tracks, frame).items]
        assert told == plain.observe(tracks, frame)
        continued += sum(old is not None for _, old in told)
    assert continued > 10
