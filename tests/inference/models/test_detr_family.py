"""DETR: queries as logits, as one table, and after a model's own post-processing."""

from collections.abc import Callable
from math import log

import numpy as np
import numpy.typing as npt
import pytest

from camloom.errors import ModelError
from camloom.inference.card import ModelCard
from camloom.inference.models.detr import Detr
from camloom.inference.preprocess import Letterbox

CardMaker = Callable[..., ModelCard]
Outputs = dict[str, npt.NDArray[np.generic]]

QUERIES = 20
BOX = [20.0, 9.0, 47.0, 50.0]  # px of the canvas
CXCYWH = [33.5 / 128, 29.5 / 64, 27 / 128, 41 / 64]
BOX_IN_SOURCE = [40.0, 18.0, 94.0, 100.0]
ELSEWHERE = [0.8, 0.5, 0.1, 0.2]


def logit(probability: float) -> float:
    return log(probability / (1 - probability))


def queries_of(columns: int = 3) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    boxes = np.tile(np.asarray(ELSEWHERE, np.float32), (1, QUERIES, 1))
    return np.full((1, QUERIES, columns), -9, np.float32), boxes


def test_a_query_is_a_detection_and_its_score_a_sigmoid(make_card: CardMaker, doubled: Letterbox) -> None:
    logits, boxes = queries_of()
    boxes[0, 7] = CXCYWH
    logits[0, 7] = [logit(0.2), logit(0.8), logit(0.6)]
    found = Detr(make_card("detr")).decode({"logits": logits, "pred_boxes": boxes}, doubled, 0.5)
    np.testing.assert_allclose(found.xyxy, [BOX_IN_SOURCE], atol=0.01)
    assert found.confidence.tolist() == pytest.approx([0.8])
    assert found.name_of(0) == "car"


def test_queries_on_one_place_all_stay(make_card: CardMaker, doubled: Letterbox) -> None:
    logits, boxes = queries_of()
    logits[0, 3:5, 0] = logit(0.9)
    assert len(Detr(make_card("detr")).decode({"logits": logits, "pred_boxes": boxes}, doubled, 0.5)) == 2


def test_a_softmax_has_a_last_column_for_no_object(make_card: CardMaker, doubled: Letterbox) -> None:
    logits, boxes = queries_of(columns=4)
    logits[0, :, 3] = 9
    boxes[0, 7] = CXCYWH
    logits[0, 7] = np.log([0.1, 0.1, 0.7, 0.1])
    family = Detr(make_card("detr", {"scores": "softmax"}))
    found = family.decode({"logits": logits, "pred_boxes": boxes}, doubled, 0.5)
    np.testing.assert_allclose(found.xyxy, [BOX_IN_SOURCE], atol=0.01)
    assert found.confidence.tolist() == pytest.approx([0.7])
    assert found.name_of(0) == "dog"


def test_with_four_classes_the_name_tells_the_boxes(make_card: CardMaker, doubled: Letterbox) -> None:
    logits, boxes = queries_of(columns=4)
    boxes[0, 7] = CXCYWH
    logits[0, 7, 3] = logit(0.8)
    family = Detr(make_card("detr", class_names=("a", "b", "c", "d")))
    found = family.decode({"logits": logits, "pred_boxes": boxes}, doubled, 0.5)
    np.testing.assert_allclose(found.xyxy, [BOX_IN_SOURCE], atol=0.01)
    assert found.name_of(0) == "d"


def test_one_table_holds_boxes_and_probabilities(make_card: CardMaker, doubled: Letterbox) -> None:
    table = np.zeros((1, QUERIES, 7), np.float32)
    table[0, :, :4] = ELSEWHERE
    table[0, 7] = [*CXCYWH, 0.1, 0.8, 0.2]
    found = Detr(make_card("detr")).decode({"output0": table}, doubled, 0.5)
    np.testing.assert_allclose(found.xyxy, [BOX_IN_SOURCE], atol=0.01)
    assert found.confidence.tolist() == pytest.approx([0.8])


@pytest.mark.parametrize("shares", [False, True])
def test_a_model_may_finish_its_detections_itself(make_card: CardMaker, doubled: Letterbox, shares: bool) -> None:
    boxes = np.tile(np.asarray([60, 30, 70, 40], np.float32), (1, QUERIES, 1))
    labels, scores = np.zeros((1, QUERIES), np.int64), np.full((1, QUERIES), 0.01, np.float32)
    boxes[0, 0], labels[0, 0], scores[0, 0] = BOX, 1, 0.8
    if shares:
        boxes /= np.asarray([128, 64, 128, 64], np.float32)
    outputs: Outputs = {"labels": labels, "boxes": boxes, "scores": scores}
    found = Detr(make_card("detr")).decode(outputs, doubled, 0.5)
    np.testing.assert_allclose(found.xyxy, [BOX_IN_SOURCE], atol=0.01)
    assert found.confidence.tolist() == pytest.approx([0.8])
    assert found.name_of(0) == "car"


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("scores", ["sigmoid", "softmax"])
def test_poisoned_queries_are_dropped_and_the_rest_stays(make_card: CardMaker, doubled: Letterbox, scores: str) -> None:
    logits, boxes = queries_of(columns=4 if scores == "softmax" else 3)
    logits[0, :, -1] = 9 if scores == "softmax" else -9
    for query in (0, 1, 2, 3, 7):
        boxes[0, query] = CXCYWH
        logits[0, query] = [9, *[-9] * (logits.shape[2] - 1)]
    logits[0, 0] = np.nan
    boxes[0, 1, 0] = np.nan
    boxes[0, 2, 2] = 3e38
    boxes[0, 3, 3] = np.inf
    found = Detr(make_card("detr", {"scores": scores})).decode({"logits": logits, "boxes": boxes}, doubled, 0.5)
    assert found.xyxy.tolist() == [pytest.approx(BOX_IN_SOURCE, abs=0.01)]


def test_no_frame_has_more_than_300_detections(make_card: CardMaker, doubled: Letterbox) -> None:
    boxes = np.tile(np.asarray(ELSEWHERE, np.float32), (1, 900, 1))
    logits = np.full((1, 900, 3), 9, np.float32)
    assert len(Detr(make_card("detr")).decode({"logits": logits, "boxes": boxes}, doubled, 0.5)) == 300


def test_all_layouts_are_accepted_and_others_refused(make_card: CardMaker) -> None:
    family = Detr(make_card("detr"))
    family.check({"logits": (1, 300, 3), "pred_boxes": (1, 300, 4)})
    family.check({"logits": (-1, 300, 3), "pred_boxes": (-1, 300, 4)})
    family.check({"output0": (1, 300, 7)})
    family.check({"labels": (-1, 300), "boxes": (-1, 300, 4), "scores": (-1, 300)})
    with pytest.raises(ModelError, match="class output of size Nx3"):
        family.check({"logits": (1, 300, 80), "pred_boxes": (1, 300, 4)})
    with pytest.raises(ModelError, match="DETR output of size Nx7"):
        family.check({"output0": (1, 84, 8400)})
