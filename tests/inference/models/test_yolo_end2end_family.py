"""Finished YOLO tables: no NMS, unused rows, keypoints and masks."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from camloom.errors import ModelError
from camloom.geometry import FloatArray
from camloom.inference.card import ModelCard
from camloom.inference.models.yolo_end2end import YoloEnd2End
from camloom.inference.preprocess import Letterbox

CardMaker = Callable[..., ModelCard]

ROWS = 300
BOX = [20.0, 9.0, 47.0, 50.0]  # px of the canvas
BOX_IN_SOURCE = [40.0, 18.0, 94.0, 100.0]


def table_of(*rows: list[float], columns: int = 6) -> FloatArray:
    table = np.zeros((1, ROWS, columns), np.float32)
    for row, values in enumerate(rows):
        table[0, row, : len(values)] = values
    return table


def with_task(make_card: CardMaker, task: str, options: dict[str, Any] | None = None, **update: Any) -> ModelCard:
    return make_card("yolo_end2end", options).model_copy(update={"task": task, **update})


def test_a_row_is_a_detection(make_card: CardMaker, doubled: Letterbox) -> None:
    family = YoloEnd2End(make_card("yolo_end2end"))
    found = family.decode({"output0": table_of([*BOX, 0.9, 1.0], [*BOX, 0.2, 0.0])}, doubled, 0.5)
    assert found.xyxy.tolist() == [BOX_IN_SOURCE]
    assert (found.name_of(0), found.confidence.tolist()) == ("car", pytest.approx([0.9]))


def test_boxes_that_cover_each_other_all_stay(make_card: CardMaker, doubled: Letterbox) -> None:
    family = YoloEnd2End(make_card("yolo_end2end"))
    assert len(family.decode({"output0": table_of([*BOX, 0.9, 0.0], [*BOX, 0.8, 0.0])}, doubled, 0.5)) == 2


def test_shares_are_told_by_their_size(make_card: CardMaker, doubled: Letterbox) -> None:
    shares = [value / size for value, size in zip(BOX, (128, 64, 128, 64), strict=True)]
    family = YoloEnd2End(make_card("yolo_end2end"))
    found = family.decode({"output0": table_of([*shares, 0.9, 2.0])}, doubled, 0.5)
    np.testing.assert_allclose(found.xyxy, [BOX_IN_SOURCE], atol=0.01)


def test_keypoints_come_after_the_class(make_card: CardMaker, doubled: Letterbox) -> None:
    card = with_task(make_card, "pose", keypoint_names=("nose", "foot"))
    rows = [*BOX, 0.9, 0.0, 30, 10, 0.5, 32, 49, 0.25]
    found = YoloEnd2End(card).decode({"output0": table_of(rows, columns=12)}, doubled, 0.5)
    assert found.keypoints is not None
    assert found.keypoints.tolist() == [[[60, 20, 0.5], [64, 98, 0.25]]]


def test_mask_coefficients_come_after_the_class(make_card: CardMaker, doubled: Letterbox) -> None:
    card = with_task(make_card, "segmentation", {"mask_coefficients": 1})
    table = table_of([32, 16, 40, 24, 0.9, 0.0, 1.0], [96, 0, 104, 8, 0.8, 1.0, -1.0], columns=7)
    outputs = {"output0": table, "output1": np.ones((1, 1, 16, 32), np.float32)}
    found = YoloEnd2End(card).decode(outputs, doubled, 0.5)
    assert found.masks is not None
    assert [int(mask.sum()) for mask in found.masks] == [4, 0]
    assert found.masks[0, 4:6, 8:10].all()


@pytest.mark.filterwarnings("error")
def test_poisoned_rows_are_dropped_and_the_rest_stays(make_card: CardMaker, doubled: Letterbox) -> None:
    nan, inf = float("nan"), float("inf")
    table = table_of(
        [*BOX, 0.9, nan],
        [*BOX, nan, 0.0],
        [*BOX, inf, 0.0],
        [*BOX, 0.9, 1e30],
        [*BOX, 0.9, -1.0],
        [*BOX, 0.9, 3.0],
        [nan, 0, 9, 9, 0.9, 0.0],
        [-3e38, 0, 3e38, 9, 0.9, 0.0],
        [47, 50, 20, 9, 0.9, 0.0],
        [*BOX, 0.9, 0.0],
    )
    found = YoloEnd2End(make_card("yolo_end2end")).decode({"output0": table}, doubled, 0.5)
    assert found.xyxy.tolist() == [BOX_IN_SOURCE]


def test_no_frame_has_more_than_300_detections(make_card: CardMaker, doubled: Letterbox) -> None:
    table = np.tile(np.asarray([*BOX, 0.9, 0.0], np.float32), (1, 5000, 1))
    assert len(YoloEnd2End(make_card("yolo_end2end")).decode({"output0": table}, doubled, 0.5)) == 300


def test_other_tables_are_refused(make_card: CardMaker) -> None:
    family = YoloEnd2End(make_card("yolo_end2end"))
    family.check({"output0": (1, 300, 6)})
    for shape in [(1, 84, 8400), (1, 300, 7), (1, 300, 57)]:
        with pytest.raises(ModelError, match="end-to-end YOLO output of size Nx6"):
            family.check({"output0": shape})
    pose = with_task(make_card, "pose", keypoint_names=tuple(f"point {i}" for i in range(17)))
    YoloEnd2End(pose).check({"output0": (1, 300, 57)})
    mask = with_task(make_card, "segmentation")
    YoloEnd2End(mask).check({"output0": (1, 300, 38), "output1": (1, 32, 16, 32)})
