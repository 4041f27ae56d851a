"""The peers find the same boxes as anyone would: their decoders on small outputs made by hand."""

from types import ModuleType

import numpy as np
import pytest

STRIDES = (8, 16, 32)


def cell_index(stride: int, column: int, row: int) -> int:
    """Index of a cell in the rows of all strides, 416 px."""
    before = sum((416 // s) ** 2 for s in STRIDES if s < stride)
    return before + row * (416 // stride) + column


def test_yolox_box_lies_where_the_grid_says(peer_detector: ModuleType) -> None:
    output = np.zeros((1, 3549, 85), np.float32)
    # A person on stride 16, cell (10, 5): middle (10.5, 5.25) cells, size 64 x 128 px, 0.9 x 0.8.
    raw = output[0, cell_index(16, 10, 5)]
    raw[:4] = 0.5, 0.25, np.log(4), np.log(8)
    raw[4], raw[5] = 0.9, 0.8
    boxes, confidence, class_id = peer_detector.decode([output], 0.5)
    np.testing.assert_allclose(boxes, [[2 * (168 - 32), 2 * (84 - 64), 2 * (168 + 32), 2 * (84 + 64)]], rtol=1e-5)
    np.testing.assert_allclose(confidence, [0.72], rtol=1e-5)
    assert class_id.tolist() == [0]


@pytest.mark.parametrize("bins", [8, 11])
def test_nanodet_box_lies_as_far_as_its_bins_say(peer_detector: ModuleType, bins: int) -> None:
    outputs = [np.zeros((1, (416 // s) ** 2, 80), np.float32) for s in STRIDES]
    sides = [np.zeros((1, (416 // s) ** 2, 4 * bins), np.float32) for s in STRIDES]
    index = 3 * (416 // 32) + 2  # stride 32, cell (2, 3): middle (80, 112) px
    outputs[2][0, index, 2] = 0.9
    for side, strides_away in enumerate((1, 2, 3, 0)):
        sides[2][0, index, side * bins + strides_away] = 50.0
    boxes, confidence, class_id = peer_detector.decode([*outputs, *sides], 1.0)
    np.testing.assert_allclose(boxes, [[80 - 32, 112 - 64, 80 + 96, 112]], atol=0.01)
    assert (round(float(confidence[0]), 3), class_id.tolist()) == (0.9, [2])


def test_of_two_boxes_on_one_object_the_better_stays_and_other_classes_do_not_matter(peer_detector: ModuleType) -> None:
    output = np.zeros((1, 3549, 85), np.float32)
    for column, class_id, score in ((10, 0, 0.9), (11, 0, 0.7), (12, 2, 0.8)):  # 128 px wide, 16 px apart
        raw = output[0, cell_index(16, column, 5)]
        raw[2:5] = np.log(8), np.log(8), 1.0
        raw[5 + class_id] = score
    _, confidence, class_ids = peer_detector.decode([output], 1.0)
    best_by_class = dict(zip(class_ids.tolist(), confidence.tolist(), strict=True))
    assert best_by_class == {0: pytest.approx(0.9), 2: pytest.approx(0.8)}
    assert len(confidence) == 2


def test_nothing_found_is_no_boxes(peer_detector: ModuleType) -> None:
    boxes, confidence, class_id = peer_detector.decode([np.zeros((1, 3549, 85), np.float32)], 1.0)
    assert (boxes.shape, len(confidence), len(class_id)) == ((0, 4), 0, 0)


def test_a_wide_picture_lies_on_top_of_a_grey_canvas(peer_detector: ModuleType) -> None:
    canvas, scale = peer_detector.letterbox(np.full((1080, 1920, 3), 200, np.uint8))
    assert scale == pytest.approx(416 / 1920)
    assert np.unique(canvas[:234]).tolist() == [200]
    assert np.unique(canvas[234:]).tolist() == [114]


def test_the_tensor_is_as_the_family_wants_it(peer_detector: ModuleType) -> None:
    canvas = np.zeros((416, 416, 3), np.uint8)
    canvas[..., 0] = 255
    plain = peer_detector.to_tensor(canvas, "models/yolox_nano.onnx")
    scaled = peer_detector.to_tensor(canvas, "models/nanodet.onnx")
    assert (plain.shape, plain.dtype) == ((1, 3, 416, 416), np.float32)
    assert plain[0, :, 0, 0].tolist() == [255, 0, 0]
    assert scaled[0, 0, 0, 0] == pytest.approx((255 - 103.53) / 57.375)
