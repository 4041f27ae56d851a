"""The tracker on labelled videos of the MOT Challenge: floors a little under what it reaches."""

from pathlib import Path

import pytest
from benchmarks.tracking_accuracy import SEQUENCES, Sequence, evaluate, ours, run, summary

FLOORS = {
    "PETS09-S2L1": {"HOTA": 0.43, "MOTA": 0.57, "IDF1": 0.62},
    "TUD-Stadtmitte": {"HOTA": 0.528, "MOTA": 0.70, "IDF1": 0.76},
}


@pytest.mark.mirror
@pytest.mark.parametrize("sequence", [s for s in SEQUENCES if s.name in FLOORS], ids=lambda s: s.name)
def test_people_keep_their_identity(sequence: Sequence, mirror: Path) -> None:
    pytest.importorskip("trackeval")
    folder = mirror / "labels" / "mot"
    if not folder.is_dir():
        pytest.skip("the mirror has no labels/mot")
    rows, _ = run(ours(sequence.fps), sequence, folder)
    scores = summary(evaluate(rows, sequence, folder))
    for name, floor in FLOORS[sequence.name].items():
        assert scores[name] >= floor, f"{name} {scores[name]:.3f}"
