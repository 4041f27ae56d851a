from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from camloom import plugins
from camloom.detections import Detections
from camloom.errors import ModelError
from camloom.geometry import BoolArray
from camloom.inference.card import ModelCard
from camloom.inference.models.segmentation import Segmentation
from camloom.inference.preprocess import Letterbox

CardMaker = Callable[..., ModelCard]
Numbers = npt.NDArray[np.int64]

PERSON, CAR, DOG = 1, 2, 3  # as the models number the classes of the card; 0 is the background


def scene() -> Numbers:
    """Return a map of 16 x 32 cells, 4 px of the canvas each: two people apart, and a car."""
    numbers = np.zeros((16, 32), np.int64)
    numbers[4:12, 2:5] = PERSON
    numbers[5:12, 10:14] = PERSON
    numbers[8:14, 20:30] = CAR
    return numbers


def as_logits(numbers: Numbers, channels: int = 4, gap: float = 8.0) -> npt.NDArray[np.float32]:
    """Return scores (1, C, h, w) by which each cell belongs to its class."""
    return np.where(np.arange(channels)[:, None, None] == numbers, gap, 0.0).astype(np.float32)[None]


def decode(
    card: ModelCard, output: npt.NDArray[np.generic], letterbox: Letterbox, min_confidence: float = 0.5
) -> Detections:
    family = Segmentation(card)
    family.check({"out": output.shape})
    return family.decode({"out": output}, letterbox, min_confidence)


def masks_of(found: Detections) -> BoolArray:
    assert found.masks is not None
    return found.masks


@pytest.fixture
def card(make_card: CardMaker) -> ModelCard:
    return make_card("segmentation")


@pytest.mark.parametrize(
    ("options", "output"),
    [
        ({}, as_logits(scene())),
        ({"output": "channels_last"}, as_logits(scene()).transpose(0, 2, 3, 1)),
        ({"output": "class_map"}, scene()[None]),
        ({"output": "class_map"}, scene()[None, None].astype(np.float32)),
        ({"scores": "probabilities"}, as_logits(scene(), gap=1.0)),
    ],
)
def test_every_connected_region_is_one_detection_with_its_mask(
    make_card: CardMaker, doubled: Letterbox, options: dict[str, Any], output: npt.NDArray[np.generic]
) -> None:
    found = decode(make_card("segmentation", options), output, doubled)
    assert [found.name_of(row) for row in range(len(found))] == ["car", "person", "person"]  # the largest first
    assert found.xyxy.tolist() == [[160, 64, 240, 112], [80, 40, 112, 96], [16, 32, 40, 96]]
    masks = masks_of(found)
    assert masks.shape == (3, 16, 32)
    assert masks.sum(axis=(1, 2)).tolist() == [60, 28, 24]
    assert (masks[0] == (scene() == CAR)).all()


def test_the_confidence_of_a_region_is_the_mean_probability_of_its_cells(card: ModelCard, doubled: Letterbox) -> None:
    output = as_logits(scene(), gap=2.0)
    found = decode(card, output, doubled, 0.3)
    softmax = np.exp(2.0) / (np.exp(2.0) + 3)
    assert found.confidence.tolist() == pytest.approx([softmax] * 3)
    output[0, CAR, 8:14, 20:25] = 5.0
    more = np.exp(5.0) / (np.exp(5.0) + 3)
    assert decode(card, output, doubled, 0.3).confidence[0] == pytest.approx((softmax + more) / 2)
    assert len(decode(card, output, doubled, 0.9)) == 0


def test_cells_that_touch_at_a_corner_hold_together(card: ModelCard, doubled: Letterbox) -> None:
    numbers = np.zeros((16, 32), np.int64)
    numbers[2:5, 2:5] = numbers[5:8, 5:8] = DOG
    assert len(decode(card, as_logits(numbers), doubled)) == 1


def test_regions_that_are_too_small_and_classes_that_are_ground_are_left_out(
    make_card: CardMaker, doubled: Letterbox
) -> None:
    few = make_card("segmentation", {"min_area": 25 / (16 * 32)})
    assert len(decode(few, as_logits(scene()), doubled)) == 2
    no_cars = make_card("segmentation", {"ignore": ["car"]})
    assert decode(no_cars, as_logits(scene()), doubled).class_id.tolist() == [0, 0]


def test_one_channel_says_where_the_only_class_is(make_card: CardMaker, doubled: Letterbox) -> None:
    card = make_card("segmentation", {"first_class": 0}, ("person",))
    logits = np.where(scene() == PERSON, 3.0, -3.0).astype(np.float32)[None, None]
    found = decode(card, logits, doubled)
    assert len(found) == 2
    assert found.confidence.tolist() == pytest.approx([1 / (1 + np.exp(-3.0))] * 2)
    shares = make_card("segmentation", {"first_class": 0, "scores": "probabilities"}, ("person",))
    assert len(decode(shares, (scene() == PERSON).astype(np.float32)[None, None], doubled)) == 2


def test_what_lies_in_the_padding_is_cut_off(card: ModelCard) -> None:
    numbers = scene()
    numbers[:4] = numbers[12:] = DOG  # above and below the picture
    middle = Letterbox(128, 64, 0, 16, 128, 32, 256, 64, 114)
    found = decode(card, as_logits(numbers), middle)
    assert sorted({found.name_of(row) for row in range(len(found))}) == ["car", "person"]
    assert masks_of(found).shape == (3, 8, 32)
    assert found.xyxy[0].tolist() == [160, 32, 240, 64]


def test_large_maps_are_thinned_so_that_masks_stay_small(card: ModelCard, doubled: Letterbox) -> None:
    numbers = np.kron(scene(), np.ones((40, 40), np.int64))  # 640 x 1280 cells
    found = decode(card, as_logits(numbers), doubled)
    assert masks_of(found).shape == (3, 160, 320)
    assert found.xyxy.tolist() == [[160, 64, 240, 112], [80, 40, 112, 96], [16, 32, 40, 96]]


def test_a_picture_of_specks_gives_a_bounded_number_of_regions(make_card: CardMaker, doubled: Letterbox) -> None:
    numbers = np.zeros((64, 128), np.int64)
    numbers[::2, ::2] = DOG
    found = decode(make_card("segmentation", {"min_area": 0.0}), as_logits(numbers), doubled)
    assert len(found) == 100


def test_nothing_found_is_an_empty_table_of_masks(card: ModelCard, doubled: Letterbox) -> None:
    found = decode(card, as_logits(np.zeros((16, 32), np.int64)), doubled)
    assert len(found) == 0
    assert masks_of(found).shape == (0, 16, 32)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("poison", [np.nan, np.inf, -np.inf])
def test_poisoned_cells_hold_nothing_and_the_rest_stays(
    make_card: CardMaker, card: ModelCard, doubled: Letterbox, poison: float
) -> None:
    output = as_logits(scene())
    output[0, :, 8:14, 20:30] = poison
    assert decode(card, output, doubled).class_id.tolist() == [0, 0]
    numbers = scene().astype(np.float32)
    numbers[8:14, 20:30] = poison
    class_map = make_card("segmentation", {"output": "class_map"})
    assert decode(class_map, numbers[None], doubled).class_id.tolist() == [0, 0]


def test_numbers_without_a_name_hold_nothing(make_card: CardMaker, doubled: Letterbox) -> None:
    numbers = scene()
    numbers[numbers == CAR] = 255
    found = decode(make_card("segmentation", {"output": "class_map"}), numbers[None].astype(np.uint8), doubled)
    assert found.class_id.tolist() == [0, 0]


def test_a_painted_picture_goes_through_a_real_network(make_card: CardMaker, tmp_path: Path) -> None:
    weights = np.array([[0, 0, 0], [0, 0, 0.1], [0, 0.1, 0], [0.1, 0, 0]], np.float32)  # red person, green car...
    picture = np.zeros((64, 128, 3), np.uint8)
    picture[8:40, 16:48, 2] = 250
    picture[30:60, 80:120, 1] = 200
    graph = helper.make_graph(
        [helper.make_node("Conv", ["image", "weights", "bias"], ["classes"])],
        "colours",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 64, 128])],
        [helper.make_tensor_value_info("classes", TensorProto.FLOAT, [1, 4, 64, 128])],
        [
            numpy_helper.from_array(weights[:, :, None, None], "weights"),
            numpy_helper.from_array(np.array([5, 0, 0, 0], np.float32), "bias"),
        ],
    )
    path = tmp_path / "colours.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), path)
    card = make_card("segmentation")
    compiled = plugins.load_available("runtimes", "onnxruntime")().compile(path, card, 1)
    family = Segmentation(card)
    family.check(compiled.output_shapes)
    letterbox = Letterbox.fit(card.input, 128, 64)
    found = family.decode(compiled.session().run(picture), letterbox, 0.5)
    assert [found.name_of(row) for row in range(len(found))] == ["car", "person"]
    assert found.xyxy.tolist() == [[80, 30, 120, 60], [16, 8, 48, 40]]


def test_other_numbers_of_channels_and_unknown_names_are_refused(make_card: CardMaker, card: ModelCard) -> None:
    Segmentation(card).check({"out": (1, 4, -1, -1)})
    with pytest.raises(ModelError, match="class map output of size 4xNxN"):
        Segmentation(card).check({"out": (1, 21, 65, 65)})
    with pytest.raises(ModelError, match=r"options\.ignore: no class is called sky"):
        Segmentation(make_card("segmentation", {"ignore": ["sky"]}))
