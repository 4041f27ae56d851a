from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from camloom.errors import ModelError
from camloom.inference.card import ModelCard
from camloom.inference.models.yolox import Yolox
from camloom.inference.preprocess import Letterbox

CardMaker = Callable[..., ModelCard]

CELLS = 16 * 8 + 8 * 4 + 4 * 2
FIRST_CELL = {8: 0, 16: 128, 32: 160}
BOX = (20.0, 9.0, 47.0, 50.0)  # px of the canvas
BOX_IN_SOURCE = [40.0, 18.0, 94.0, 100.0]


def silent_table() -> npt.NDArray[np.float32]:
    return np.zeros((1, CELLS, 5 + 3), np.float32)


def put(
    table: npt.NDArray[np.float32],
    box: tuple[float, float, float, float],
    *,
    stride: int,
    objectness: float,
    classes: tuple[float, float, float],
) -> int:
    """Let the cell under the middle of a box claim it; return its row."""
    x, y = (box[0] + box[2]) / 2 / stride, (box[1] + box[3]) / 2 / stride
    row = FIRST_CELL[stride] + int(y) * (128 // stride) + int(x)
    size = np.log([(box[2] - box[0]) / stride, (box[3] - box[1]) / stride])
    table[0, row] = [x - int(x), y - int(y), *size, objectness, *classes]
    return row


@pytest.mark.parametrize("stride", [8, 16, 32])
def test_a_box_put_into_any_level_comes_back(make_card: CardMaker, doubled: Letterbox, stride: int) -> None:
    table = silent_table()
    put(table, BOX, stride=stride, objectness=0.9, classes=(0.1, 0.8, 0.2))
    found = Yolox(make_card("yolox")).decode({"output": table}, doubled, 0.3)
    np.testing.assert_allclose(found.xyxy, [BOX_IN_SOURCE], atol=0.01)
    assert found.confidence.tolist() == pytest.approx([0.72])
    assert found.name_of(0) == "car"


def test_the_threshold_holds_for_the_product_of_both_scores(make_card: CardMaker, doubled: Letterbox) -> None:
    table = silent_table()
    put(table, BOX, stride=16, objectness=0.9, classes=(0.5, 0.0, 0.0))
    family = Yolox(make_card("yolox"))
    assert len(family.decode({"output": table}, doubled, 0.44)) == 1
    assert len(family.decode({"output": table}, doubled, 0.46)) == 0


def test_one_object_claimed_by_two_levels_is_one_detection(make_card: CardMaker, doubled: Letterbox) -> None:
    table = silent_table()
    put(table, BOX, stride=8, objectness=0.9, classes=(0.8, 0.0, 0.0))
    put(table, BOX, stride=16, objectness=0.9, classes=(0.9, 0.0, 0.0))
    found = Yolox(make_card("yolox")).decode({"output": table}, doubled, 0.3)
    assert found.confidence.tolist() == pytest.approx([0.81])


def test_a_box_in_the_padding_is_dropped(make_card: CardMaker) -> None:
    table = silent_table()
    put(table, (4.0, 40.0, 20.0, 60.0), stride=8, objectness=0.9, classes=(0.9, 0.0, 0.0))
    top_half = Letterbox(128, 64, 0, 0, 128, 32, 256, 64, 114)
    assert len(Yolox(make_card("yolox")).decode({"output": table}, top_half, 0.3)) == 0


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("poison", [np.nan, np.inf, 200.0])
def test_poisoned_boxes_and_scores_are_dropped_and_the_rest_stays(
    make_card: CardMaker, doubled: Letterbox, poison: float
) -> None:
    table = silent_table()
    put(table, BOX, stride=16, objectness=0.9, classes=(0.9, 0.0, 0.0))
    row = put(table, (90.0, 5.0, 110.0, 30.0), stride=8, objectness=0.9, classes=(0.9, 0.0, 0.0))
    table[0, row, 2] = poison
    table[0, 0, 4] = np.nan
    table[0, 1] = [0, 0, 1, 1, np.inf, 1, 1, 1]
    found = Yolox(make_card("yolox")).decode({"output": table}, doubled, 0.3)
    assert found.xyxy.tolist() == [pytest.approx(BOX_IN_SOURCE, abs=0.01)]


def test_the_table_of_another_input_size_or_class_count_is_refused(make_card: CardMaker) -> None:
    family = Yolox(make_card("yolox"))
    family.check({"output": (1, CELLS, 8)})
    with pytest.raises(ModelError, match=rf"YOLOX output of size {CELLS}x8 .*output 1x3549x8"):
        family.check({"output": (1, 3549, 8)})
    with pytest.raises(ModelError, match="does not fit its card 'tested'"):
        family.check({"output": (1, CELLS, 85)})
    with pytest.raises(ModelError, match="left: none"):
        family.check({})
