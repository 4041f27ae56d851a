"""Cards and pictures for the tests of the model families."""

from collections.abc import Callable
from typing import Any

import pytest

from camloom.inference.card import InputSpec, ModelCard
from camloom.inference.preprocess import Letterbox

CardMaker = Callable[..., ModelCard]


@pytest.fixture
def make_card() -> CardMaker:
    """Return a maker of cards for a canvas of 128 x 64 px."""

    def make(
        family: str,
        options: dict[str, Any] | None = None,
        class_names: tuple[str, ...] = ("person", "car", "dog"),
        size: tuple[int, int] = (128, 64),
    ) -> ModelCard:
        return ModelCard(
            name="tested",
            family=family,
            class_names=class_names,
            input=InputSpec(width=size[0], height=size[1], fit="stretch"),
            options=options or {},
            licence="Apache-2.0",
            files={"any": "none.onnx"},
        )

    return make


@pytest.fixture
def doubled() -> Letterbox:
    """Return the placing of a 256 x 128 frame on that canvas: one canvas px is two source px."""
    return Letterbox(128, 64, 0, 0, 128, 64, 256, 128, 114)
