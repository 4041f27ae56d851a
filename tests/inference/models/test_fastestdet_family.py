"""FastestDet's grid."""

from collections.abc import Callable
from math import atanh, log

import numpy as np
import pytest

from camloom.errors import ModelError
from camloom.geometry import FloatArray
from camloom.inference.card import ModelCard
from camloom.inference.models.fastestdet import FastestDet
from camloom.inference.preprocess import Letterbox

CardMaker = Callable[..., ModelCard]

WIDTH, HEIGHT = 8, 4  # cells of 16 px
BOX = (20.0, 9.0, 47.0, 50.0)  # px of the canvas
BOX_IN_SOURCE = [40.0, 18.0, 94.0, 100.0]


def silent_grid() -> FloatArray:
    return np.zeros((1, 5 + 3, HEIGHT, WIDTH), np.float32)


def put(grid: FloatArray, column: int, row: int, *, objectness: float, classes: tuple[float, float, float]) -> None:
    """Let a cell claim BOX, whose middle is at most one cell away from the cell's corner."""
    x, y = (BOX[0] + BOX[2]) / 2 / 128 * WIDTH, (BOX[1] + BOX[3]) / 2 / 64 * HEIGHT
    width, height = (BOX[2] - BOX[0]) / 128, (BOX[3] - BOX[1]) / 64
    size = [log(share / (1 - share)) for share in (width, height)]
    grid[0, :, row, column] = [objectness, atanh(x - column), atanh(y - row), *size, *classes]


@pytest.mark.parametrize(("column", "row"), [(2, 1), (3, 2), (2, 2)])
def test_a_box_claimed_by_a_cell_near_its_middle_comes_back(
    make_card: CardMaker, doubled: Letterbox, column: int, row: int
) -> None:
    grid = silent_grid()
    put(grid, column, row, objectness=0.9, classes=(0.1, 0.8, 0.2))
    found = FastestDet(make_card("fastestdet")).decode({"output": grid}, doubled, 0.3)
    np.testing.assert_allclose(found.xyxy, [BOX_IN_SOURCE], atol=0.02)
    assert found.confidence.tolist() == pytest.approx([0.9**0.6 * 0.8**0.4])
    assert found.name_of(0) == "car"


def test_the_threshold_holds_for_the_weighted_product(make_card: CardMaker, doubled: Letterbox) -> None:
    grid = silent_grid()
    put(grid, 2, 1, objectness=0.5, classes=(1.0, 0.0, 0.0))
    confidence = 0.5**0.6
    family = FastestDet(make_card("fastestdet"))
    assert len(family.decode({"output": grid}, doubled, confidence - 0.001)) == 1
    assert len(family.decode({"output": grid}, doubled, confidence + 0.001)) == 0


def test_cells_on_one_object_are_one_detection(make_card: CardMaker, doubled: Letterbox) -> None:
    grid = silent_grid()
    put(grid, 2, 1, objectness=0.9, classes=(0.9, 0.0, 0.0))
    put(grid, 2, 2, objectness=0.8, classes=(0.8, 0.0, 0.0))
    found = FastestDet(make_card("fastestdet")).decode({"output": grid}, doubled, 0.3)
    assert found.confidence.tolist() == pytest.approx([0.9])


@pytest.mark.filterwarnings("error")
def test_poisoned_cells_are_dropped_and_the_rest_stays(make_card: CardMaker, doubled: Letterbox) -> None:
    grid = silent_grid()
    put(grid, 2, 1, objectness=0.9, classes=(0.9, 0.0, 0.0))
    poisons = ((0, np.nan), (0, np.inf), (1, np.nan), (3, np.nan), (5, np.nan), (5, -1.0), (6, np.inf))
    for column, (plane, poison) in enumerate(poisons):
        grid[0, :, 3, column] = grid[0, :, 1, 2]
        grid[0, plane, 3, column] = poison
    found = FastestDet(make_card("fastestdet")).decode({"output": grid}, doubled, 0.3)
    assert found.xyxy.tolist() == [pytest.approx(BOX_IN_SOURCE, abs=0.02)]


def test_a_grid_of_other_classes_and_unknown_options_are_refused(make_card: CardMaker) -> None:
    family = FastestDet(make_card("fastestdet"))
    family.check({"output": (1, 8, HEIGHT, WIDTH)})
    with pytest.raises(ModelError, match=r"FastestDet output of size 8xNxN .*output 1x85x22x22"):
        family.check({"output": (1, 85, 22, 22)})
    with pytest.raises(ModelError, match=r"options\.stride: unknown key"):
        FastestDet(make_card("fastestdet", {"stride": 16}))
