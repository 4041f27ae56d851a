from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from camloom.errors import ModelError
from camloom.inference.card import ModelCard
from camloom.inference.models.yunet import YuNet
from camloom.inference.preprocess import Letterbox

CardMaker = Callable[..., ModelCard]
Outputs = dict[str, npt.NDArray[np.float32]]

LEVELS = {8: (16, 8), 16: (8, 4), 32: (4, 2)}  # columns and rows of cells on a canvas of 128 x 64
BOX = (20.0, 9.0, 47.0, 50.0)  # px of the canvas
BOX_IN_SOURCE = [40.0, 18.0, 94.0, 100.0]
POINTS = [(25.0, 20.0), (40.0, 20.0), (33.0, 30.0), (27.0, 40.0), (39.0, 41.0)]
POINTS_IN_SOURCE = [[2 * x, 2 * y] for x, y in POINTS]


def silent_outputs() -> Outputs:
    columns = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}
    return {
        f"{kind}_{stride}": np.zeros((1, w * h, count), np.float32)
        for kind, count in columns.items()
        for stride, (w, h) in LEVELS.items()
    }


def put(outputs: Outputs, *, stride: int, cls: float, obj: float, shift: float = 0.0) -> int:
    """Let the cell under the middle of BOX claim it and its points; return its row."""
    x, y = (BOX[0] + BOX[2]) / 2 / stride, (BOX[1] + BOX[3]) / 2 / stride
    column, line = int(x + shift / stride), int(y)
    row = line * LEVELS[stride][0] + column
    outputs[f"cls_{stride}"][0, row] = cls
    outputs[f"obj_{stride}"][0, row] = obj
    size = np.log([(BOX[2] - BOX[0]) / stride, (BOX[3] - BOX[1]) / stride])
    outputs[f"bbox_{stride}"][0, row] = [x + shift / stride - column, y - line, *size]
    flat = [[(px + shift) / stride - column, py / stride - line] for px, py in POINTS]
    outputs[f"kps_{stride}"][0, row] = np.ravel(flat)
    return row


@pytest.fixture
def family(make_card: CardMaker) -> YuNet:
    return YuNet(make_card("yunet", class_names=("face",)))


@pytest.mark.parametrize("stride", [8, 16, 32])
def test_a_face_put_into_any_level_comes_back_with_its_points(family: YuNet, doubled: Letterbox, stride: int) -> None:
    outputs = silent_outputs()
    put(outputs, stride=stride, cls=0.9, obj=0.4)
    found = family.decode(outputs, doubled, 0.5)
    np.testing.assert_allclose(found.xyxy, [BOX_IN_SOURCE], atol=0.01)
    assert found.keypoints is not None
    np.testing.assert_allclose(found.keypoints[0, :, :2], POINTS_IN_SOURCE, atol=0.01)
    assert found.confidence.tolist() == pytest.approx([0.6])
    assert found.keypoints[0, :, 2].tolist() == pytest.approx([0.6] * 5)
    assert found.name_of(0) == "face"


def test_the_threshold_holds_for_the_geometric_mean_of_both_scores(family: YuNet, doubled: Letterbox) -> None:
    outputs = silent_outputs()
    put(outputs, stride=16, cls=1.5, obj=0.25)  # a score above 1 counts as 1
    assert len(family.decode(outputs, doubled, 0.49)) == 1
    assert len(family.decode(outputs, doubled, 0.51)) == 0


def test_one_face_claimed_by_two_levels_is_one_detection_with_the_points_of_the_better(
    family: YuNet, doubled: Letterbox
) -> None:
    outputs = silent_outputs()
    put(outputs, stride=8, cls=0.7, obj=0.7)
    row = put(outputs, stride=16, cls=0.9, obj=0.9)
    outputs["kps_16"][0, row, 0] += 1 / 16
    found = family.decode(outputs, doubled, 0.3)
    assert found.confidence.tolist() == pytest.approx([0.9])
    assert found.keypoints is not None
    assert found.keypoints[0, 0, 0] == pytest.approx(POINTS_IN_SOURCE[0][0] + 2)


def test_points_are_not_moved_onto_the_frame_when_they_lie_outside(family: YuNet) -> None:
    outputs = silent_outputs()
    put(outputs, stride=16, cls=0.9, obj=0.9)
    left_cut = Letterbox(128, 64, 30, 0, 98, 64, 98, 64, 114)
    found = family.decode(outputs, left_cut, 0.3)
    assert found.keypoints is not None
    assert found.xyxy[0].tolist() == pytest.approx([0.0, 9.0, 17.0, 50.0], abs=0.01)
    assert found.keypoints[0, 0, :2].tolist() == pytest.approx([-5.0, 20.0], abs=0.01)


def test_no_face_is_an_empty_table_of_points(family: YuNet, doubled: Letterbox) -> None:
    found = family.decode(silent_outputs(), doubled, 0.3)
    assert len(found) == 0
    assert found.keypoints is not None
    assert found.keypoints.shape == (0, 5, 3)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("poison", [np.nan, np.inf, 200.0])
def test_a_poisoned_face_is_dropped_and_the_rest_stays(family: YuNet, doubled: Letterbox, poison: float) -> None:
    outputs = silent_outputs()
    put(outputs, stride=16, cls=0.9, obj=0.9)
    row = put(outputs, stride=8, cls=0.9, obj=0.9, shift=60.0)
    outputs["bbox_8"][0, row, 3] = poison
    outputs["cls_8"][0, 0] = np.nan
    found = family.decode(outputs, doubled, 0.3)
    assert found.xyxy.tolist() == [pytest.approx(BOX_IN_SOURCE, abs=0.01)]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("poison", [np.nan, np.inf, 1e30])
def test_a_poisoned_point_is_unknown_and_its_face_stays(family: YuNet, doubled: Letterbox, poison: float) -> None:
    outputs = silent_outputs()
    row = put(outputs, stride=16, cls=0.9, obj=0.9)
    outputs["kps_16"][0, row, 4] = poison  # x of the nose
    found = family.decode(outputs, doubled, 0.3)
    assert found.keypoints is not None
    assert found.keypoints[0, 2].tolist() == [0, 0, 0]
    np.testing.assert_allclose(found.keypoints[0, [0, 1, 3, 4], 2], 0.9)


def test_outputs_of_another_size_or_without_points_are_refused(family: YuNet) -> None:
    shapes = {name: tensor.shape for name, tensor in silent_outputs().items()}
    family.check(shapes)
    family.check({name: (1, -1, shape[2]) for name, shape in shapes.items()})
    with pytest.raises(ModelError, match="stride 8 keypoint output of size 128x10"):
        family.check({name: shape for name, shape in shapes.items() if name != "kps_8"})
    with pytest.raises(ModelError, match="does not fit its card 'tested'"):
        family.check({name: (1, shape[1] * 4, shape[2]) for name, shape in shapes.items()})
