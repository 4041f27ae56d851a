"""Texts read off tables and rows whose answer is known."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from camloom.errors import ModelError
from camloom.geometry import FloatArray
from camloom.inference.base import Reading
from camloom.inference.card import InputSpec, ModelCard
from camloom.inference.models.plate_text import PlateText
from camloom.inference.preprocess import Letterbox

ALPHABET = "沪A17"
BLANK = len(ALPHABET)
WHOLE = Letterbox(94, 24, 0, 0, 94, 24, 94, 24, 0)


def plate_text(**options: Any) -> PlateText:
    card = ModelCard(
        name="tested",
        task="text",
        family="plate_text",
        input=InputSpec(width=94, height=24, fit="stretch"),
        options={"alphabet": ALPHABET, "min_length": 1, **options},
        licence="Apache-2.0",
        files={"any": "none.onnx"},
    )
    return PlateText(card)


def table(path: list[int], sure: float = 0.9) -> FloatArray:
    """Return (steps, classes) probabilities whose best path is this one."""
    rest = (1 - sure) / BLANK
    scores = np.full((len(path), BLANK + 1), rest, np.float32)
    scores[np.arange(len(path)), path] = sure
    return scores


def said(reading: Reading) -> tuple[str, float]:
    (one,) = reading.attributes
    assert (one.name, one.model) == ("plate", "tested")
    return one.value, one.confidence


def test_repeats_are_joined_and_blanks_dropped() -> None:
    path = [BLANK, 0, 0, BLANK, 1, 3, 3, BLANK, 3, BLANK]
    text, confidence = said(plate_text().read({"out": table(path)[None]}, WHOLE))
    assert text == "沪A77"
    assert confidence == pytest.approx(0.9)


def test_a_repeat_without_a_blank_between_is_one_character() -> None:
    assert said(plate_text().read({"out": table([1, 2, 2])[None]}, WHOLE))[0] == "A1"


@pytest.mark.parametrize(
    "turn",
    [
        lambda t: t[None],  # (1, steps, classes)
        lambda t: t.T[None],  # (1, classes, steps)
        lambda t: t[:, None],  # (steps, 1, classes)
        lambda t: np.log(t)[None],
        lambda t: np.log(t).T[None],
    ],
)
def test_every_layout_reads_the_same(turn: Any) -> None:
    outputs = {"out": turn(table([0, BLANK, 1, 2, 3, BLANK]))}
    model = plate_text()
    model.check({name: tensor.shape for name, tensor in outputs.items()})
    text, confidence = said(model.read(outputs, WHOLE))
    assert text == "沪A17"
    assert confidence == pytest.approx(0.9, abs=1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.int64])
@pytest.mark.parametrize("shape", [(1, 8), (1, 8, 1, 1), (8,)])
def test_a_finished_row_ends_where_the_model_says(dtype: type, shape: tuple[int, ...]) -> None:
    row: npt.NDArray[Any] = np.array([0, 1, 2, 2, 3, -1, 0, 0], dtype).reshape(shape)
    model = plate_text()
    model.check({"row": shape})
    assert said(model.read({"row": row}, WHOLE)) == ("沪A117", 1.0)


def test_characters_may_be_words() -> None:
    model = plate_text(alphabet=["<Shanghai>", "A", "7"])
    assert said(model.read({"row": np.array([[0, 1, 2, -1]])}, WHOLE))[0] == "<Shanghai>A7"


def test_the_blank_may_come_first() -> None:
    scores = table([0, 1, 0, 2])
    assert said(plate_text(blank=0).read({"out": scores[None]}, WHOLE))[0] == "沪A"


def test_the_least_sure_character_counts() -> None:
    scores = np.concatenate((table([0], 0.9), table([1], 0.6)))
    assert said(plate_text().read({"out": scores[None]}, WHOLE))[1] == pytest.approx(0.6)


@pytest.mark.parametrize(
    "outputs",
    [
        {"out": table([BLANK] * 7)[None]},
        {"out": table([0, 1], 0.3)[None]},
        {"out": np.full((1, 5, BLANK + 1), math.nan, np.float32)},
        {"row": np.array([[-1, 0, 1]])},
        {"row": np.array([[math.nan, 1.0]], np.float32)},
        {"row": np.array([[99, 1]])},
    ],
)
def test_what_cannot_be_a_plate_is_not_said(outputs: dict[str, Any]) -> None:
    assert plate_text().read(outputs, WHOLE) == Reading()


def test_short_texts_are_not_said() -> None:
    assert plate_text(min_length=4).read({"row": np.array([[0, 1, 2, -1]])}, WHOLE) == Reading()


def test_a_row_of_any_length_is_bounded() -> None:
    text, _ = said(plate_text().read({"row": np.ones((1, 1_000_000), np.int32)}, WHOLE))
    assert len(text) <= 1024


@pytest.mark.parametrize("shapes", [{}, {"boxes": (1, 100, 7)}])
def test_outputs_of_something_else_are_refused(shapes: dict[str, tuple[int, ...]]) -> None:
    with pytest.raises(ModelError, match="does not fit its card 'tested'"):
        plate_text().check(shapes)


@pytest.mark.parametrize("options", [{"alphabet": "A"}, {"blank": 9}, {"alphabet": 3}, {"min_length": 0}])
def test_cards_that_make_no_sense_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ModelError, match="options"):
        plate_text(**options)
