"""Cards and files for the tests of the runtimes."""

from collections.abc import Callable
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
