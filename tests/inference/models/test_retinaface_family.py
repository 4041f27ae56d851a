from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from camloom.errors import ModelError
from camloom.inference.card import ModelCard
from camloom.inference.models.retinaface import Options, RetinaFace, generate_priors
from camloom.inference.preprocess import Letterbox

CardMaker = Callable[..., ModelCard]
Outputs = dict[str, npt.NDArray[np.float32]]

PRIORS = (16 * 8 + 8 * 4 + 4 * 2) * 2  # two on every cell of a canvas of 128 x 64
BOX = (20.0, 9.0, 47.0, 50.0)  # px of the canvas
BOX_IN_SOURCE = [40.0, 18.0, 94.0, 100.0]
POINTS = [(25.0, 20.0), (40.0, 20.0), (33.0, 30.0), (27.0, 40.0), (39.0, 41.0)]
POINTS_IN_SOURCE = [[2 * x, 2 * y] for x, y in POINTS]
PLATE: dict[str, Any] = {"landmarks": 4, "keypoint_order": [2, 3, 0, 1]}


def silent_outputs(landmarks: int = 5) -> Outputs:
    scores = np.zeros((1, PRIORS, 2), np.float32)
    scores[0, :, 0] = 1
    return {
        "loc": np.zeros((1, PRIORS, 4), np.float32),
        "conf": scores,
        "landms": np.zeros((1, PRIORS, 2 * landmarks), np.float32),
    }


def put(card: ModelCard, outputs: Outputs, prior: int, *, score: float, points: list[tuple[float, float]]) -> None:
    """Let a prior claim BOX and points, coded with the variances 0.1 and 0.2."""
    x, y, w, h = generate_priors(card.input, Options.model_validate(card.options))[prior].astype(np.float64)
    center, size = np.add(BOX[:2], BOX[2:]) / 2, np.subtract(BOX[2:], BOX[:2])
    outputs["loc"][0, prior] = [*((center - (x, y)) / (w, h) / 0.1), *(np.log(size / (w, h)) / 0.2)]
    outputs["landms"][0, prior] = ((np.array(points) - (x, y)) / (w, h) / 0.1).ravel()
    outputs["conf"][0, prior] = [1 - score, score]


def test_the_priors_are_squares_in_the_middle_of_their_cells(make_card: CardMaker) -> None:
    priors = generate_priors(make_card("retinaface").input, Options())
    assert priors.shape == (PRIORS, 4)
    assert priors[:3].tolist() == [[4, 4, 16, 16], [4, 4, 32, 32], [12, 4, 16, 16]]
    assert priors[16 * 2].tolist() == [4, 12, 16, 16]
    assert priors[-1].tolist() == [112, 48, 512, 512]


@pytest.mark.parametrize("prior", [0, 77, 270, 335])
def test_a_face_coded_against_any_prior_comes_back_with_its_points(
    make_card: CardMaker, doubled: Letterbox, prior: int
) -> None:
    card, outputs = make_card("retinaface", class_names=("face",)), silent_outputs()
    put(card, outputs, prior, score=0.8, points=POINTS)
    found = RetinaFace(card).decode(outputs, doubled, 0.5)
    np.testing.assert_allclose(found.xyxy, [BOX_IN_SOURCE], atol=0.02)
    assert found.keypoints is not None
    np.testing.assert_allclose(found.keypoints[0, :, :2], POINTS_IN_SOURCE, atol=0.02)
    assert found.confidence.tolist() == pytest.approx([0.8])
    assert found.name_of(0) == "face"


def test_the_corners_of_a_plate_come_in_the_order_that_the_card_asks_for(
    make_card: CardMaker, doubled: Letterbox
) -> None:
    card, outputs = make_card("retinaface", PLATE, ("plate",)), silent_outputs(4)
    bottom_right, bottom_left, top_left, top_right = (47.0, 50.0), (20.0, 48.0), (21.0, 9.0), (46.0, 11.0)
    put(card, outputs, 100, score=0.9, points=[bottom_right, bottom_left, top_left, top_right])
    found = RetinaFace(card).decode(outputs, doubled, 0.5)
    assert found.keypoints is not None
    clockwise = [[2 * x, 2 * y] for x, y in (top_left, top_right, bottom_right, bottom_left)]
    np.testing.assert_allclose(found.keypoints[0, :, :2], clockwise, atol=0.02)
    assert found.name_of(0) == "plate"


def test_scores_before_the_softmax_are_turned_into_shares(make_card: CardMaker, doubled: Letterbox) -> None:
    card, outputs = make_card("retinaface", {"logits": True}, ("face",)), silent_outputs()
    put(card, outputs, 100, score=0.9, points=POINTS)
    outputs["conf"][0] = [3.0, -3.0]
    outputs["conf"][0, 100] = [1.0, 1.0 + np.log(4.0)]
    found = RetinaFace(card).decode(outputs, doubled, 0.5)
    assert found.confidence.tolist() == pytest.approx([0.8])


def test_priors_on_one_face_give_one_detection(make_card: CardMaker, doubled: Letterbox) -> None:
    card, outputs = make_card("retinaface", class_names=("face",)), silent_outputs()
    put(card, outputs, 100, score=0.6, points=POINTS)
    put(card, outputs, 101, score=0.7, points=POINTS)
    assert RetinaFace(card).decode(outputs, doubled, 0.5).confidence.tolist() == pytest.approx([0.7])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("output", "poison"), [("loc", np.nan), ("loc", 1e6), ("conf", np.nan)])
@pytest.mark.parametrize("logits", [False, True])
def test_a_poisoned_face_is_dropped_and_the_rest_stays(
    make_card: CardMaker, doubled: Letterbox, output: str, poison: float, logits: bool
) -> None:
    card, outputs = make_card("retinaface", {"logits": logits}, ("face",)), silent_outputs()
    for prior in (40, 100):
        put(card, outputs, prior, score=0.9, points=POINTS)
    outputs[output][0, 40, -1] = poison
    outputs["landms"][0, 40] = np.inf
    outputs["conf"][0, 3] = np.inf if logits else np.nan
    found = RetinaFace(card).decode(outputs, doubled, 0.55)
    assert found.xyxy.tolist() == [pytest.approx(BOX_IN_SOURCE, abs=0.02)]


def test_other_priors_and_other_landmarks_are_refused(make_card: CardMaker) -> None:
    family = RetinaFace(make_card("retinaface", class_names=("face",)))
    family.check({"loc": (1, PRIORS, 4), "conf": (1, PRIORS, 2), "landms": (1, PRIORS, 10)})
    with pytest.raises(ModelError, match=f"landmark output of size {PRIORS}x10"):
        family.check({"loc": (1, PRIORS, 4), "conf": (1, PRIORS, 2), "landms": (1, PRIORS, 8)})
    with pytest.raises(ModelError, match=f"box output of size {PRIORS}x4"):
        family.check({"loc": (1, 16800, 4), "conf": (1, 16800, 2), "landms": (1, 16800, 10)})


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"landmarks": 4}, "keypoint_order"),
        ({"keypoint_order": [-1, 0]}, "keypoint_order"),
        ({"min_sizes": [[16, 32]]}, "min_sizes"),
        ({"min_sizes": [[], [64], [256]]}, "min_sizes"),
    ],
)
def test_options_that_contradict_each_other_are_refused(
    make_card: CardMaker, options: dict[str, Any], named: str
) -> None:
    with pytest.raises(ModelError, match=named):
        RetinaFace(make_card("retinaface", options, ("face",)))
