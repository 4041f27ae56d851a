from collections.abc import Callable
from math import log, sqrt

import numpy as np
import numpy.typing as npt
import pytest

from camloom.errors import ModelError
from camloom.inference.card import ModelCard
from camloom.inference.models.ssd import Options, Ssd, generate_anchors
from camloom.inference.preprocess import Letterbox

CardMaker = Callable[..., ModelCard]

ANCHORS = 1917  # TensorFlow's SSD MobileNet at 300 x 300
BOX = (20.0, 9.0, 47.0, 50.0)  # px of the canvas
BOX_IN_SOURCE = [40.0, 18.0, 94.0, 100.0]


def silent_outputs() -> dict[str, npt.NDArray[np.float32]]:
    return {
        "box_encodings": np.zeros((1, ANCHORS, 4), np.float32),
        "class_predictions": np.full((1, ANCHORS, 4), -9.0, np.float32),
    }


def put(outputs: dict[str, npt.NDArray[np.float32]], anchor: int, *, column: int, score: float) -> None:
    """Let an anchor claim BOX, coded as the TensorFlow object detection API trains it."""
    y, x, h, w = generate_anchors(Options())[anchor]
    left, top, right, bottom = np.array(BOX) / [128, 64, 128, 64]
    outputs["box_encodings"][0, anchor] = [
        10 * ((top + bottom) / 2 - y) / h,
        10 * ((left + right) / 2 - x) / w,
        5 * log((bottom - top) / h),
        5 * log((right - left) / w),
    ]
    outputs["class_predictions"][0, anchor, column] = log(score / (1 - score))


def test_the_anchors_are_those_of_tensorflow() -> None:
    anchors = generate_anchors(Options())
    assert anchors.shape == (ANCHORS, 4)
    first, second_scale = 0.5 / 19, 0.35
    np.testing.assert_allclose(anchors[0], [first, first, 0.1, 0.1], rtol=1e-5)
    np.testing.assert_allclose(anchors[1], [first, first, 0.2 / sqrt(2), 0.2 * sqrt(2)], rtol=1e-5)
    np.testing.assert_allclose(anchors[3, :2], [first, 1.5 / 19], rtol=1e-5)
    second_map = 19 * 19 * 3
    np.testing.assert_allclose(anchors[second_map], [0.05, 0.05, second_scale, second_scale], rtol=1e-5)
    np.testing.assert_allclose(anchors[second_map + 5, 2:], [sqrt(second_scale * 0.5)] * 2, rtol=1e-5)
    np.testing.assert_allclose(anchors[-1], [0.5, 0.5, sqrt(0.95), sqrt(0.95)], rtol=1e-5)


@pytest.mark.parametrize("anchor", [0, 500, 1083, 1700, 1916])
def test_a_box_coded_against_any_anchor_comes_back(make_card: CardMaker, doubled: Letterbox, anchor: int) -> None:
    outputs = silent_outputs()
    put(outputs, anchor, column=2, score=0.8)
    found = Ssd(make_card("ssd")).decode(outputs, doubled, 0.3)
    np.testing.assert_allclose(found.xyxy, [BOX_IN_SOURCE], atol=0.02)
    assert found.confidence.tolist() == pytest.approx([0.8])
    assert found.name_of(0) == "car"


def test_the_background_is_no_object(make_card: CardMaker, doubled: Letterbox) -> None:
    outputs = silent_outputs()
    put(outputs, 500, column=0, score=0.99)
    assert len(Ssd(make_card("ssd")).decode(outputs, doubled, 0.3)) == 0


def test_the_threshold_is_a_probability_and_anchors_on_one_object_give_one_detection(
    make_card: CardMaker, doubled: Letterbox
) -> None:
    outputs = silent_outputs()
    put(outputs, 500, column=1, score=0.7)
    put(outputs, 501, column=1, score=0.6)
    family = Ssd(make_card("ssd"))
    assert family.decode(outputs, doubled, 0.3).confidence.tolist() == pytest.approx([0.7])
    assert len(family.decode(outputs, doubled, 0.71)) == 0


@pytest.mark.filterwarnings("error")
def test_poisoned_values_are_dropped_and_the_rest_stays(make_card: CardMaker, doubled: Letterbox) -> None:
    outputs = silent_outputs()
    for anchor in (3, 40, 80, 500):
        put(outputs, anchor, column=1, score=0.8)
    outputs["box_encodings"][0, 3] = np.nan
    outputs["box_encodings"][0, 40, 2] = 1e6
    outputs["class_predictions"][0, 80] = np.nan
    found = Ssd(make_card("ssd")).decode(outputs, doubled, 0.3)
    assert found.xyxy.tolist() == [pytest.approx(BOX_IN_SOURCE, abs=0.02)]


def test_other_anchors_or_classes_are_refused(make_card: CardMaker) -> None:
    family = Ssd(make_card("ssd"))
    family.check({"a": (1, ANCHORS, 4), "b": (1, ANCHORS, 4)})
    with pytest.raises(ModelError, match="box output of size 1917x4"):
        family.check({"a": (1, 2034, 4), "b": (1, 2034, 4)})
    with pytest.raises(ModelError, match=r"class output of size 1917x4 \(left: b 1x1917x91\)"):
        family.check({"a": (1, ANCHORS, 4), "b": (1, ANCHORS, 91)})
