"""YOLOv5 tables: objectness times class, px or shares, masks."""

from collections.abc import Callable

import numpy as np
import pytest

from camloom.errors import ModelError
from camloom.geometry import FloatArray
from camloom.inference.card import ModelCard
from camloom.inference.models.grid import Grid
from camloom.inference.models.yolov5 import YoloV5
from camloom.inference.preprocess import Letterbox

CardMaker = Callable[..., ModelCard]

BOX = (20.0, 9.0, 47.0, 50.0)  # px of the canvas
BOX_IN_SOURCE = [40.0, 18.0, 94.0, 100.0]
ANCHORS = 3


def quiet_table(card: ModelCard, extra: int = 0) -> FloatArray:
    """Return (1, N, 5 + C + extra): three boxes for each cell of three grids, hardly sure of themselves."""
    grid = Grid.of(card.input, (8, 16, 32))
    table = np.zeros((1, ANCHORS * len(grid.xy), 5 + len(card.class_names) + extra), np.float32)
    table[0, :, :2] = np.repeat((grid.xy + 0.5) * grid.stride, ANCHORS, axis=0)
    table[0, :, 2:4] = np.repeat(grid.stride, ANCHORS, axis=0)
    table[0, :, 4] = 0.01
    return table


def put(
    table: FloatArray, row: int, box: tuple[float, float, float, float], objectness: float, classes: list[float]
) -> None:
    x1, y1, x2, y2 = box
    columns = [(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1, objectness, *classes]
    table[0, row, : len(columns)] = columns


@pytest.mark.parametrize("shares", [True, False])
def test_a_box_comes_back_from_px_and_from_shares(make_card: CardMaker, doubled: Letterbox, shares: bool) -> None:
    card = make_card("yolov5")
    table = quiet_table(card)
    put(table, 100, BOX, 0.9, [0.1, 0.8, 0.2])
    if shares:
        table[0, :, :4] /= np.asarray([128, 64, 128, 64], np.float32)
    found = YoloV5(card).decode({"output": table}, doubled, 0.3)
    np.testing.assert_allclose(found.xyxy, [BOX_IN_SOURCE], atol=0.01)
    assert found.confidence.tolist() == pytest.approx([0.72])
    assert found.name_of(0) == "car"


def test_the_threshold_holds_for_the_product_of_both_scores(make_card: CardMaker, doubled: Letterbox) -> None:
    card = make_card("yolov5")
    table = quiet_table(card)
    put(table, 100, BOX, 0.9, [0.5, 0.0, 0.0])
    assert len(YoloV5(card).decode({"output": table}, doubled, 0.44)) == 1
    assert len(YoloV5(card).decode({"output": table}, doubled, 0.46)) == 0


def test_anchors_on_one_object_are_one_detection(make_card: CardMaker, doubled: Letterbox) -> None:
    card = make_card("yolov5")
    table = quiet_table(card)
    put(table, 100, BOX, 0.9, [0.8, 0.0, 0.0])
    put(table, 101, (21.0, 9.0, 48.0, 50.0), 0.9, [0.9, 0.0, 0.0])
    assert YoloV5(card).decode({"output": table}, doubled, 0.3).confidence.tolist() == pytest.approx([0.81])


def test_a_mask_belongs_to_the_box_of_its_row(make_card: CardMaker, doubled: Letterbox) -> None:
    card = make_card("yolov5", {"mask_coefficients": 2}).model_copy(update={"task": "segmentation"})
    table = quiet_table(card, extra=2)
    put(table, 50, (96.0, 0.0, 104.0, 8.0), 0.9, [0.8, 0.0, 0.0, 0.0, 1.0])
    put(table, 100, (32.0, 16.0, 40.0, 24.0), 0.9, [0.9, 0.0, 0.0, 1.0, 0.0])
    put(table, 101, (32.0, 16.0, 40.0, 24.0), 0.9, [0.85, 0.0, 0.0, 0.0, 1.0])  # suppressed
    planes = np.stack((np.ones((16, 32)), -np.ones((16, 32)))).astype(np.float32)[None]
    found = YoloV5(card).decode({"output": table, "proto": planes}, doubled, 0.3)
    assert found.masks is not None
    assert found.masks[0, 4:6, 8:10].all()
    assert [int(mask.sum()) for mask in found.masks] == [4, 0]


@pytest.mark.filterwarnings("error")
def test_poisoned_rows_are_dropped_and_the_rest_stays(make_card: CardMaker, doubled: Letterbox) -> None:
    card = make_card("yolov5")
    table = quiet_table(card)
    put(table, 40, BOX, 0.9, [0.9, 0.0, 0.0])
    poisons = ((0, np.nan), (2, np.inf), (3, 3e38), (4, np.inf), (4, np.nan), (6, np.nan), (1, -np.inf))
    for row, (column, poison) in enumerate(poisons):
        put(table, row, (90.0, 5.0, 110.0, 30.0), 0.9, [0.8, 0.0, 0.0])
        table[0, row, column] = poison
    found = YoloV5(card).decode({"output": table}, doubled, 0.3)
    assert found.xyxy.tolist() == [pytest.approx(BOX_IN_SOURCE, abs=0.01)]


def test_tables_that_do_not_fit_the_card_are_refused(make_card: CardMaker) -> None:
    family = YoloV5(make_card("yolov5"))
    family.check({"output": (1, 504, 8)})
    family.check({"output": (1, 504, 8), "head": (1, 3, 8, 16, 8)})
    with pytest.raises(ModelError, match="YOLOv5 output of size Nx8"):
        family.check({"output": (1, 504, 85)})
    with pytest.raises(ModelError, match="left: none"):
        family.check({})
