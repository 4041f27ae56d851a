"""Clip in, events out: the street video through the whole engine, held against the truth."""

from pathlib import Path

import pytest
from benchmarks.accuracy import BARS, everything

pytestmark = [pytest.mark.mirror, pytest.mark.slow]


def test_the_street_is_understood(mirror: Path) -> None:
    scores = everything("yolox-nano", "onnxruntime", mirror / "labels")
    missed = {name: scores[name] for name, bar in BARS.items() if scores[name] is not None and scores[name] < bar}
    assert missed == {}
