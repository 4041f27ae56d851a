from collections.abc import Callable
from math import ceil

import numpy as np
import numpy.typing as npt
import pytest

from camloom.errors import ModelError
from camloom.inference.card import ModelCard
from camloom.inference.models.nanodet import NanoDet
from camloom.inference.preprocess import Letterbox

CardMaker = Callable[..., ModelCard]

Outputs = dict[str, npt.NDArray[np.float32]]
BOX = (4.0, 3.0, 90.0, 60.0)  # px of the canvas
BOX_IN_SOURCE = [8.0, 6.0, 180.0, 120.0]


def two_bin_logits(distances: npt.NDArray[np.float64], bins: int) -> npt.NDArray[np.float32]:
    """Encode distances, in bins, as NanoDet is trained to: all weight on the two nearest bins."""
    below = np.clip(np.floor(distances).astype(int), 0, bins - 2)
    share = distances - below
    weight = np.full((*distances.shape, bins), 1e-9)
    np.put_along_axis(weight, below[..., None], (1 - share + 1e-9)[..., None], axis=-1)
    np.put_along_axis(weight, (below + 1)[..., None], (share + 1e-9)[..., None], axis=-1)
    return np.log(weight).astype(np.float32).reshape(*distances.shape[:-1], -1)


def silent_outputs(card: ModelCard, bins: int) -> Outputs:
    """Return what a model says that sees nothing; all scores first, then all distances."""
    cells = {s: ceil(card.input.width / s) * ceil(card.input.height / s) for s in (8, 16, 32)}
    scores = {f"cls_{s}": np.full((1, n, len(card.class_names)), 0.01, np.float32) for s, n in cells.items()}
    return scores | {f"reg_{s}": np.zeros((1, n, 4 * bins), np.float32) for s, n in cells.items()}


def put(
    outputs: Outputs,
    bins: int,
    box: tuple[float, float, float, float],
    *,
    stride: int,
    class_id: int,
    score: float,
    shift: int = 0,
) -> int:
    """Let the cell under the middle of a box (or `shift` cells right of it) claim it; return the cell."""
    column = int((box[0] + box[2]) / 2 // stride) + shift
    row = int((box[1] + box[3]) / 2 // stride)
    cell = row * (128 // stride) + column
    x, y = (column + 0.5) * stride, (row + 0.5) * stride
    sides = np.array([x - box[0], y - box[1], box[2] - x, box[3] - y]) / stride
    outputs[f"cls_{stride}"][0, cell, class_id] = score
    outputs[f"reg_{stride}"][0, cell] = two_bin_logits(sides, bins)
    return cell


@pytest.mark.parametrize("bins", [8, 11])
@pytest.mark.parametrize("stride", [8, 16, 32])
def test_a_box_put_into_any_level_comes_back(make_card: CardMaker, doubled: Letterbox, bins: int, stride: int) -> None:
    card = make_card("nanodet", {"bins": bins})
    outputs = silent_outputs(card, bins)
    put(outputs, bins, BOX, stride=stride, class_id=2, score=0.8)
    found = NanoDet(card).decode(outputs, doubled, 0.3)
    np.testing.assert_allclose(found.xyxy, [BOX_IN_SOURCE], atol=0.01)
    assert found.confidence.tolist() == pytest.approx([0.8])
    assert [found.name_of(0), len(found)] == ["dog", 1]


def test_outputs_are_found_by_their_shapes_whatever_they_are_called(make_card: CardMaker, doubled: Letterbox) -> None:
    card = make_card("nanodet", {"bins": 11})
    outputs = silent_outputs(card, 11)
    put(outputs, 11, BOX, stride=16, class_id=0, score=0.8)
    renamed = {f"Identity_{i}:0": value for i, value in enumerate(reversed(outputs.values()))}
    assert NanoDet(card).decode(renamed, doubled, 0.3).xyxy.tolist() == [pytest.approx(BOX_IN_SOURCE, abs=0.01)]


def test_scores_come_first_where_both_outputs_of_a_stride_have_one_shape(
    make_card: CardMaker, doubled: Letterbox
) -> None:
    card = make_card("nanodet", {"bins": 8}, class_names=tuple(f"c{i}" for i in range(32)))
    outputs = silent_outputs(card, 8)
    put(outputs, 8, BOX, stride=16, class_id=31, score=0.8)
    found = NanoDet(card).decode(outputs, doubled, 0.3)
    assert [found.name_of(row) for row in range(len(found))] == ["c31"]


def test_only_scores_at_or_above_the_threshold_count(make_card: CardMaker, doubled: Letterbox) -> None:
    card = make_card("nanodet")
    outputs = silent_outputs(card, 8)
    put(outputs, 8, BOX, stride=16, class_id=0, score=0.5)
    assert len(NanoDet(card).decode(outputs, doubled, 0.5)) == 1
    assert len(NanoDet(card).decode(outputs, doubled, 0.51)) == 0


def test_neighbouring_cells_with_the_same_object_give_one_detection(make_card: CardMaker, doubled: Letterbox) -> None:
    card = make_card("nanodet")
    outputs = silent_outputs(card, 8)
    put(outputs, 8, BOX, stride=8, class_id=0, score=0.6)
    put(outputs, 8, BOX, stride=8, class_id=0, score=0.9, shift=1)
    put(outputs, 8, BOX, stride=16, class_id=0, score=0.7)
    assert NanoDet(card).decode(outputs, doubled, 0.3).confidence.tolist() == pytest.approx([0.9])


def test_objects_of_two_classes_in_one_place_both_stay(make_card: CardMaker, doubled: Letterbox) -> None:
    card = make_card("nanodet")
    outputs = silent_outputs(card, 8)
    put(outputs, 8, BOX, stride=8, class_id=0, score=0.6)
    put(outputs, 8, BOX, stride=16, class_id=1, score=0.9)
    assert NanoDet(card).decode(outputs, doubled, 0.3).class_id.tolist() == [1, 0]


def test_one_cell_names_one_class_the_best(make_card: CardMaker, doubled: Letterbox) -> None:
    card = make_card("nanodet")
    outputs = silent_outputs(card, 8)
    cell = put(outputs, 8, BOX, stride=16, class_id=0, score=0.6)
    outputs["cls_16"][0, cell, 2] = 0.7
    found = NanoDet(card).decode(outputs, doubled, 0.3)
    assert (found.class_id.tolist(), found.confidence.tolist()) == ([2], pytest.approx([0.7]))


def test_nothing_found_is_an_empty_answer(make_card: CardMaker, doubled: Letterbox) -> None:
    card = make_card("nanodet")
    found = NanoDet(card).decode(silent_outputs(card, 8), doubled, 0.3)
    assert (found.xyxy.shape, found.class_names) == ((0, 4), card.class_names)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("poison", [np.nan, np.inf, -np.inf, 3e38])
def test_poisoned_values_are_dropped_and_the_rest_stays(
    make_card: CardMaker, doubled: Letterbox, poison: float
) -> None:
    card = make_card("nanodet")
    outputs = silent_outputs(card, 8)
    put(outputs, 8, BOX, stride=16, class_id=0, score=0.8)
    far = (95.0, 5.0, 115.0, 30.0)
    cell = put(outputs, 8, far, stride=8, class_id=0, score=0.8)
    outputs["reg_8"][0, cell, :8] = poison if not np.isfinite(poison) else [poison] + [-poison] * 7
    outputs["cls_8"][0, 3, :] = np.nan
    found = NanoDet(card).decode(outputs, doubled, 0.3)
    assert np.isfinite(found.xyxy).all()
    assert pytest.approx(BOX_IN_SOURCE, abs=0.01) in found.xyxy.tolist()


@pytest.mark.filterwarnings("error")
def test_a_model_that_screams_everywhere_costs_a_bounded_answer(make_card: CardMaker, doubled: Letterbox) -> None:
    card = make_card("nanodet", size=(128, 64))
    outputs = {name: np.full_like(value, 1e30) for name, value in silent_outputs(card, 8).items()}
    found = NanoDet(card).decode(outputs, doubled, 0.3)
    assert len(found) <= 300
    assert found.confidence.max(initial=0) <= 1


def test_the_detections_do_not_change_when_the_outputs_are_overwritten(
    make_card: CardMaker, doubled: Letterbox
) -> None:
    card = make_card("nanodet")
    outputs = silent_outputs(card, 8)
    put(outputs, 8, BOX, stride=16, class_id=0, score=0.8)
    found = NanoDet(card).decode(outputs, doubled, 0.3)
    for value in outputs.values():
        value.fill(0)
    assert found.confidence.tolist() == pytest.approx([0.8])
    assert found.xyxy.tolist() == [pytest.approx(BOX_IN_SOURCE, abs=0.01)]


def test_outputs_that_fit_are_accepted(make_card: CardMaker) -> None:
    card = make_card("nanodet")
    NanoDet(card).check({name: value.shape for name, value in silent_outputs(card, 8).items()})


def test_a_missing_stride_is_refused(make_card: CardMaker) -> None:
    card = make_card("nanodet")
    shapes = {name: value.shape for name, value in silent_outputs(card, 8).items() if name != "reg_32"}
    with pytest.raises(ModelError, match=r"'tested'.* stride 32 distance output of size 8x32"):
        NanoDet(card).check(shapes)


def test_another_number_of_classes_is_refused(make_card: CardMaker) -> None:
    shapes = {name: value.shape for name, value in silent_outputs(make_card("nanodet"), 8).items()}
    with pytest.raises(ModelError, match=r"stride 8 class output of size 128x2 .*cls_8 1x128x3"):
        NanoDet(make_card("nanodet", class_names=("person", "car"))).check(shapes)


def test_another_number_of_bins_is_refused(make_card: CardMaker) -> None:
    shapes = {name: value.shape for name, value in silent_outputs(make_card("nanodet"), 11).items()}
    with pytest.raises(ModelError, match="stride 8 distance output of size 128x32"):
        NanoDet(make_card("nanodet", {"bins": 8})).check(shapes)


def test_an_unknown_option_is_refused(make_card: CardMaker) -> None:
    with pytest.raises(ModelError, match=r"model card 'tested': options\.bin: unknown key"):
        NanoDet(make_card("nanodet", {"bin": 8}))
