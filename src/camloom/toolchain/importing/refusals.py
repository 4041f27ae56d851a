"""Refusals that the parsers of several formats share."""

from pathlib import Path

from camloom.errors import ModelError
from camloom.phrases import Phrase


def damaged(text: str, path: Path | None = None) -> Phrase:
    """Return what to say of a file that is not whole."""
    return Phrase(text, "damaged", file=path.name if path else "")


def no_weights(file: str, weights: str) -> ModelError:
    """Return the refusal of a graph whose weights are not there."""
    told = Phrase(f"{file} needs its weights {weights} beside it", "weights-missing", file=file, weights=weights)
    return ModelError(told, "Put that file there")


def weights_elsewhere(file: str, weights: str) -> ModelError:
    """Return the refusal of a graph that names a file somewhere else."""
    text = f"{file} wants weights from '{weights[:80]}', outside its own folder"
    return ModelError(Phrase(text, "weights-elsewhere", file=file), "Do not trust it")


def unusable(path: Path, inputs: int, outputs: int) -> ModelError:
    """Return the refusal of a graph that takes nothing, or gives nothing, or has very many of either."""
    text = f"{path.name} has {inputs} inputs and {outputs} outputs: it is no usable model"
    return ModelError(Phrase(text, "unusable", file=path.name))
