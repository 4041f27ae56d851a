"""Pascal VOC's average precision: known answers."""

from pathlib import Path

import numpy as np
import pytest

from camloom.detections import Detections
from camloom.toolchain.datasets.labels import Box, Labels
from camloom.toolchain.evaluation.voc_ap import area_under_curve, voc_ap

NAMES = ("object",)


def detections(rows: list[list[float]]) -> Detections:
    """Each row: confidence, x1, y1, x2, y2."""
    table = np.array(rows, np.float32).reshape(-1, 5)
    return Detections(table[:, 1:], table[:, 0], np.zeros(len(table), np.int64), NAMES)


def test_the_area_is_that_under_precision_that_never_rises() -> None:
    # Hit, miss, hit, miss of three: precision 1, 1/2, 2/3, 1/2 at recall 1/3, 1/3, 2/3, 2/3.
    claims = [(0.9, 1), (0.8, 0), (0.7, 1), (0.6, 0)]
    assert area_under_curve(claims, 3) == pytest.approx(1 / 3 * 1 + 1 / 3 * 2 / 3)
    assert area_under_curve(claims[::-1], 3) == area_under_curve(claims, 3)
    assert area_under_curve([], 3) == 0


def test_boxes_on_difficult_objects_do_not_count() -> None:
    hard, easy = Box((0, 0, 10, 10), 0, ignored=True), Box((20, 0, 30, 10), 0)
    seen = detections([[0.9, 0, 0, 10, 10], [0.8, 0, 0, 10, 10], [0.7, 20, 0, 30, 10]])
    assert voc_ap([(seen, Labels.of([hard, easy]))], NAMES) == {"object": pytest.approx(1.0)}
    assert voc_ap([(seen, Labels.of([hard]))], NAMES) == {"object": None}


def test_a_box_belongs_to_the_object_it_overlaps_most_even_if_that_is_taken() -> None:
    near, beside = Box((0, 0, 10, 10), 0), Box((3, 0, 13, 10), 0)
    seen = detections([[0.9, 0, 0, 10, 10], [0.8, 1, 0, 11, 10]])
    assert voc_ap([(seen, Labels.of([near, beside]))], NAMES) == {"object": pytest.approx(0.5)}


@pytest.mark.mirror
def test_the_published_example(mirror: Path) -> None:
    """Padilla et al., "A Comparative Analysis of Object Detection Metrics" (Electronics 2021): 24.56 % at IoU 0.3."""
    folder = mirror / "labels" / "voc_ap_toy"
    if not folder.is_dir():
        pytest.skip("the mirror has no labels/voc_ap_toy")
    pairs = [(toy_found(path), toy_true(folder / "gts" / path.name)) for path in sorted((folder / "dets").iterdir())]
    assert voc_ap(pairs, NAMES, min_iou=0.3)["object"] == pytest.approx(0.2456, abs=1e-3)


def toy_found(path: Path) -> Detections:
    words = [line.split() for line in path.read_text().splitlines() if line.strip()]
    return detections([[float(word[1]), *to_corners(word[2:6])] for word in words])


def toy_true(path: Path) -> Labels:
    words = [line.split() for line in path.read_text().splitlines() if line.strip()]
    corners = [to_corners(word[1:5]) for word in words]
    return Labels.of([Box((x1, y1, x2, y2), 0) for x1, y1, x2, y2 in corners])


def to_corners(words: list[str]) -> list[float]:
    left, top, width, height = map(float, words)
    return [left, top, left + width + 1, top + height + 1]  # the paper counts both ends, as VOC does
