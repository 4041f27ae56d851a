from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from camloom.errors import ModelError
from camloom.inference.card import ModelCard
from camloom.inference.models.scrfd import Scrfd
from camloom.inference.preprocess import Letterbox

CardMaker = Callable[..., ModelCard]
Outputs = dict[str, npt.NDArray[np.float32]]

LEVELS = {8: (16, 8), 16: (8, 4), 32: (4, 2)}  # columns and rows of cells on a canvas of 128 x 64
ANCHORS = 2
COLUMNS = {"score": 1, "bbox": 4, "kps": 10}
BOX = (20.0, 9.0, 47.0, 50.0)  # px of the canvas
BOX_IN_SOURCE = [40.0, 18.0, 94.0, 100.0]
POINTS = [(25.0, 20.0), (40.0, 20.0), (33.0, 30.0), (27.0, 40.0), (39.0, 41.0)]
POINTS_IN_SOURCE = [[2 * x, 2 * y] for x, y in POINTS]


def silent_outputs() -> Outputs:
    return {
        f"{kind}_{stride}": np.zeros((w * h * ANCHORS, count), np.float32)
        for kind, count in COLUMNS.items()
        for stride, (w, h) in LEVELS.items()
    }


def put(outputs: Outputs, *, stride: int, score: float, anchor: int = 0, column: int = 1) -> int:
    """Let an anchor of a cell in the second line claim BOX and its points; return its row."""
    center = np.array([column * stride, stride], np.float64)
    row = (LEVELS[stride][0] + column) * ANCHORS + anchor
    outputs[f"score_{stride}"][row] = score
    outputs[f"bbox_{stride}"][row] = np.concatenate((center - BOX[:2], np.array(BOX[2:]) - center)) / stride
    outputs[f"kps_{stride}"][row] = ((np.array(POINTS) - center) / stride).ravel()
    return row


def as_maps(outputs: Outputs) -> Outputs:
    """Return what an exporter writes that leaves the maps of the heads as they are."""
    maps = {}
    for name, table in outputs.items():
        kind, stride = name.split("_")
        width, height = LEVELS[int(stride)]
        values = table.reshape(height, width, ANCHORS * COLUMNS[kind])
        maps[name] = values.transpose(2, 0, 1)[None]
    return maps


@pytest.fixture
def family(make_card: CardMaker) -> Scrfd:
    return Scrfd(make_card("scrfd", class_names=("face",)))


@pytest.mark.parametrize("anchor", [0, 1])
@pytest.mark.parametrize("stride", [8, 16, 32])
@pytest.mark.parametrize("exported", [dict, as_maps])
def test_a_face_put_into_any_anchor_comes_back_with_its_points(
    family: Scrfd, doubled: Letterbox, stride: int, anchor: int, exported: Callable[[Outputs], Outputs]
) -> None:
    outputs = silent_outputs()
    put(outputs, stride=stride, score=0.8, anchor=anchor)
    found = family.decode(exported(outputs), doubled, 0.5)
    np.testing.assert_allclose(found.xyxy, [BOX_IN_SOURCE], atol=0.01)
    assert found.keypoints is not None
    np.testing.assert_allclose(found.keypoints[0, :, :2], POINTS_IN_SOURCE, atol=0.01)
    assert found.confidence.tolist() == pytest.approx([0.8])
    assert found.keypoints[0, :, 2].tolist() == pytest.approx([0.8] * 5)


def test_a_model_without_points_finds_faces_without_points(family: Scrfd, doubled: Letterbox) -> None:
    outputs = silent_outputs()
    put(outputs, stride=16, score=0.8)
    bare = {name: tensor for name, tensor in outputs.items() if not name.startswith("kps")}
    family.check({name: tensor.shape for name, tensor in bare.items()})
    found = family.decode(bare, doubled, 0.5)
    np.testing.assert_allclose(found.xyxy, [BOX_IN_SOURCE], atol=0.01)
    assert found.keypoints is None


def test_one_face_claimed_by_both_anchors_is_one_detection(family: Scrfd, doubled: Letterbox) -> None:
    outputs = silent_outputs()
    put(outputs, stride=16, score=0.6, anchor=0)
    put(outputs, stride=16, score=0.7, anchor=1)
    assert family.decode(outputs, doubled, 0.5).confidence.tolist() == pytest.approx([0.7])
    assert len(family.decode(outputs, doubled, 0.71)) == 0


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("poison", [np.nan, np.inf, 1e30])
def test_a_poisoned_face_is_dropped_and_the_rest_stays(family: Scrfd, doubled: Letterbox, poison: float) -> None:
    outputs = silent_outputs()
    put(outputs, stride=16, score=0.8)
    row = put(outputs, stride=8, score=0.9)
    outputs["bbox_8"][row, 1] = poison
    outputs["kps_8"][row] = poison
    outputs["score_8"][0] = np.nan
    found = family.decode(outputs, doubled, 0.5)
    assert found.xyxy.tolist() == [pytest.approx(BOX_IN_SOURCE, abs=0.01)]


def test_other_grids_and_points_on_some_levels_alone_are_refused(make_card: CardMaker, family: Scrfd) -> None:
    shapes = {name: tensor.shape for name, tensor in silent_outputs().items()}
    family.check(shapes)
    family.check({name: tensor.shape for name, tensor in as_maps(silent_outputs()).items()})
    with pytest.raises(ModelError, match="stride 32 keypoint output of size 16x10"):
        family.check({name: shape for name, shape in shapes.items() if name != "kps_32"})
    one_anchor = Scrfd(make_card("scrfd", {"anchors": 1}, ("face",)))
    with pytest.raises(ModelError, match="stride 8 score output of size 128x1"):
        one_anchor.check(shapes)
