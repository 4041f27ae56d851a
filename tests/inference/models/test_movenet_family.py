from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from camloom.detections import Detections
from camloom.errors import ModelError
from camloom.inference.card import ModelCard
from camloom.inference.models.movenet import MoveNet
from camloom.inference.preprocess import Letterbox

CardMaker = Callable[..., ModelCard]
Table = npt.NDArray[np.float32]

LEFT_ANKLE, RIGHT_ANKLE = 15, 16


def person(score: float = 0.9) -> Table:
    """Return 17 points y, x, score: nose at the top, ankles at the bottom, 0.2 to 0.4 across and 0.25 to 0.75 down."""
    y = np.linspace(0.25, 0.75, 17)
    x = np.where(np.arange(17) % 2, 0.4, 0.2)
    return np.column_stack((y, x, np.full(17, score))).astype(np.float32)


def row_of(points: Table, box: tuple[float, float, float, float], score: float) -> Table:
    """Return what the model for many people says of one: its points, ymin, xmin, ymax, xmax, score."""
    return np.concatenate((points.ravel(), np.array([*box, score], np.float32)))


def decode(card: ModelCard, table: Table, letterbox: Letterbox, min_confidence: float = 0.3) -> Detections:
    family = MoveNet(card)
    family.check({"output_0": table.shape})
    return family.decode({"output_0": table}, letterbox, min_confidence)


@pytest.fixture
def card(make_card: CardMaker) -> ModelCard:
    return make_card("movenet", {"margin": 0.0}, ("person",))


def test_one_person_has_a_box_around_the_points_and_the_points_in_source_px(
    card: ModelCard, doubled: Letterbox
) -> None:
    found = decode(card, person()[None, None], doubled)
    assert found.xyxy.tolist() == [pytest.approx([0.2 * 256, 0.25 * 128, 0.4 * 256, 0.75 * 128])]
    assert found.confidence.tolist() == pytest.approx([0.9])
    assert found.keypoints is not None
    assert found.keypoints[0, 0].tolist() == pytest.approx([51.2, 32.0, 0.9])
    assert found.keypoints[0, 16].tolist() == pytest.approx([51.2, 96.0, 0.9])
    assert found.name_of(0) == "person"


def test_points_that_are_not_seen_do_not_widen_the_box_but_are_kept(card: ModelCard, doubled: Letterbox) -> None:
    points = person()
    points[LEFT_ANKLE] = [1.0, 1.0, 0.1]
    points[RIGHT_ANKLE] = [1.0, 0.0, 0.1]
    found = decode(card, points[None, None], doubled)
    assert found.xyxy[0].tolist() == pytest.approx([51.2, 32.0, 102.4, float(points[14, 0]) * 128])
    assert found.confidence.tolist() == pytest.approx([0.9])
    assert found.keypoints is not None
    assert found.keypoints[0, RIGHT_ANKLE].tolist() == pytest.approx([0.0, 128.0, 0.1])


def test_the_margin_widens_the_box_on_every_side_but_not_beyond_the_frame(
    make_card: CardMaker, doubled: Letterbox
) -> None:
    found = decode(make_card("movenet", {"margin": 0.5}, ("person",)), person()[None, None], doubled)
    assert found.xyxy[0].tolist() == pytest.approx([0.1 * 256, 0.0, 0.5 * 256, 128.0])


@pytest.mark.parametrize(("seen", "expected"), [(6, 1), (5, 0)])
def test_a_few_points_are_no_person(make_card: CardMaker, doubled: Letterbox, seen: int, expected: int) -> None:
    points = person()
    points[seen:, 2] = 0.1
    card = make_card("movenet", {"min_keypoints": 6}, ("person",))
    assert len(decode(card, points[None, None], doubled)) == expected


def test_an_empty_scene_has_no_person(card: ModelCard, doubled: Letterbox) -> None:
    found = decode(card, person(score=0.05)[None, None], doubled)
    assert len(found) == 0
    assert found.keypoints is not None
    assert found.keypoints.shape == (0, 17, 3)


def test_the_model_for_many_people_gives_a_row_each(card: ModelCard, doubled: Letterbox) -> None:
    table = np.zeros((1, 6, 56), np.float32)
    table[0, 0] = row_of(person(), (0.1, 0.2, 0.8, 0.4), 0.6)
    table[0, 1] = row_of(person() + np.array([0, 0.5, 0], np.float32), (0.1, 0.7, 0.8, 0.9), 0.8)
    found = decode(card, table, doubled)
    np.testing.assert_allclose(found.xyxy, [[179.2, 12.8, 230.4, 102.4], [51.2, 12.8, 102.4, 102.4]], rtol=1e-5)
    assert found.confidence.tolist() == pytest.approx([0.8, 0.6])
    assert found.keypoints is not None
    np.testing.assert_allclose(found.keypoints[:, 0, 0], [179.2, 51.2], rtol=1e-5)


def test_one_person_found_twice_is_one_detection(card: ModelCard, doubled: Letterbox) -> None:
    table = np.zeros((1, 6, 56), np.float32)
    table[0, :2] = row_of(person(), (0.1, 0.2, 0.8, 0.4), 0.6)
    assert len(decode(card, table, doubled)) == 1


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("poison", [np.nan, np.inf, 3e38])
def test_a_poisoned_person_is_dropped_and_the_rest_stays(card: ModelCard, doubled: Letterbox, poison: float) -> None:
    table = np.zeros((1, 6, 56), np.float32)
    table[0, 0] = row_of(person(), (0.1, 0.2, 0.8, 0.4), 0.6)
    table[0, 1] = row_of(person(), (0.1, 0.7, 0.8, 0.9), 0.8)
    table[0, 1, 51:55] = poison
    assert decode(card, table, doubled).confidence.tolist() == pytest.approx([0.6])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("poison", [np.nan, np.inf, 3e38])
@pytest.mark.parametrize("value", [0, 1, 2])
def test_a_poisoned_point_is_not_seen_and_the_person_stays(
    card: ModelCard, doubled: Letterbox, value: int, poison: float
) -> None:
    points = person()
    points[RIGHT_ANKLE, value] = poison
    found = decode(card, points[None, None], doubled)
    assert found.xyxy[0].tolist() == pytest.approx([51.2, 32.0, 102.4, float(points[15, 0]) * 128])
    assert found.keypoints is not None
    assert found.keypoints[0, RIGHT_ANKLE].tolist() == [0, 0, 0]


def test_other_numbers_of_points_and_impossible_options_are_refused(make_card: CardMaker) -> None:
    family = MoveNet(make_card("movenet", class_names=("person",)))
    family.check({"output_0": (1, -1, 56)})
    with pytest.raises(ModelError, match="keypoint"):
        family.check({"output_0": (1, 1, 33, 3)})
    wrong: dict[str, Any] = {"keypoint_confidence": 2}
    with pytest.raises(ModelError, match="keypoint_confidence"):
        MoveNet(make_card("movenet", wrong, ("person",)))
