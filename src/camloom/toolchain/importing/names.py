"""Class names, points, labels and alphabets: what the file says, else COCO where the number fits, else a question."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from camloom.errors import UsageError
from camloom.inference.card import PICTURE_TASKS
from camloom.inference.library import find_card
from camloom.phrases import Phrase
from camloom.toolchain.importing.description import ModelDescription
from camloom.toolchain.importing.known import KnownModel
from camloom.toolchain.importing.paddle_ocr import DIRECTIONS, is_telling, part_of
from camloom.toolchain.importing.view import AS_SAID, PUBLISHED, Certainty, Match

FACE_POINTS = ("right eye", "left eye", "nose", "right mouth corner", "left mouth corner")
COCO_POINTS = (
    "nose", "left eye", "right eye", "left ear", "right ear", "left shoulder", "right shoulder", "left elbow",
    "right elbow", "left wrist", "right wrist", "left hip", "right hip", "left knee", "right knee", "left ankle",
    "right ankle",
)  # fmt: skip
PLATE_POINTS = ("top left", "top right", "bottom right", "bottom left")
_CARD_WITH_COCO = "nanodet"  # the built-in card that lists the 80 names
_NOT_SAID = Phrase("the file does not say", "not-said")
_COCO = Phrase("80 classes: those of COCO, in its order", "class-coco")
_NAME_OF_FILE = Phrase("one class, and the name of the file", "class-in-name")
_SINGLE: Mapping[str, str] = {"faces": "face", "pose": "person"}
_NEED_NO_NAMES = frozenset({"embedding", "landmarks", "text", "attributes"})
_COMMON = ("person", "pedestrian", "face", "head", "helmet", "plate", "vehicle", "car", "fire", "smoke", "ball")
_UNKNOWN_COUNT = 1
_COCO_CLASSES = 80

Row = tuple[str, object, Certainty, str, str]


@dataclass(slots=True)
class NamesGuess:
    """Names for the card, and the rows of the table that say where they are from."""

    class_names: tuple[str, ...] = ()
    keypoint_names: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    fields: list[Row] = field(default_factory=list)


def guess_names(
    description: ModelDescription,
    match: Match,
    entry: KnownModel | None,
    entry_name: str,
    class_names: tuple[str, ...],
    heads: Mapping[str, tuple[str, ...]],
) -> NamesGuess:
    """Guess all names that a card of this family needs.

    Args:
        entry_name: the name that led to `entry`.
        class_names: as a person said them: classes, labels, or characters of the alphabet.
        heads: values by attribute, as a person said them.

    Raises:
        UsageError: the number of names is not that of the model.
    """
    found = NamesGuess(keypoint_names=_points(match, entry))
    if "alphabet" in match.needs:
        _alphabet(found, description, match, entry, class_names)
    elif match.task == "attributes":
        _attributes(found, match, entry, class_names, heads)
    elif match.task not in _NEED_NO_NAMES:
        names, certainty, why = _classes(description, match, entry, entry_name, class_names)
        found.class_names = names
        found.fields.append(("class_names", _shown(names), certainty, why, "--classes"))
    return found


def _classes(
    description: ModelDescription, match: Match, entry: KnownModel | None, entry_name: str, said: tuple[str, ...]
) -> tuple[tuple[str, ...], Certainty, str]:
    count = match.classes
    if said:
        if count is not None and len(said) != count:
            text = f"--classes has {len(said)} names, the model has {count} classes"
            raise UsageError(Phrase(text, "names-count", said=len(said), count=count))
        return said, "sure", AS_SAID
    noted = description.metadata.class_names
    if noted and count in (None, len(noted)):
        return noted, "sure", description.metadata.source
    if entry and entry.class_names and count in (None, len(entry.class_names)):
        return entry.class_names, "likely", Phrase(f"its publisher's documents of {entry_name}", "documents")
    usual, why = _usual_classes(description, match)
    if usual:
        return usual, "likely", why
    text = f"the model has {count} classes and no names"
    why = Phrase(text, "classes-nameless", count=count) if count else _NOT_SAID
    return tuple(f"class_{index}" for index in range(count or _UNKNOWN_COUNT)), "unknown", why


def _usual_classes(description: ModelDescription, match: Match) -> tuple[tuple[str, ...], str]:
    """Return names that go without saying, and why; none when nothing does."""
    if match.classes == 1 and match.task in _SINGLE:
        return (_SINGLE[match.task],), Phrase("the only class of such models", "class-only")
    if match.classes == 1 and match.keypoints == len(PLATE_POINTS):
        return ("plate",), Phrase("one class with four corners", "class-plate")
    part = part_of(description)
    if part == "cls" and match.family == "classifier" and is_telling(description):
        return DIRECTIONS, Phrase("degrees, as PaddleOCR has them", "habit", who="PaddleOCR")
    if part == "det" and match.family == "segmentation" and is_telling(description):
        return ("text",), Phrase("PaddleOCR finds nothing else", "habit", who="PaddleOCR")
    if match.classes == _COCO_CLASSES:
        return find_card(_CARD_WITH_COCO)[0].class_names, _COCO
    named = next((name for name in _COMMON if name in description.path.stem.lower()), "")
    return ((named,), _NAME_OF_FILE) if match.classes == 1 and named else ((), "")


def _points(match: Match, entry: KnownModel | None) -> tuple[str, ...]:
    if entry and entry.keypoint_names:
        return entry.keypoint_names
    if match.task not in PICTURE_TASKS or not match.keypoints:
        return ()
    usual = {5: FACE_POINTS, 17: COCO_POINTS, 4: PLATE_POINTS}.get(match.keypoints)
    return usual or tuple(f"point_{index}" for index in range(match.keypoints))


def _alphabet(
    found: NamesGuess,
    description: ModelDescription,
    match: Match,
    entry: KnownModel | None,
    said: tuple[str, ...],
) -> None:
    noted = description.metadata.characters
    count = match.needs["alphabet"]
    if said:
        if count and len(said) != count:
            text = f"--classes has {len(said)} characters, the model has {count} and the blank"
            raise UsageError(Phrase(text, "characters-count", said=len(said), count=count))
        found.options["alphabet"] = list(said)
        found.fields.append(("alphabet", f"{len(said)} characters", "sure", AS_SAID, "--classes"))
    elif noted and count - len(noted) in (0, 1):
        # PaddleOCR adds the space behind the characters of its file when it is told to use it.
        found.options["alphabet"] = [*noted, " "][:count]
        found.fields.append(("alphabet", f"{count} characters", "sure", description.metadata.source, "--classes"))
    elif entry and "alphabet" in entry.options:
        shown = f"{len(entry.options['alphabet'])} characters"
        found.fields.append(("alphabet", shown, "likely", PUBLISHED, "--classes"))
    else:
        found.options["alphabet"] = [f"<{index}>" for index in range(max(count, 2))]
        text = f"the model has {count} characters and a blank"
        why = Phrase(text, "characters-nameless", count=count) if count else _NOT_SAID
        found.fields.append(("alphabet", "?", "unknown", why, "--classes"))


def _attributes(
    found: NamesGuess,
    match: Match,
    entry: KnownModel | None,
    said: tuple[str, ...],
    heads: Mapping[str, tuple[str, ...]],
) -> None:
    if entry and entry.options:
        why = PUBLISHED
        found.fields.append(("attributes", _attribute_names(entry.options), "likely", why, "--head"))
        return
    labels = match.needs.get("labels", 0)
    if labels:
        names = said or tuple(f"label_{index}" for index in range(labels))
        if len(names) != labels:
            text = f"--classes has {len(names)} names, the model has {labels} labels"
            raise UsageError(Phrase(text, "names-count", said=len(names), count=labels))
        found.options["labels"] = [{"name": name} for name in names]
        certainty: Certainty = "sure" if said else "unknown"
        found.fields.append(("labels", _shown(names), certainty, AS_SAID if said else _NOT_SAID, "--classes"))
        return
    sizes = {name.removeprefix("head "): size for name, size in match.needs.items()}
    found.options["heads"] = [_head(name, size, heads) for name, size in sizes.items()]
    is_said = set(heads) == set(sizes)
    why = AS_SAID if is_said else Phrase("the file does not name the values of its outputs", "heads-nameless")
    found.fields.append(("heads", ", ".join(sizes), "sure" if is_said else "unknown", why, "--head"))


def _head(name: str, size: int, heads: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    values = heads.get(name, tuple(f"{name}_{index}"[:64] for index in range(size)))
    if len(values) != size:
        text = f"--head {name} has {len(values)} values, that output has {size}"
        raise UsageError(Phrase(text, "values-count", head=name, said=len(values), count=size))
    return {"attribute": name[:64] or "value", "values": list(values), "output": name}


def _attribute_names(options: Mapping[str, Any]) -> str:
    heads = [str(head["attribute"]) for head in options.get("heads", ())]
    return ", ".join([*heads, *(str(label["name"]) for label in options.get("labels", ()))])


def _shown(names: tuple[str, ...]) -> str:
    few = ", ".join(names[:6])
    return f"{few}, ... ({len(names)})" if len(names) > 6 else few
