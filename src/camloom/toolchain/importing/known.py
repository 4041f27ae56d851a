"""Models whose publisher documents what their files leave out; see known.yaml."""

import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import Field

from camloom.config import StrictModel
from camloom.toolchain.importing.description import ModelDescription
from camloom.toolchain.importing.view import Certainty


class KnownModel(StrictModel):
    """One entry.

    Attributes:
        names: patterns for the whole name of the model or of its file, in lower case.
        outputs: sizes that one output must have, so that a mere likeness of names does not count.
        input: fields of the card's input.
        certainty: of the options; a guess where documents of models of this name differ.
    """

    names: tuple[str, ...]
    outputs: tuple[int, ...] = ()
    family: str = ""
    task: str = ""
    class_names: tuple[str, ...] = ()
    keypoint_names: tuple[str, ...] = ()
    options: dict[str, Any] = Field(default_factory=dict)
    input: dict[str, Any] = Field(default_factory=dict)
    licence: str = ""
    certainty: Certainty = "likely"


def find_known(description: ModelDescription) -> tuple[KnownModel, str] | None:
    """Return the entry for a model and the name that led to it: the one in the file, else that of the file."""
    for name in (description.metadata.model_name, description.path.stem):
        for entry in _entries():
            if any(re.fullmatch(pattern, name.lower()) for pattern in entry.names) and _fits(entry, description):
                return entry, name
    return None


def _fits(entry: KnownModel, description: ModelDescription) -> bool:
    return not entry.outputs or any(
        output.shape[-len(entry.outputs) :] == entry.outputs for output in description.outputs
    )


@lru_cache(maxsize=1)
def _entries() -> tuple[KnownModel, ...]:
    text = (files("camloom.toolchain.importing") / "known.yaml").read_text(encoding="utf-8")
    return tuple(KnownModel.model_validate(entry) for entry in yaml.safe_load(text))
