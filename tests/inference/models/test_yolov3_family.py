"""YOLOv3: ncnn's table, and raw heads of several kinds."""

from collections.abc import Callable
from math import log
from typing import Any

import numpy as np
import pytest

from camloom.errors import ModelError
from camloom.geometry import FloatArray
from camloom.inference.card import ModelCard
from camloom.inference.models.yolov3 import YoloV3
from camloom.inference.preprocess import Letterbox

CardMaker = Callable[..., ModelCard]

SHARES = [0.25, 0.125, 0.5, 0.75]  # x1, y1, x2, y2 of the canvas
SHARES_IN_SOURCE = [64.0, 16.0, 128.0, 96.0]
BOX = (20.0, 9.0, 47.0, 50.0)  # px of the canvas
BOX_IN_SOURCE = [40.0, 18.0, 94.0, 100.0]
ANCHORS = [[[10.0, 14.0], [23.0, 27.0]], [[37.0, 58.0], [81.0, 82.0]]]
STRIDES = [16, 32]
COLUMNS = 5 + 3
LAYOUTS = ["achw", "ahwc", "hwac"]


def test_a_row_of_ncnn_is_a_box_in_shares_with_a_label_from_one(make_card: CardMaker, doubled: Letterbox) -> None:
    rows = np.array([[2, 0.9, *SHARES], [1, 0.2, *SHARES], [0, 0.9, *SHARES], [4, 0.9, *SHARES]], np.float32)
    found = YoloV3(make_card("yolov3")).decode({"output": rows}, doubled, 0.5)
    assert found.xyxy.tolist() == [SHARES_IN_SOURCE]
    assert (found.name_of(0), found.confidence.tolist()) == ("car", pytest.approx([0.9]))


@pytest.mark.parametrize("shape", [(0, 6), (0,), (1, 0, 6)])
def test_no_rows_are_no_detections(make_card: CardMaker, doubled: Letterbox, shape: tuple[int, ...]) -> None:
    outputs = {"output": np.zeros(shape, np.float32)}
    assert len(YoloV3(make_card("yolov3")).decode(outputs, doubled, 0.5)) == 0


@pytest.mark.filterwarnings("error")
def test_poisoned_rows_are_dropped_and_the_rest_stays(make_card: CardMaker, doubled: Letterbox) -> None:
    nan, inf = float("nan"), float("inf")
    rows = [
        [nan, 0.9, *SHARES],
        [1, nan, *SHARES],
        [1, inf, *SHARES],
        [1e30, 0.9, *SHARES],
        [1, 0.9, nan, 0, 1, 1],
        [1, 0.9, -3e38, 0, 3e38, 1],
        [1, 0.9, *SHARES],
    ]
    found = YoloV3(make_card("yolov3")).decode({"output": np.asarray(rows, np.float32)}, doubled, 0.5)
    assert found.xyxy.tolist() == [SHARES_IN_SOURCE]


def test_a_table_of_other_columns_is_refused(make_card: CardMaker) -> None:
    family = YoloV3(make_card("yolov3"))
    family.check({"output": (-1, 6)})
    with pytest.raises(ModelError, match=r"YOLOv3 \(N x 6\) output"):
        family.check({"output": (1, 255, 20, 20)})


def heads_card(make_card: CardMaker, **options: Any) -> ModelCard:
    return make_card("yolov3", {"anchors": ANCHORS, "strides": STRIDES, **options})


def silent_heads() -> list[FloatArray]:
    """Return two heads as (A, h, w, 5 + C) logits."""
    return [np.full((2, 64 // stride, 128 // stride, COLUMNS), -9.0, np.float32) for stride in STRIDES]


def logit(probability: float) -> float:
    return log(probability / (1 - probability))


def put(
    heads: list[FloatArray],
    level: int,
    anchor: int,
    *,
    scores: tuple[float, ...],
    coding: str = "yolov3",
    xy_scale: float = 1.0,
) -> tuple[int, ...]:
    """Let the cell under the middle of BOX claim it; return its index in the head."""
    stride, (anchor_w, anchor_h) = STRIDES[level], ANCHORS[level][anchor]
    x, y = (BOX[0] + BOX[2]) / 2 / stride, (BOX[1] + BOX[3]) / 2 / stride
    width, height = (BOX[2] - BOX[0]) / anchor_w, (BOX[3] - BOX[1]) / anchor_h
    offset = [logit((part % 1 + (xy_scale - 1) / 2) / xy_scale) for part in (x, y)]
    size = [log(part) if coding == "yolov3" else logit(part**0.5 / 2) for part in (width, height)]
    place = (anchor, int(y), int(x))
    heads[level][place] = [*offset, *size, *map(logit, scores)]
    return place


def outputs_of(heads: list[FloatArray], layout: str = "achw") -> dict[str, FloatArray]:
    """Write heads as (A x (5 + C), h, w), (A, h, w, 5 + C) or (h, w, A x (5 + C))."""
    if layout == "ahwc":
        return {f"head_{i}": head[None] for i, head in enumerate(heads)}
    if layout == "achw":
        return {f"head_{i}": h.transpose(0, 3, 1, 2).reshape(1, -1, *h.shape[1:3]) for i, h in enumerate(heads)}
    return {f"head_{i}": h.transpose(1, 2, 0, 3).reshape(1, *h.shape[1:3], -1) for i, h in enumerate(heads)}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("level", "anchor"), [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_a_box_coded_against_any_anchor_comes_back(
    make_card: CardMaker, doubled: Letterbox, layout: str, level: int, anchor: int
) -> None:
    heads = silent_heads()
    put(heads, level, anchor, scores=(0.9, 0.1, 0.8, 0.2))
    found = YoloV3(heads_card(make_card)).decode(outputs_of(heads, layout), doubled, 0.3)
    np.testing.assert_allclose(found.xyxy, [BOX_IN_SOURCE], atol=0.02)
    assert found.confidence.tolist() == pytest.approx([0.72])
    assert found.name_of(0) == "car"


def test_yolov4_lets_centres_leave_their_cell(make_card: CardMaker, doubled: Letterbox) -> None:
    heads = silent_heads()
    put(heads, 0, 1, scores=(0.9, 0.8, 0.1, 0.1), xy_scale=1.2)
    found = YoloV3(heads_card(make_card, xy_scale=1.2)).decode(outputs_of(heads), doubled, 0.3)
    np.testing.assert_allclose(found.xyxy, [BOX_IN_SOURCE], atol=0.02)


@pytest.mark.parametrize("activated", [False, True])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_yolov5_codes_sizes_as_squares(make_card: CardMaker, doubled: Letterbox, layout: str, activated: bool) -> None:
    heads = silent_heads()
    put(heads, 0, 1, scores=(0.9, 0.1, 0.1, 0.8), coding="yolov5", xy_scale=2.0)
    if activated:
        heads = [(1 / (1 + np.exp(-head))).astype(np.float32) for head in heads]
    card = heads_card(make_card, coding="yolov5", activated=activated)
    found = YoloV3(card).decode(outputs_of(heads, layout), doubled, 0.3)
    np.testing.assert_allclose(found.xyxy, [BOX_IN_SOURCE], atol=0.02)
    assert found.confidence.tolist() == pytest.approx([0.72])
    assert found.name_of(0) == "dog"


def test_the_threshold_holds_for_the_product_and_heads_on_one_object_agree(
    make_card: CardMaker, doubled: Letterbox
) -> None:
    heads = silent_heads()
    put(heads, 0, 1, scores=(0.9, 0.5, 0.1, 0.1))
    put(heads, 1, 0, scores=(0.9, 0.6, 0.1, 0.1))
    family = YoloV3(heads_card(make_card))
    assert family.decode(outputs_of(heads), doubled, 0.3).confidence.tolist() == pytest.approx([0.54])
    assert len(family.decode(outputs_of(heads), doubled, 0.55)) == 0


@pytest.mark.filterwarnings("error")
def test_poisoned_cells_are_dropped(make_card: CardMaker, doubled: Letterbox) -> None:
    heads = silent_heads()
    place = put(heads, 0, 1, scores=(0.9, 0.8, 0.1, 0.1))
    claim = heads[0][place].copy()
    poisons = ((0, np.nan), (2, 1e6), (3, np.inf), (4, np.nan), (5, np.nan), (2, np.nan))
    for row, (column, poison) in enumerate(poisons):
        heads[0][0, 3, row] = claim
        heads[0][0, 3, row, column] = poison
    found = YoloV3(heads_card(make_card)).decode(outputs_of(heads), doubled, 0.3)
    assert found.xyxy.tolist() == [pytest.approx(BOX_IN_SOURCE, abs=0.02)]


def test_heads_of_another_size_are_refused(make_card: CardMaker) -> None:
    family = YoloV3(heads_card(make_card))
    family.check({"a": (1, 16, 4, 8), "b": (1, 16, 2, 4)})
    family.check({"b": (1, 16, 2, 4), "a": (1, 2, 4, 8, 8)})
    with pytest.raises(ModelError, match="stride 32 head output of size 16x2x4"):
        family.check({"a": (1, 16, 4, 8)})


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"anchors": ANCHORS, "strides": [8]}, "one stride for every head"),
        ({"anchors": [[]], "strides": [8]}, "at least one"),
        ({"anchors": [[[0, 5]]], "strides": [8]}, "above 0"),
        ({"anchors": ANCHORS, "strides": STRIDES, "activated": True}, "no sigmoids"),
    ],
)
def test_impossible_options_are_refused(make_card: CardMaker, options: dict[str, Any], reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        YoloV3(make_card("yolov3", options))


DECODED = [
    [0.3, 0.4, 0.2, 0.5, 0.9, 0.0, 0.8, 0.1],
    [0.31, 0.4, 0.2, 0.5, 0.9, 0.0, 0.7, 0.1],
    [0.7, 0.7, 0.1, 0.1, 1.0, 0.0, 0.0, 0.2],
]
"""Rows of OpenCV: centre and size as shares, objectness, three scores with the objectness in them."""


def decoded(make_card: CardMaker) -> YoloV3:
    return YoloV3(make_card("yolov3", {"decoded": True}))


def test_rows_that_are_decoded_need_no_anchors(make_card: CardMaker, doubled: Letterbox) -> None:
    outputs = {"yolo_1": np.asarray(DECODED[:1], np.float32), "yolo_2": np.asarray(DECODED[1:], np.float32)}
    found = decoded(make_card).decode(outputs, doubled, 0.3)
    np.testing.assert_allclose(found.xyxy, [[51.2, 19.2, 102.4, 83.2]], atol=1e-3)
    assert (found.name_of(0), found.confidence.tolist()) == ("car", pytest.approx([0.8]))
    weak = decoded(make_card).decode(outputs, doubled, 0.15)
    assert [weak.name_of(row) for row in range(len(weak))] == ["car", "dog"]


@pytest.mark.filterwarnings("error")
def test_poisoned_rows_of_opencv_are_dropped(make_card: CardMaker, doubled: Letterbox) -> None:
    nan, inf = float("nan"), float("inf")
    poisons = [(0, nan), (2, inf), (3, -3e38), (6, nan), (1, 1e30)]
    rows = np.asarray([DECODED[0]] * (len(poisons) + 1), np.float32)
    for row, (column, poison) in enumerate(poisons):
        rows[row, column] = poison
    found = decoded(make_card).decode({"yolo_1": rows}, doubled, 0.3)
    np.testing.assert_allclose(found.xyxy, [[51.2, 19.2, 102.4, 83.2]], atol=1e-3)


def test_rows_of_another_number_of_classes_are_refused(make_card: CardMaker) -> None:
    decoded(make_card).check({"a": (507, 8), "b": (2028, 8)})
    with pytest.raises(ModelError, match="decoded YOLO output of size Nx8"):
        decoded(make_card).check({"a": (507, 8), "b": (2028, 85)})
    with pytest.raises(ModelError, match="have no anchors any more"):
        YoloV3(heads_card(make_card, decoded=True))
