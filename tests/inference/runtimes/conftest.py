"""Cards and files for the tests of the runtimes."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from camloom.inference.card import InputSpec, ModelCard

CardMaker = Callable[..., ModelCard]


@pytest.fixture(scope="session")
def make_card() -> CardMaker:
    """Return a maker of cards that differ in their input only."""

    def make(width: int, height: int, precision: str = "auto", **spec: Any) -> ModelCard:
        document = {
            "name": "tested",
            "family": "none",
            "class_names": ["thing"],
            "input": InputSpec.model_validate({"width": width, "height": height, "fit": "stretch", **spec}),
            "precision": precision,
            "licence": "Apache-2.0",
            "files": {"any": "none"},
        }
        return ModelCard.model_validate(document)

    return make


@pytest.fixture(scope="session")
def mirrored() -> Callable[[str], Path]:
    """Return a function that finds a file in the folders of test assets, or skips the test."""

    def find(name: str) -> Path:
        folders = [Path(folder) for folder in os.environ.get("CAMLOOM_MIRROR", "").split(os.pathsep) if folder]
        found = next((folder / name for folder in folders if (folder / name).is_file()), None)
        return found or pytest.skip(f"needs {name} in a folder of CAMLOOM_MIRROR")

    return find
