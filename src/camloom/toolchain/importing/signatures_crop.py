"""Signatures of models that read one object: embeddings, classes, attributes, points, plates."""

from collections.abc import Callable, Iterator

from camloom.toolchain.importing.view import Certainty, Match, View

_EMBEDDING_SIZES = frozenset({64, 128, 192, 256, 384, 512, 768, 1024, 2048})
_IMAGENET_SIZES = frozenset({1000, 1001})
_LANDMARK_SIZES = {10: 5, 136: 68, 196: 98, 212: 106}
_MOST_STEPS = 128
_FEWEST_CHARACTERS = 3  # with the blank
_MOST_LABELS = 100
_ENDS_IN_PROBABILITIES = frozenset({"Softmax", "SoftMax", "LogSoftmax"})
_ENDS_IN_LABELS = frozenset({"Sigmoid"})


def _plate(view: View) -> Iterator[Match]:
    """A wide, low picture and a score per character and step, or numbers of characters."""
    width, height = view.size
    if width < 2 * height or height > 96:
        return
    shape = tuple(size for size in view.only if size != 1)
    if len(shape) == 2 and min(shape) <= _MOST_STEPS and max(shape) >= _FEWEST_CHARACTERS:
        # Few steps, many characters; a reader of English plates has about as many of both.
        is_paddle = view.metadata.publisher == "paddle"  # whose characters stand last, and the blank before them all
        characters = shape[-1] if is_paddle or -1 in shape else max(shape)
        first_blank = {"blank": 0} if is_paddle else {}
        yield Match("plate_text", "a wide picture and scores for the characters of each step", "sure", "text",
                    options=first_blank, needs={"alphabet": characters - 1})  # fmt: skip
    elif len(shape) == 1 and 4 <= shape[0] <= _MOST_STEPS and view.description.outputs[0].dtype in ("i32", "i64"):
        yield Match("plate_text", "a wide picture and a row of whole numbers", "likely", "text",
                    needs={"alphabet": 0})  # fmt: skip
    elif len(shape) == 1 and "plate" in f"{view.metadata.model_name} {view.description.path.stem}".lower():
        yield Match("plate_text", "a wide picture and a row of numbers", "likely", "text", needs={"alphabet": 0})


def _vector(view: View) -> Iterator[Match]:
    if len(view.vectors) != 1 or len(view.shapes) != 1:
        return
    (name, size), output = next(iter(view.vectors.items())), view.description.outputs[0]
    width, height = view.size
    if output.beside in _ENDS_IN_PROBABILITIES or view.metadata.task == "classify":
        yield Match("classifier", "one probability for each class", "sure", "classification", size)
    elif output.beside in _ENDS_IN_LABELS and size <= _MOST_LABELS:
        yield Match("attributes", "one probability for each label", "likely", "attributes", needs={"labels": size})
    elif len(view.metadata.class_names) == size or size in _IMAGENET_SIZES:
        yield Match("classifier", f"{size} values, as many as classes", "likely", "classification", size)
    elif size in _LANDMARK_SIZES and (width, height) < (225, 225) and "land" in _names(view, name):
        yield Match("landmarks", f"{size} values: {_LANDMARK_SIZES[size]} points", "likely", "landmarks",
                    keypoints=_LANDMARK_SIZES[size], options={"points": _LANDMARK_SIZES[size]})  # fmt: skip
    elif size in _EMBEDDING_SIZES:
        telling = (width, height) == (112, 112) or height == 2 * width or "embed" in _names(view, name)
        yield Match("embedder", f"one vector of {size} values", "likely" if telling else "guess", "embedding")
    elif size >= 2:
        yield Match("classifier", f"{size} values", "guess", "classification", size)


def _heads(view: View) -> Iterator[Match]:
    if len(view.vectors) < 2 or len(view.vectors) != len(view.shapes):
        return
    makers = {each.beside for each in view.description.outputs}
    if all(2 <= size <= _MOST_LABELS for size in view.vectors.values()):
        strength: Certainty = "likely" if makers <= _ENDS_IN_PROBABILITIES | _ENDS_IN_LABELS else "guess"
        yield Match("attributes", f"{len(view.vectors)} outputs of a few values each", strength, "attributes",
                    needs={f"head {name}": size for name, size in view.vectors.items()})  # fmt: skip


def _names(view: View, output: str) -> str:
    return f"{view.metadata.model_name} {view.description.path.stem} {output}".lower()


CROP_RULES: tuple[Callable[[View], Iterator[Match]], ...] = (_plate, _vector, _heads)
