"""On truth boxes rules say exactly what happened: crowds in scripted scenes, whose events follow from their paths."""

import pytest
from benchmarks.rule_scenes import FPS, KINDS, Kind, score


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_event_comes_within_a_frame_and_no_other(kind: Kind) -> None:
    due, came = score(kind, seeds=[1, 2])
    assert due
    assert len(came) == len(due)
    assert [late for late, right in zip(came, due, strict=True) if abs(late - right) > 1 / FPS + 1e-6] == []
