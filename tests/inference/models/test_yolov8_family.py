"""YOLOv8 tables in all their shapes, with keypoints and masks."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from camloom.errors import ModelError
from camloom.geometry import FloatArray
from camloom.inference.card import ModelCard
from camloom.inference.models.grid import Grid
from camloom.inference.models.yolov8 import YoloV8
from camloom.inference.preprocess import Letterbox

CardMaker = Callable[..., ModelCard]

BOX = (20.0, 9.0, 47.0, 50.0)  # px of the canvas
BOX_IN_SOURCE = [40.0, 18.0, 94.0, 100.0]
CANVAS = np.asarray([128, 64, 128, 64], np.float32)
MASKS = 4


def quiet_table(card: ModelCard, extra: int = 0) -> FloatArray:
    """Return (N, columns): every cell claims itself, hardly sure of it."""
    grid = Grid.of(card.input, (8, 16, 32))
    table = np.zeros((len(grid.xy), 4 + len(card.class_names) + extra), np.float32)
    table[:, :2] = (grid.xy + 0.5) * grid.stride
    table[:, 2:4] = grid.stride
    table[:, 4 : 4 + len(card.class_names)] = 0.01
    return table


def put(table: FloatArray, row: int, box: tuple[float, float, float, float], scores: tuple[float, ...]) -> None:
    x1, y1, x2, y2 = box
    table[row, : 4 + len(scores)] = [(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1, *scores]


def outputs_of(table: FloatArray, *, columns: bool = True, shares: bool = False) -> dict[str, FloatArray]:
    table = table.copy()
    if shares:
        table[:, :4] /= CANVAS
    return {"output0": np.ascontiguousarray(table.T if columns else table)[None]}


@pytest.mark.parametrize("columns", [True, False])
@pytest.mark.parametrize("shares", [True, False])
def test_a_box_comes_back_from_every_layout_and_unit(
    make_card: CardMaker, doubled: Letterbox, columns: bool, shares: bool
) -> None:
    card = make_card("yolov8")
    table = quiet_table(card)
    put(table, 37, BOX, (0.1, 0.8, 0.2))
    found = YoloV8(card).decode(outputs_of(table, columns=columns, shares=shares), doubled, 0.3)
    np.testing.assert_allclose(found.xyxy, [BOX_IN_SOURCE], atol=0.01)
    assert found.confidence.tolist() == pytest.approx([0.8])
    assert found.name_of(0) == "car"
    assert found.keypoints is None
    assert found.masks is None


def test_a_single_box_in_the_corner_is_not_taken_for_shares(make_card: CardMaker, doubled: Letterbox) -> None:
    card = make_card("yolov8")
    table = quiet_table(card)
    put(table, 0, (0.0, 0.0, 1.5, 1.5), (0.9, 0.0, 0.0))
    found = YoloV8(card).decode(outputs_of(table), doubled, 0.3)
    np.testing.assert_allclose(found.xyxy, [[0, 0, 3, 3]], atol=0.01)


@pytest.mark.parametrize(("units", "expected"), [("px", [0, 0, 2, 2]), ("share", [0, 0, 256, 128])])
def test_the_card_may_name_the_units(
    make_card: CardMaker, doubled: Letterbox, units: str, expected: list[float]
) -> None:
    card = make_card("yolov8", {"units": units})
    table = quiet_table(card)
    put(table, 0, (0.0, 0.0, 1.0, 1.0), (0.9, 0.0, 0.0))
    found = YoloV8(card).decode(outputs_of(table), doubled, 0.3)
    np.testing.assert_allclose(found.xyxy, [expected], atol=0.01)


@pytest.mark.parametrize("columns", [True, False])
def test_a_cell_sure_of_two_classes_is_one_detection_of_the_surer(
    make_card: CardMaker, doubled: Letterbox, columns: bool
) -> None:
    card = make_card("yolov8")
    table = quiet_table(card)
    put(table, 5, BOX, (0.7, 0.2, 0.8))
    put(table, 100, (90.0, 10.0, 120.0, 50.0), (0.6, 0.5, 0.4))
    found = YoloV8(card).decode(outputs_of(table, columns=columns), doubled, 0.3)
    assert [found.name_of(row) for row in range(len(found))] == ["dog", "person"]
    assert found.confidence.tolist() == pytest.approx([0.8, 0.6])


def test_cells_on_one_object_are_one_detection(make_card: CardMaker, doubled: Letterbox) -> None:
    card = make_card("yolov8")
    table = quiet_table(card)
    put(table, 5, BOX, (0.7, 0.0, 0.0))
    put(table, 6, (21.0, 9.0, 48.0, 50.0), (0.9, 0.0, 0.0))
    found = YoloV8(card).decode(outputs_of(table), doubled, 0.3)
    assert found.confidence.tolist() == pytest.approx([0.9])


def test_nothing_sure_is_nothing_found(make_card: CardMaker, doubled: Letterbox) -> None:
    card = make_card("yolov8")
    assert len(YoloV8(card).decode(outputs_of(quiet_table(card)), doubled, 0.3)) == 0


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("columns", [True, False])
def test_poisoned_cells_are_dropped_and_the_rest_stays(make_card: CardMaker, doubled: Letterbox, columns: bool) -> None:
    card = make_card("yolov8")
    table = quiet_table(card)
    put(table, 40, BOX, (0.9, 0.0, 0.0))
    for row, column, poison in ((1, 0, np.nan), (2, 2, np.inf), (3, 3, 3e38), (4, 4, np.inf), (5, 5, np.nan)):
        put(table, row, (90.0, 5.0, 110.0, 30.0), (0.8, 0.0, 0.0))
        table[row, column] = poison
    table[5, 4] = np.nan
    found = YoloV8(card).decode(outputs_of(table, columns=columns), doubled, 0.3)
    assert found.xyxy.tolist() == [pytest.approx(BOX_IN_SOURCE, abs=0.01)]


def pose_card(make_card: CardMaker, options: dict[str, Any] | None = None) -> ModelCard:
    card = make_card("yolov8", options, class_names=("person",))
    return card.model_copy(update={"task": "pose", "keypoint_names": ("nose", "foot")})


@pytest.mark.parametrize("shares", [True, False])
def test_keypoints_follow_their_box_into_source_px(make_card: CardMaker, doubled: Letterbox, shares: bool) -> None:
    card = pose_card(make_card)
    table = quiet_table(card, extra=6)
    put(table, 3, (90.0, 5.0, 110.0, 30.0), (0.7,))
    put(table, 60, BOX, (0.9,))
    table[3, 5:] = [100, 6, 0.5, 101, 29, 0.25]
    table[60, 5:] = [30, 10, 0.75, 32, 49, 0.125]
    if shares:
        table[:, 5:] /= np.asarray([128, 64, 1] * 2, np.float32)
    found = YoloV8(card).decode(outputs_of(table, shares=shares), doubled, 0.3)
    assert found.keypoints is not None
    np.testing.assert_allclose(found.confidence, [0.9, 0.7])
    expected = [[[60, 20, 0.75], [64, 98, 0.125]], [[200, 12, 0.5], [202, 58, 0.25]]]
    np.testing.assert_allclose(found.keypoints, expected, atol=0.01)


def test_keypoints_keep_their_place_when_the_picture_is_letterboxed(make_card: CardMaker) -> None:
    card = pose_card(make_card)
    table = quiet_table(card, extra=6)
    put(table, 60, (40.0, 20.0, 80.0, 60.0), (0.9,))
    table[60, 5:] = [50, 30, 0.9, 10, 30, 0.9]
    shifted = Letterbox(128, 64, 32, 0, 64, 64, 640, 640, 114)
    found = YoloV8(card).decode(outputs_of(table), shifted, 0.3)
    assert found.keypoints is not None
    np.testing.assert_allclose(found.keypoints[0, :, :2], [[180, 300], [-220, 300]], atol=0.01)


def test_keypoints_without_confidence_are_sure(make_card: CardMaker, doubled: Letterbox) -> None:
    card = pose_card(make_card, {"keypoint_values": 2})
    table = quiet_table(card, extra=4)
    put(table, 60, BOX, (0.9,))
    table[60, 5:] = [30, 10, 32, 49]
    found = YoloV8(card).decode(outputs_of(table), doubled, 0.3)
    assert found.keypoints is not None
    assert found.keypoints.tolist() == [[[60, 20, 1], [64, 98, 1]]]


def test_where_nobody_is_there_is_an_empty_table_of_keypoints(make_card: CardMaker, doubled: Letterbox) -> None:
    card = pose_card(make_card)
    found = YoloV8(card).decode(outputs_of(quiet_table(card, extra=6)), doubled, 0.3)
    assert found.keypoints is not None
    assert found.keypoints.shape == (0, 2, 3)


@pytest.mark.filterwarnings("error")
def test_a_poisoned_keypoint_is_not_seen(make_card: CardMaker, doubled: Letterbox) -> None:
    card = pose_card(make_card)
    table = quiet_table(card, extra=6)
    put(table, 60, BOX, (0.9,))
    table[60, 5:] = [np.nan, 10, 0.9, 3e38, 49, 0.9]
    found = YoloV8(card).decode(outputs_of(table), doubled, 0.3)
    assert found.keypoints is not None
    assert found.keypoints.tolist() == [[[0, 0, 0], [0, 0, 0]]]
    table[60, 5:] = [30, 10, np.nan, 32, 49, 7.0]
    again = YoloV8(card).decode(outputs_of(table), doubled, 0.3).keypoints
    assert again is not None
    assert again.tolist() == [[[0, 0, 0], [64, 98, 1]]]


def test_a_pose_card_without_keypoint_names_is_refused(make_card: CardMaker) -> None:
    card = make_card("yolov8", class_names=("person",)).model_copy(update={"task": "pose"})
    with pytest.raises(ModelError, match="no keypoint_names"):
        YoloV8(card)


def mask_card(make_card: CardMaker) -> ModelCard:
    return make_card("yolov8", {"mask_coefficients": MASKS}).model_copy(update={"task": "segmentation"})


def left_and_top() -> npt.NDArray[np.float32]:
    """Return four prototypes of 16 x 32 cells of 4 px: left half, top half, everything, nothing of the canvas."""
    planes = np.full((MASKS, 16, 32), -1, np.float32)
    planes[0, :, :16] = 1
    planes[1, :8] = 1
    planes[2] = 1
    return planes


@pytest.mark.parametrize("channels_last", [False, True])
def test_a_mask_is_the_mix_of_prototypes_inside_its_box(
    make_card: CardMaker, doubled: Letterbox, channels_last: bool
) -> None:
    card = mask_card(make_card)
    table = quiet_table(card, extra=MASKS)
    put(table, 3, (40.0, 20.0, 88.0, 44.0), (0.9, 0.0, 0.0))
    table[3, 7:] = [1, 1, 0, 0]  # positive where it is both left and top, else 0 or less
    planes = left_and_top()
    prototypes = planes.transpose(1, 2, 0) if channels_last else planes
    outputs = {**outputs_of(table), "output1": prototypes[None]}
    found = YoloV8(card).decode(outputs, doubled, 0.3)
    assert found.masks is not None
    expected = np.zeros((1, 16, 32), bool)
    expected[0, 5:8, 10:16] = True
    assert found.masks.dtype == np.bool_
    np.testing.assert_array_equal(found.masks, expected)


def test_masks_lose_the_padding_and_follow_their_boxes(make_card: CardMaker) -> None:
    card = mask_card(make_card)
    table = quiet_table(card, extra=MASKS)
    put(table, 3, (32.0, 16.0, 64.0, 32.0), (0.7, 0.0, 0.0))
    put(table, 9, (72.0, 24.0, 80.0, 28.0), (0.9, 0.0, 0.0))
    put(table, 12, (2.0, 24.0, 20.0, 28.0), (0.8, 0.0, 0.0))  # lies in the padding
    table[[3, 9, 12], 9] = 1  # everything
    outputs = {**outputs_of(table), "output1": left_and_top()[None]}
    centred = Letterbox(128, 64, 32, 8, 64, 48, 640, 480, 114)
    found = YoloV8(card).decode(outputs, centred, 0.3)
    assert found.masks is not None
    assert found.confidence.tolist() == pytest.approx([0.9, 0.7])
    assert found.masks.shape == (2, 12, 16)  # the picture's 48 x 64 px in cells of 4 px
    assert np.argwhere(found.masks[0]).tolist() == [[4, 10], [4, 11]]
    assert found.masks[1, 2:6, :8].all()
    assert found.masks[1].sum() == 4 * 8


@pytest.mark.filterwarnings("error")
def test_poisoned_coefficients_and_prototypes_give_empty_masks(make_card: CardMaker, doubled: Letterbox) -> None:
    card = mask_card(make_card)
    table = quiet_table(card, extra=MASKS)
    put(table, 3, BOX, (0.9, 0.0, 0.0))
    put(table, 9, (72.0, 24.0, 80.0, 28.0), (0.8, 0.0, 0.0))
    table[3, 7:] = np.nan
    table[9, 7:] = 3e38
    planes = left_and_top()
    planes[:] = np.nan
    found = YoloV8(card).decode({**outputs_of(table), "output1": planes[None]}, doubled, 0.3)
    assert found.masks is not None
    assert not found.masks.any()


def test_tables_that_do_not_fit_the_card_are_refused(make_card: CardMaker) -> None:
    family = YoloV8(make_card("yolov8"))
    for shape in [(1, 7, 168), (1, 168, 7), (-1, 7, -1), (7, 8400)]:
        family.check({"output0": shape})
    with pytest.raises(ModelError, match=r"'tested'.* YOLOv8 .*output of size Nx7 .*output0 1x84x8400"):
        family.check({"output0": (1, 84, 8400)})


def test_prototypes_that_do_not_fit_the_card_are_refused(make_card: CardMaker) -> None:
    family = YoloV8(mask_card(make_card))
    family.check({"output0": (1, 11, 168), "output1": (1, MASKS, 16, 32)})
    family.check({"output0": (1, 11, 168), "output1": (1, 16, 32, MASKS)})
    with pytest.raises(ModelError, match="no mask prototype"):
        family.check({"output0": (1, 11, 168)})
    for height, width in ((16, 4096), (0, 0)):
        with pytest.raises(ModelError, match="does not go with its input"):
            family.check({"output0": (1, 11, 168), "output1": (1, MASKS, height, width)})
