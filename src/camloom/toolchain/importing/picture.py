"""Colour order, mean and std of the input: what the file says, else the habit of the family."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from camloom.phrases import Phrase
from camloom.toolchain.importing.describe import is_channels_last
from camloom.toolchain.importing.description import Format, ModelDescription
from camloom.toolchain.importing.habits import CAFFE, ONE, ULTRALYTICS, ZERO, Habit, Triple, habit_of
from camloom.toolchain.importing.known import KnownModel
from camloom.toolchain.importing.paddle_ocr import habit_of_part
from camloom.toolchain.importing.view import AS_SAID, PUBLISHED, Certainty, Match

_Field = TypeVar("_Field")
_METADATA = Phrase("the metadata of the file", "metadata")
_BYTES = Phrase("its input takes bytes", "input-bytes")
_TYPE = Phrase("the type of its input", "input-type")
_ULTRALYTICS_FAMILIES = frozenset({"yolov5", "yolov8", "yolo_end2end"})
_ANY_SIZE_FAMILIES = frozenset({"yunet", "scrfd", "yolox", "yolov8", "yolov5"})
_HABITS_OF_FORMATS: Mapping[Format, Habit] = {
    "caffe": CAFFE,
    "darknet": replace(habit_of("yolov3"), certainty="sure"),
}
_FAMILIES_OF_PADDLE_OCR = frozenset({"plate_text", "classifier", "segmentation"})
_TELLING_SIDES = (112, 112)  # of aligned faces


@dataclass(frozen=True, slots=True)
class Said:
    """A value with its reason."""

    value: Any
    certainty: Certainty
    why: str


@dataclass(frozen=True, slots=True)
class InputGuess:
    """How the picture goes in."""

    habit: Habit
    colour: Said
    mean: Said
    std: Said
    dtype: Said
    layout: Said
    multiple_of: int | None = None

    def fields(self, make: Callable[..., _Field]) -> Iterator[_Field]:
        """Yield a field of the guess for each value."""
        for name, said in (("layout", self.layout), ("dtype", self.dtype)):
            yield make(name, said.value, said.certainty, said.why)
        for name, said in (("colour", self.colour), ("mean", self.mean), ("std", self.std)):
            yield make(name, said.value, said.certainty, said.why, f"--{name}")
        fitted = f"{self.habit.fit} {self.habit.pad}" if self.habit.fit == "letterbox" else self.habit.fit
        yield make("fit", fitted, "likely", self.habit.why)

    def card_fields(self) -> dict[str, Any]:
        """Return the fields of a card's input but its size."""
        return {
            "layout": self.layout.value,
            "dtype": self.dtype.value,
            "colour": self.colour.value,
            "mean": self.mean.value,
            "std": self.std.value,
            "fit": self.habit.fit,
            "pad": self.habit.pad,
            "pad_value": self.habit.pad_value,
            "multiple_of": self.multiple_of,
        }


def guess_input(
    description: ModelDescription,
    match: Match,
    entry: KnownModel | None,
    answers: tuple[str, Triple | None, Triple | None],
    fit: Literal["", "letterbox", "stretch"] = "",
) -> InputGuess:
    """Guess how the picture goes in.

    Args:
        description: of the file.
        match: its family.
        entry: what its publisher documents.
        answers: colour, mean and std as a person said them.
        fit: likewise; no file says whether its model was trained on stretched pictures.
    """
    habit = _habit(description, match)
    colour = Said(habit.colour, habit.certainty, habit.why)
    mean, std = Said(habit.mean, habit.certainty, habit.why), Said(habit.std, habit.certainty, habit.why)
    if entry and entry.input:
        why = PUBLISHED
        colour, mean, std = (
            Said(tuple(value) if isinstance(value, list) else value, "likely", why)
            for value in (entry.input["colour"], entry.input["mean"], entry.input["std"])
        )
    colour, mean, std = _from_metadata(description, colour, mean, std)
    colour, mean, std = (
        Said(answer, "sure", AS_SAID) if answer else said
        for answer, said in zip(answers, (colour, mean, std), strict=True)
    )
    habit = replace(habit, fit=fit) if fit else habit
    picture = description.picture
    known_layout = picture is not None and len(picture.shape) == 4 and (picture.shape[1] == 3 or picture.shape[3] == 3)
    known_layout = known_layout or _is_grey(description)
    layout_name = "NHWC" if is_channels_last(description) else "NCHW"
    layout = Said(layout_name, "sure" if known_layout else "likely", Phrase("where its channels stand", "channels"))
    return InputGuess(habit, colour, mean, std, _dtype(description), layout, _multiple_of(description, match))


def _habit(description: ModelDescription, match: Match) -> Habit:
    if match.family in _ULTRALYTICS_FAMILIES and description.metadata.publisher == "ultralytics":
        return ULTRALYTICS
    of_paddle = habit_of_part(description) if match.family in _FAMILIES_OF_PADDLE_OCR else None
    habit = of_paddle or _HABITS_OF_FORMATS.get(description.format) or habit_of(match.family)
    picture = description.picture
    if match.family == "embedder" and picture is not None:
        return _embedder_habit(habit, picture.shape)
    if match.family == "tf_od" and picture is not None and picture.dtype == "f32":
        return replace(habit, mean=(127.5, 127.5, 127.5), std=(127.5, 127.5, 127.5), certainty="guess")
    return habit


def _embedder_habit(habit: Habit, shape: tuple[int, ...]) -> Habit:
    sides = [size for size in shape[1:] if size != 3]
    if tuple(sides) == _TELLING_SIDES:
        face = (127.5, 127.5, 127.5)
        return replace(
            habit, mean=face, std=face, why=Phrase("as ArcFace has it", "habit", who="ArcFace"), certainty="likely"
        )
    if len(sides) == 2 and sides[0] == 2 * sides[1]:
        return replace(habit, why=Phrase("as torchreid has it for people", "habit", who="torchreid"), certainty="guess")
    return habit


def _from_metadata(description: ModelDescription, colour: Said, mean: Said, std: Said) -> tuple[Said, Said, Said]:
    noted = description.metadata
    if _is_grey(description):
        colour = Said("BGR", "sure", Phrase("its input is grey, which is made of all three", "grey-input"))
    elif noted.colour:
        colour = Said(noted.colour, "sure", noted.source or _METADATA)
    elif noted.publisher == "intel":
        colour = Said("BGR", "likely", Phrase("models for OpenVINO take what OpenCV reads", "opencv-order"))
    if noted.mean and noted.std:
        why = noted.source or _METADATA
        return colour, Said(noted.mean, "sure", why), Said(noted.std, "sure", why)
    if noted.has_normalisation:
        why = Phrase("mean and scale are in the graph already", "in-graph")
        return colour, Said(ZERO, "likely", why), Said(ONE, "likely", why)
    if noted.publisher == "intel":
        why = Phrase("the converter was given none", "converter-none")
        return colour, Said(ZERO, "likely", why), Said(ONE, "likely", why)
    picture = description.picture
    if picture is not None and picture.dtype == "u8" and not picture.quantised:
        return colour, Said(ZERO, "sure", _BYTES), Said(ONE, "sure", _BYTES)
    return colour, mean, std


def _is_grey(description: ModelDescription) -> bool:
    picture = description.picture
    return description.format in _HABITS_OF_FORMATS and picture is not None and picture.shape[1:2] == (1,)


def _dtype(description: ModelDescription) -> Said:
    picture = description.picture
    if picture is not None and picture.dtype == "u8" and not picture.quantised:
        return Said("u8", "sure", _TYPE)
    quantised = picture is not None and picture.quantised
    return Said("f32", "sure", Phrase("its runtime quantises", "runtime-quantises") if quantised else _TYPE)


def _multiple_of(description: ModelDescription, match: Match) -> int | None:
    """Return 32 for detectors on grids whose input takes any size: no work for padding."""
    picture = description.picture
    is_open = picture is not None and len(picture.shape) == 4 and all(size == -1 for size in picture.shape[2:])
    return 32 if is_open and match.family in _ANY_SIZE_FAMILIES else None
