from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from camloom.errors import ModelError
from camloom.inference.card import ModelCard
from camloom.inference.models.rfb import Rfb
from camloom.inference.preprocess import Letterbox

CardMaker = Callable[..., ModelCard]
Outputs = dict[str, npt.NDArray[np.float32]]

PRIORS = 16 * 8 * 3 + 8 * 4 * 2 + 4 * 2 * 2 + 2 * 1 * 3  # of a canvas of 128 x 64
SHARES = [0.25, 0.125, 0.5, 0.75]  # x1, y1, x2, y2 of the canvas
BOX_IN_SOURCE = [64.0, 16.0, 128.0, 96.0]


def outputs_with(scores: dict[int, float], boxes: dict[int, list[float]] | None = None) -> Outputs:
    tensors = {"scores": np.zeros((1, PRIORS, 2), np.float32), "boxes": np.zeros((1, PRIORS, 4), np.float32)}
    tensors["scores"][0, :, 0] = 1
    for row, score in scores.items():
        tensors["scores"][0, row] = [1 - score, score]
        tensors["boxes"][0, row] = (boxes or {}).get(row, SHARES)
    return tensors


@pytest.fixture
def family(make_card: CardMaker) -> Rfb:
    return Rfb(make_card("rfb", class_names=("face",)))


def test_a_row_becomes_a_face_in_source_px(family: Rfb, doubled: Letterbox) -> None:
    found = family.decode(outputs_with({7: 0.8, 9: 0.2}), doubled, 0.5)
    assert found.xyxy.tolist() == [BOX_IN_SOURCE]
    assert (found.name_of(0), found.confidence.tolist()) == ("face", pytest.approx([0.8]))
    assert found.keypoints is None


def test_rows_on_one_face_give_one_detection_and_others_their_own(family: Rfb, doubled: Letterbox) -> None:
    found = family.decode(outputs_with({7: 0.8, 8: 0.9, 9: 0.7}, {9: [0.6, 0.1, 0.8, 0.4]}), doubled, 0.5)
    assert found.confidence.tolist() == pytest.approx([0.9, 0.7])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("poison", [np.nan, np.inf, 1e30])
def test_poisoned_rows_are_dropped_and_the_rest_stays(family: Rfb, doubled: Letterbox, poison: float) -> None:
    outputs = outputs_with({7: 0.8, 8: 0.9, 9: np.nan}, {8: [0.1, 0.1, poison, 0.5]})
    assert family.decode(outputs, doubled, 0.5).xyxy.tolist() == [BOX_IN_SOURCE]


def test_the_published_model_fits_and_other_sizes_are_refused(make_card: CardMaker) -> None:
    family = Rfb(make_card("rfb", class_names=("face",), size=(320, 240)))
    family.check({"scores": (1, 4420, 2), "boxes": (1, 4420, 4)})
    with pytest.raises(ModelError, match="box output of size 4420x4"):
        family.check({"scores": (1, 17640, 2), "boxes": (1, 17640, 4)})
    with pytest.raises(ModelError, match="anchors"):
        Rfb(make_card("rfb", {"strides": [8, 16]}, ("face",)))
