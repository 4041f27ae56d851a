"""CenterNet's table of peaks."""

from collections.abc import Callable

import numpy as np
import pytest

from camloom.errors import ModelError
from camloom.geometry import FloatArray
from camloom.inference.card import ModelCard
from camloom.inference.models.centernet import CenterNet
from camloom.inference.preprocess import Letterbox

CardMaker = Callable[..., ModelCard]

BOX = [20.0, 9.0, 47.0, 50.0]  # px of the canvas
BOX_IN_SOURCE = [40.0, 18.0, 94.0, 100.0]


def table_of(*rows: list[float]) -> FloatArray:
    table = np.zeros((1, 100, 6), np.float32)
    table[0, :, :4] = [60, 30, 70, 40]  # peaks of the noise lie anywhere
    table[0, : len(rows)] = rows
    return table


def test_a_peak_is_a_detection(make_card: CardMaker, doubled: Letterbox) -> None:
    table = table_of([*BOX, 0.9, 1.0], [*BOX, 0.2, 0.0])
    found = CenterNet(make_card("centernet")).decode({"detections": table}, doubled, 0.5)
    assert found.xyxy.tolist() == [BOX_IN_SOURCE]
    assert (found.name_of(0), found.confidence.tolist()) == ("car", pytest.approx([0.9]))


def test_two_peaks_on_one_object_are_one_detection(make_card: CardMaker, doubled: Letterbox) -> None:
    table = table_of([*BOX, 0.9, 0.0], [21, 9, 48, 50, 0.8, 0.0], [*BOX, 0.7, 1.0])
    found = CenterNet(make_card("centernet")).decode({"detections": table}, doubled, 0.5)
    assert found.confidence.tolist() == pytest.approx([0.9, 0.7])


def test_boxes_may_be_shares_or_cells(make_card: CardMaker, doubled: Letterbox) -> None:
    shares = table_of([*BOX, 0.9, 0.0])
    shares[0, :, :4] /= [128, 64, 128, 64]
    found = CenterNet(make_card("centernet")).decode({"detections": shares}, doubled, 0.5)
    np.testing.assert_allclose(found.xyxy, [BOX_IN_SOURCE], atol=0.01)
    cells = table_of([*BOX, 0.9, 0.0])
    cells[0, :, :4] /= 4
    found = CenterNet(make_card("centernet", {"stride": 4})).decode({"detections": cells}, doubled, 0.5)
    np.testing.assert_allclose(found.xyxy, [BOX_IN_SOURCE], atol=0.01)


@pytest.mark.filterwarnings("error")
def test_poisoned_rows_are_dropped_and_the_rest_stays(make_card: CardMaker, doubled: Letterbox) -> None:
    nan, inf = float("nan"), float("inf")
    table = table_of(
        [*BOX, 0.9, nan],
        [*BOX, nan, 0.0],
        [*BOX, inf, 0.0],
        [nan, 0, 9, 9, 0.9, 0.0],
        [-3e38, 0, 3e38, 9, 0.9, 0.0],
        [*BOX, 0.9, 0.0],
    )
    found = CenterNet(make_card("centernet")).decode({"detections": table}, doubled, 0.5)
    assert found.xyxy.tolist() == [BOX_IN_SOURCE]


def test_another_table_is_refused(make_card: CardMaker) -> None:
    family = CenterNet(make_card("centernet"))
    family.check({"detections": (1, 100, 6)})
    with pytest.raises(ModelError, match="CenterNet output of size Nx6"):
        family.check({"heatmap": (1, 80, 128, 128)})
