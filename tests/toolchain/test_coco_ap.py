"""COCO's figures: known answers, and the same as faster-coco-eval on anything."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from camloom.detections import Detections
from camloom.toolchain.datasets.labels import Box, Labels
from camloom.toolchain.evaluation.coco_ap import CocoScores, coco_scores

Pairs = list[tuple[Detections, Labels]]
NAMES = ("person", "dog", "car")


def found(*rows: tuple[float, float, float, float, float, int], names: tuple[str, ...] = NAMES) -> Detections:
    """Each row: x1, y1, x2, y2, confidence, class."""
    table = np.array(rows, np.float32).reshape(-1, 6)
    return Detections(table[:, :4], table[:, 4], table[:, 5].astype(np.int64), names)


def true(*boxes: Box) -> Labels:
    return Labels.of(boxes)


def test_all_found_and_nothing_else_is_one() -> None:
    scores = coco_scores([(found((0, 0, 50, 50, 0.9, 0)), true(Box((0, 0, 50, 50), 0)))], NAMES)
    assert (scores.ap, scores.ap50, scores.ap75, scores.recall_100) == pytest.approx((1, 1, 1, 1))
    assert scores.ap_medium == pytest.approx(1)
    assert (scores.ap_small, scores.ap_large) == (None, None)
    assert [(one.name, one.objects, one.ap) for one in scores.classes] == [
        ("person", 1, pytest.approx(1)),
        ("dog", 0, None),
        ("car", 0, None),
    ]


def test_nothing_found_is_zero_and_nothing_to_find_is_unknown() -> None:
    missed = coco_scores([(found(), true(Box((0, 0, 50, 50), 0)))], NAMES)
    assert (missed.ap, missed.recall_100) == (0, 0)
    empty = coco_scores([(found((0, 0, 9, 9, 0.9, 0)), true())], NAMES)
    assert (empty.ap, empty.recall_100) == (None, None)
    assert coco_scores([], NAMES).ap is None


def test_a_box_that_overlaps_by_two_thirds_counts_at_four_thresholds_of_ten() -> None:
    scores = coco_scores([(found((0, 0, 100, 100, 0.9, 0)), true(Box((0, 20, 100, 120), 0)))], NAMES)
    assert scores.ap == pytest.approx(0.4)  # IoU 0.667: 0.50, 0.55, 0.60, 0.65
    assert scores.ap50 == pytest.approx(1)
    assert scores.ap75 == 0


def test_a_second_box_on_an_object_is_a_miss_and_one_on_a_crowd_is_not() -> None:
    twice = ((0, 0, 50, 50, 0.9, 0), (0, 0, 50, 50, 0.8, 0), (0, 0, 50, 50, 0.7, 0))
    person, crowd = Box((0, 0, 50, 50), 0), Box((0, 0, 60, 60), 0, crowd=True)
    far = Box((200, 200, 260, 260), 0)
    late = (200, 200, 260, 260, 0.1, 0)
    alone = coco_scores([(found(*twice, late), true(person, far))], NAMES)
    beside = coco_scores([(found(*twice, late), true(person, far, crowd))], NAMES)
    assert alone.ap50 == pytest.approx((51 * 1.0 + 50 * 0.5) / 101)
    assert beside.ap50 == pytest.approx(1.0)


def test_an_ignored_object_counts_neither_way() -> None:
    boxes = ((0, 0, 50, 50, 0.9, 0), (100, 0, 150, 50, 0.8, 0))
    hard = Box((0, 0, 50, 50), 0, ignored=True)
    scores = coco_scores([(found(*boxes), true(hard, Box((100, 0, 150, 50), 0)))], NAMES)
    assert scores.ap50 == pytest.approx(1.0)
    assert scores.classes[0].objects == 1


def random_pairs(seed: int, pictures: int = 12, names: tuple[str, ...] = NAMES) -> Pairs:
    """Return objects of all sizes, crowds among them, found with noise, twice, under wrong names, or not at all."""
    random = np.random.default_rng(seed)
    pairs = []
    for _ in range(pictures):
        count = int(random.integers(0, 15))
        corner = random.uniform(0, 500, (count, 2))
        xyxy = np.concatenate((corner, corner + random.uniform(1, 4, (count, 2)) * random.choice([6, 40, 150])), axis=1)
        boxes = [
            Box((x1, y1, x2, y2), int(random.integers(len(names))), crowd=bool(random.random() < 0.1))
            for x1, y1, x2, y2 in xyxy.astype(np.float32).astype(float).tolist()
        ]
        rows = [_noisy(box, random, len(names)) for box in boxes for _ in range(int(random.integers(0, 4)))]
        rows += [_noise(random, len(names)) for _ in range(int(random.integers(0, 130)))]
        pairs.append((found(*rows, names=names), Labels.of(boxes)))
    return pairs


def _noisy(box: Box, random: np.random.Generator, classes: int) -> tuple[float, float, float, float, float, int]:
    x1, y1, x2, y2 = box.xyxy
    dx, dy = (random.normal(0, 0.12, 2) * (x2 - x1, y2 - y1)).tolist()
    class_id = box.class_id if random.random() < 0.9 else int(random.integers(classes))
    return x1 + dx, y1 + dy, x2 + dx / 2, y2 + dy / 2, float(random.uniform(0.2, 1)), class_id


def _noise(random: np.random.Generator, classes: int) -> tuple[float, float, float, float, float, int]:
    x, y, w, h = random.uniform(1, 200, 4).tolist()
    return x, y, x + w, y + h, float(random.uniform(0, 0.8)), int(random.integers(classes))


def reference(pairs: Pairs, names: tuple[str, ...]) -> list[float]:
    """Return the twelve figures of faster-coco-eval, -1 for unknown."""
    package = pytest.importorskip("faster_coco_eval")
    annotations: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    for image_id, (boxes, labels) in enumerate(pairs, 1):
        for row in range(len(labels)):
            entry = _entry(image_id, labels.xyxy[row], int(labels.class_id[row]))
            extra = {"id": len(annotations) + 1, "area": float(labels.area_px[row]), "iscrowd": int(labels.crowd[row])}
            annotations.append(entry | extra)
        for row in range(len(boxes)):
            entry = _entry(image_id, boxes.xyxy[row], int(boxes.class_id[row]))
            results.append(entry | {"score": float(boxes.confidence[row])})
    truth = package.COCO(
        {
            "images": [{"id": number, "width": 1000, "height": 1000} for number in range(1, len(pairs) + 1)],
            "categories": [{"id": number, "name": name} for number, name in enumerate(names)],
            "annotations": annotations,
        }
    )
    run = package.COCOeval_faster(truth, truth.loadRes(results), iouType="bbox")
    run.evaluate()
    run.accumulate()
    run.summarize()
    return [float(value) for value in run.stats[:12]]


def _entry(image_id: int, xyxy: np.ndarray[Any, Any], class_id: int) -> dict[str, Any]:
    x1, y1, x2, y2 = xyxy.astype(np.float64).tolist()
    return {"image_id": image_id, "category_id": class_id, "bbox": [x1, y1, x2 - x1, y2 - y1]}


def twelve(scores: CocoScores) -> list[float]:
    values = (
        *(scores.ap, scores.ap50, scores.ap75, scores.ap_small, scores.ap_medium, scores.ap_large),
        *(scores.recall_1, scores.recall_10, scores.recall_100),
        *(scores.recall_small, scores.recall_medium, scores.recall_large),
    )
    return [-1.0 if value is None else value for value in values]


@pytest.mark.parametrize("seed", range(8))
def test_every_figure_is_that_of_faster_coco_eval(seed: int) -> None:
    pairs = random_pairs(seed)
    assert twelve(coco_scores(pairs, NAMES)) == pytest.approx(reference(pairs, NAMES), abs=1e-4)


def test_equal_confidences_are_taken_in_the_same_order() -> None:
    pairs = [
        (Detections(one.xyxy, np.round(one.confidence, 1), one.class_id, NAMES), labels)
        for one, labels in random_pairs(99)
    ]
    assert twelve(coco_scores(pairs, NAMES)) == pytest.approx(reference(pairs, NAMES), abs=1e-4)


@pytest.mark.mirror
def test_figures_of_a_real_model_are_those_of_faster_coco_eval(mirror: Path) -> None:
    """The people of the street video, as a detector of the MOT Challenge sees them."""
    names = ("person",)
    truth_path, found_path = mirror / "labels/mot/MOT17-02/gt/gt.txt", mirror / "labels/mot/MOT17-02/det/det.txt"
    if not (truth_path.is_file() and found_path.is_file()):
        pytest.skip("the mirror has no labels/mot/MOT17-02")
    truth = np.loadtxt(truth_path, delimiter=",")
    seen = np.loadtxt(found_path, delimiter=",")
    pairs = [(_seen(seen[seen[:, 0] == frame]), _labels(truth[truth[:, 0] == frame])) for frame in range(1, 600, 20)]
    scores = coco_scores(pairs, names)
    assert twelve(scores) == pytest.approx(reference(pairs, names), abs=1e-4)
    assert 0.05 < (scores.ap50 or 0) < 0.95


def _seen(rows: np.ndarray[Any, Any]) -> Detections:
    xyxy = np.concatenate((rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]), axis=1).astype(np.float32)
    return Detections(xyxy, rows[:, 6].astype(np.float32), np.zeros(len(rows), np.int64), ("person",))


def _labels(rows: np.ndarray[Any, Any]) -> Labels:
    people = rows[np.isin(rows[:, 7], (1, 8))]
    xyxy = np.concatenate((people[:, 2:4], people[:, 2:4] + people[:, 4:6]), axis=1)
    kinds = zip(xyxy.tolist(), people[:, 7].tolist(), strict=True)
    return Labels.of([Box((x1, y1, x2, y2), 0, crowd=kind != 1) for (x1, y1, x2, y2), kind in kinds])
