"""From a description to a card: every field with a reason and how sure it is, and the questions that remain."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pydantic import ValidationError

from camloom.config import first_problem
from camloom.errors import UsageError
from camloom.inference.card import PICTURE_TASKS, ModelCard
from camloom.phrases import Phrase
from camloom.toolchain.importing import names
from camloom.toolchain.importing.describe import picture_size
from camloom.toolchain.importing.description import Format, ModelDescription
from camloom.toolchain.importing.habits import Triple
from camloom.toolchain.importing.known import KnownModel, find_known
from camloom.toolchain.importing.paddle_ocr import part_of, title_of
from camloom.toolchain.importing.picture import InputGuess, guess_input
from camloom.toolchain.importing.signatures import match_families
from camloom.toolchain.importing.view import AS_SAID, PUBLISHED, Certainty, Match, View

_RUNTIMES: Mapping[Format, tuple[str, ...]] = {
    "onnx": ("openvino", "onnxruntime"),
    "openvino": ("openvino",),
    "tflite": ("openvino", "litert"),
    "tensorflow": ("openvino",),
    "savedmodel": ("openvino",),
    "paddle": ("openvino",),
    "ncnn": ("ncnn",),
    "torchscript": ("torch",),
    "caffe": ("opencv",),
    "darknet": ("opencv",),
}
_MOST_LETTERS = 60
_NO_LICENCE = Phrase("the file does not say; give it with --licence", "not-said")
_NO_FAMILY = Phrase("no family has outputs of these sizes", "outputs-unread")
_CORNERS = 4  # of a plate
_USUAL_SIDE: Mapping[str, int] = {"fastestdet": 352, "scrfd": 640, "classifier": 224}  # where any size fits
_TASKS_OF_FAMILY: Mapping[str, str] = {
    "yunet": "faces", "scrfd": "faces", "retinaface": "faces", "blazeface": "faces", "rfb": "faces",
    "movenet": "pose", "segmentation": "segmentation", "classifier": "classification", "attributes": "attributes",
    "embedder": "embedding", "landmarks": "landmarks", "plate_text": "text",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person said; empty means nothing was said.

    Attributes:
        size: width, height in px.
        heads: values by attribute, for models with several outputs of choices.
        options: settings of the family, which win over all guesses.
    """

    name: str = ""
    family: str = ""
    class_names: tuple[str, ...] = ()
    size: tuple[int, int] | None = None
    colour: Literal["", "BGR", "RGB"] = ""
    fit: Literal["", "letterbox", "stretch"] = ""
    mean: Triple | None = None
    std: Triple | None = None
    licence: str = ""
    heads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldGuess:
    """One field of the card.

    Attributes:
        option: of the command line, to say it oneself; empty where nobody needs to.
    """

    name: str
    value: object
    certainty: Certainty
    why: str
    option: str = ""

    @property
    def is_question(self) -> bool:
        """Whether a person should say it."""
        return bool(self.option) and self.certainty in ("guess", "unknown")


@dataclass(frozen=True, slots=True)
class Guess:
    """A card and how sure it is.

    Attributes:
        card: None when not even the family is known.
        others: further families that fit, best first.
    """

    description: ModelDescription
    card: ModelCard | None
    fields: tuple[FieldGuess, ...]
    others: tuple[str, ...] = ()

    @property
    def questions(self) -> tuple[FieldGuess, ...]:
        """What a person should say."""
        return tuple(each for each in self.fields if each.is_question)


def guess_card(description: ModelDescription, answers: Answers | None = None) -> Guess:
    """Guess the card of a described model.

    Args:
        description: with the sizes of its outputs.
        answers: what a person said already.

    Raises:
        UsageError: an answer does not fit the model, or the model is of a kind that no family reads.
    """
    _need_colours(description)
    answers = answers or Answers()
    known = find_known(description)
    probed = answers.size or picture_size(description)[0]
    matches = match_families(View(description, probed))
    match = _chosen(matches, answers, known[0] if known else None)
    if match is None:
        return _without_family(description, _size(description, answers, "")[1])
    size, size_field = _size(description, answers, match.family)
    entry, entry_name = known if known and known[0].family in ("", match.family) else (None, "")
    pixels = guess_input(description, match, entry, (answers.colour, answers.mean, answers.std), answers.fit)
    labels = names.guess_names(description, match, entry, entry_name, answers.class_names, answers.heads)
    fields = (
        _family(match, answers),
        FieldGuess("task", _task(match, entry), match.certainty, Phrase("what the family is for", "family-task")),
        size_field,
        *pixels.fields(FieldGuess),
        *(FieldGuess(*each) for each in labels.fields),
        *_options_field(description, match, entry, answers),
        _licence(description, answers, entry),
    )
    document = _document(description, match, entry, answers, size, pixels, labels)
    others = tuple(dict.fromkeys(each.family for each in matches if each.family != match.family))
    return Guess(description, _validated(document), fields, others)


def _need_colours(description: ModelDescription) -> None:
    if _RUNTIMES.get(description.format) == ("opencv",):
        return  # that runtime makes grey of three channels
    picture = description.picture
    if picture is not None and len(picture.shape) == 4 and 1 in picture.shape[1::2] and 3 not in picture.shape[1::2]:
        name = description.path.name
        told = Phrase(f"{name} takes grey pictures of one channel, Camloom gives three", "grey", file=name)
        raise UsageError(told, "Export it with a first layer that takes three")


def _chosen(matches: list[Match], answers: Answers, known: KnownModel | None) -> Match | None:
    wanted = answers.family or (known.family if known else "")
    if not wanted:
        return matches[0] if matches else None
    fitting = next((match for match in matches if match.family == wanted), None)
    why = AS_SAID if answers.family else PUBLISHED
    if fitting and fitting.certainty == "guess":
        return replace(fitting, certainty="likely", why=why)
    return fitting or Match(wanted, why, "sure", _TASKS_OF_FAMILY.get(wanted, "detection"))  # type: ignore[arg-type]


def _without_family(description: ModelDescription, size: FieldGuess) -> Guess:
    task = description.metadata.task
    text = f"no family reads models of the task '{task}'"
    why = Phrase(text, "task-unread", task=task) if task == "obb" else _NO_FAMILY
    return Guess(description, None, (FieldGuess("family", "?", "unknown", why, "--family"), size))


def _size(description: ModelDescription, answers: Answers, family: str) -> tuple[tuple[int, int], FieldGuess]:
    found, why, is_said = picture_size(description)
    if answers.size:
        return answers.size, FieldGuess("size", _sides(answers.size), "sure", AS_SAID, "--size")
    # Some heads fit any size, others only that which was meant: it is a question where the file was cut loose.
    is_asked = description.format == "ncnn" or _TASKS_OF_FAMILY.get(family, "faces") not in PICTURE_TASKS
    is_asked = is_asked and part_of(description) != "cls"
    certainty: Certainty = "sure" if is_said else ("guess" if is_asked else "likely")
    if not is_said and family in _USUAL_SIDE and not description.has_open_line and not part_of(description):
        side = _USUAL_SIDE[family]
        found, why = (side, side), Phrase(f"usual of {family}; the input takes any size", "size-usual")
    return found, FieldGuess("size", _sides(found), certainty, why, "--size")


def _family(match: Match, answers: Answers) -> FieldGuess:
    certainty: Certainty = "sure" if answers.family else match.certainty
    return FieldGuess("family", match.family, certainty, _of_outputs(match.why), "--family")


def _of_outputs(why: str) -> Phrase:
    """Return what speaks for a family; the many ways to say how outputs look have one code."""
    return why if isinstance(why, Phrase) else Phrase(why, "outputs")


def _sides(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


def _task(match: Match, entry: KnownModel | None) -> str:
    return (entry.task if entry else "") or match.task


def _options_field(
    description: ModelDescription, match: Match, entry: KnownModel | None, answers: Answers
) -> tuple[FieldGuess, ...]:
    """Return the settings of the family as one row; lists of names have rows of their own."""
    documented = entry.options if entry else {}
    shown = {**match.options, **documented, **answers.options}
    short = {key: value for key, value in shown.items() if len(str(value)) <= _MOST_LETTERS}
    if not short:
        return ()
    certainty: Certainty = entry.certainty if entry and documented else match.certainty
    is_said = documented or "first_class" in answers.options or "background" in description.attributes
    if match.family == "detection_output" and not is_said:
        certainty = "guess"  # whether 0 is the background cannot be seen
    if match.options.get("landmarks") == _CORNERS and not documented and "min_sizes" not in answers.options:
        certainty = "guess"  # two trainers of such models have priors of different sizes
    text = ", ".join(f"{key}={value}" for key, value in short.items())
    return (FieldGuess("options", text, certainty, PUBLISHED if documented else _of_outputs(match.why)),)


def _licence(description: ModelDescription, answers: Answers, entry: KnownModel | None) -> FieldGuess:
    if answers.licence:
        return FieldGuess("licence", answers.licence, "sure", AS_SAID)
    if description.metadata.licence:
        return FieldGuess("licence", description.metadata.licence, "sure", description.metadata.source)
    if entry and entry.licence:
        return FieldGuess("licence", entry.licence, "likely", PUBLISHED)
    return FieldGuess("licence", "not stated", "unknown", _NO_LICENCE)


def _document(
    description: ModelDescription,
    match: Match,
    entry: KnownModel | None,
    answers: Answers,
    size: tuple[int, int],
    pixels: InputGuess,
    labels: names.NamesGuess,
) -> dict[str, Any]:
    width, height = size
    options = {**match.options, **(entry.options if entry else {}), **labels.options, **answers.options}
    document: dict[str, Any] = {
        "name": card_name(answers.name or title_of(description.path)),
        "task": _task(match, entry),
        "family": match.family,
        "summary": _summary(description, match, width, height),
        "class_names": labels.class_names,
        "keypoint_names": labels.keypoint_names,
        "input": {"width": width, "height": height, **pixels.card_fields()},
        "precision": _precision(description),
        "min_confidence": pixels.habit.min_confidence,
        "options": options,
        "licence": _licence(description, answers, entry).value,
        "files": dict.fromkeys(runtimes_of(description), description.path.name),
    }
    if document["min_confidence"] >= 0.6:
        document["track_confidence"] = document["min_confidence"]
    if match.constants:
        document["input"] |= {"name": description.picture.name if description.picture else "",
                              "constants": dict(match.constants)}  # fmt: skip
    return document


def runtimes_of(description: ModelDescription) -> tuple[str, ...]:
    """Return the runtimes that read this file; OpenVINO does not read TFLite with quantised inputs."""
    if description.format == "tflite" and any(each.quantised for each in (*description.inputs, *description.outputs)):
        return ("litert",)
    return _RUNTIMES.get(description.format, ())


def card_name(text: str) -> str:
    """Return a text as the name of a card: small letters, digits, `_`, `.` and `-`."""
    cleaned = re.sub(r"[^a-z0-9_.-]+", "-", text.lower()).strip("-_.")
    return cleaned[:64] or "model"


def _precision(description: ModelDescription) -> str:
    quantised = {"FakeQuantize", "QuantizeLinear", "DynamicQuantizeLinear", "QLinearConv", "ConvInteger"}
    is_int8 = bool(quantised & set(description.operations)) or any(each.quantised for each in description.inputs)
    return "int8" if is_int8 else "auto"


def _summary(description: ModelDescription, match: Match, width: int, height: int) -> str:
    title = description.metadata.title or description.metadata.model_name or title_of(description.path)
    return f"{title[:80]}, {match.family} {width}x{height}, imported"


def _validated(document: dict[str, Any]) -> ModelCard:
    if document["task"] not in PICTURE_TASKS and not document["class_names"]:
        document.pop("class_names")
    try:
        return ModelCard.model_validate(document)
    except ValidationError as error:
        what = first_problem(error)
        told = Phrase(f"this model and these answers make no card: {what}", "card-wrong", what=what)
        raise UsageError(told) from error
