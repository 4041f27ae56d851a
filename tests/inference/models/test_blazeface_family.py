from collections.abc import Callable
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from camloom.errors import ModelError
from camloom.inference.card import ModelCard
from camloom.inference.models.blazeface import BlazeFace, Options, anchor_centers
from camloom.inference.preprocess import Letterbox

CardMaker = Callable[..., ModelCard]
Outputs = dict[str, npt.NDArray[np.float32]]

ANCHORS = 16 * 8 * 2 + 8 * 4 * 6  # of a canvas of 128 x 64
BOX = (20.0, 9.0, 47.0, 50.0)  # px of the canvas
BOX_IN_SOURCE = [40.0, 18.0, 94.0, 100.0]
POINTS = [(25.0, 20.0), (40.0, 20.0), (33.0, 30.0), (33.0, 40.0), (20.0, 25.0), (47.0, 25.0)]
EYES_AND_NOSE_IN_SOURCE = [[50.0, 40.0], [80.0, 40.0], [66.0, 60.0]]


def silent_outputs() -> Outputs:
    return {
        "regressors": np.zeros((1, ANCHORS, 16), np.float32),
        "classificators": np.full((1, ANCHORS, 1), -20.0, np.float32),
    }


def put(card: ModelCard, outputs: Outputs, anchor: int, *, score: float) -> None:
    """Let an anchor claim BOX and POINTS, in px from its centre."""
    center = anchor_centers(card.input, Options.model_validate(card.options))[anchor].astype(np.float64)
    middle, size = np.add(BOX[:2], BOX[2:]) / 2 - center, np.subtract(BOX[2:], BOX[:2])
    outputs["regressors"][0, anchor] = [*middle, *size, *(np.array(POINTS) - center).ravel()]
    outputs["classificators"][0, anchor] = log(score / (1 - score))


@pytest.fixture
def card(make_card: CardMaker) -> ModelCard:
    return make_card("blazeface", class_names=("face",))


@pytest.mark.parametrize(
    ("size", "options", "count"),
    [
        (128, {}, 896),
        (256, {"strides": [16, 32], "anchors": [2, 6]}, 896),
        (192, {"strides": [4], "anchors": [1]}, 2304),
    ],
)
def test_the_published_models_have_this_many_anchors(
    make_card: CardMaker, size: int, options: dict[str, Any], count: int
) -> None:
    card = make_card("blazeface", options, ("face",), (size, size))
    BlazeFace(card).check({"regressors": (1, count, 16), "classificators": (1, count, 1)})


def test_the_anchors_of_a_cell_share_its_middle(card: ModelCard) -> None:
    centers = anchor_centers(card.input, Options())
    assert centers.shape == (ANCHORS, 2)
    assert centers[:3].tolist() == [[4, 4], [4, 4], [12, 4]]
    assert centers[256:263].tolist() == [[8, 8]] * 6 + [[24, 8]]


@pytest.mark.parametrize("anchor", [0, 131, 300, 447])
def test_a_face_claimed_by_any_anchor_comes_back(card: ModelCard, doubled: Letterbox, anchor: int) -> None:
    outputs = silent_outputs()
    put(card, outputs, anchor, score=0.8)
    found = BlazeFace(card).decode(outputs, doubled, 0.5)
    np.testing.assert_allclose(found.xyxy, [BOX_IN_SOURCE], atol=0.01)
    assert found.confidence.tolist() == pytest.approx([0.8])
    assert found.keypoints is not None
    np.testing.assert_allclose(found.keypoints[0, :3, :2], EYES_AND_NOSE_IN_SOURCE, atol=0.01)
    assert found.keypoints[0, :, 2].tolist() == pytest.approx([0.8, 0.8, 0.8, 0, 0])


def test_the_card_says_which_points_it_wants(make_card: CardMaker, doubled: Letterbox) -> None:
    card, outputs = make_card("blazeface", {"keypoint_order": [3, 0]}, ("face",)), silent_outputs()
    put(card, outputs, 100, score=0.8)
    found = BlazeFace(card).decode(outputs, doubled, 0.5)
    assert found.keypoints is not None
    np.testing.assert_allclose(found.keypoints[0, :, :2], [[66, 80], [50, 40]], atol=0.01)


def test_the_threshold_is_a_probability_and_anchors_on_one_face_give_one_detection(
    card: ModelCard, doubled: Letterbox
) -> None:
    outputs = silent_outputs()
    put(card, outputs, 100, score=0.6)
    put(card, outputs, 300, score=0.7)
    assert BlazeFace(card).decode(outputs, doubled, 0.5).confidence.tolist() == pytest.approx([0.7])
    assert len(BlazeFace(card).decode(outputs, doubled, 0.71)) == 0


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("column", [0, 2])
@pytest.mark.parametrize("poison", [np.nan, np.inf, 1e30])
def test_a_poisoned_face_is_dropped_and_the_rest_stays(
    card: ModelCard, doubled: Letterbox, column: int, poison: float
) -> None:
    outputs = silent_outputs()
    for anchor in (40, 100):
        put(card, outputs, anchor, score=0.8)
    outputs["regressors"][0, 40, column] = poison
    outputs["classificators"][0, 40] = 1e30
    outputs["classificators"][0, 3] = np.nan
    found = BlazeFace(card).decode(outputs, doubled, 0.5)
    assert found.xyxy.tolist() == [pytest.approx(BOX_IN_SOURCE, abs=0.01)]


def test_outputs_of_another_detector_and_impossible_options_are_refused(make_card: CardMaker, card: ModelCard) -> None:
    with pytest.raises(ModelError, match=f"coordinate output of size {ANCHORS}x16"):
        BlazeFace(card).check({"regressors": (1, 896, 16), "classificators": (1, 896, 1)})
    with pytest.raises(ModelError, match=f"score output of size {ANCHORS}x1"):
        BlazeFace(card).check({"regressors": (1, ANCHORS, 16)})
    with pytest.raises(ModelError, match="keypoint_order"):
        BlazeFace(make_card("blazeface", {"keypoint_order": [6]}, ("face",)))
    with pytest.raises(ModelError, match="anchors"):
        BlazeFace(make_card("blazeface", {"anchors": [2]}, ("face",)))
