"""A model so small that every value of its output is known: it doubles its input."""

from collections.abc import Callable
from pathlib import Path

from camloom.inference.card import InputSpec, ModelCard

HERE = Path(__file__).parent
SCRIPTED = HERE / "scripted.py"
FAKE_SDKS = HERE / "fake_sdks"
HEIGHT, WIDTH = 8, 12

ModelMaker = Callable[[str], Path]


def card(**spec: object) -> ModelCard:
    return ModelCard(
        name="probe",
        family="yolox",
        class_names=("thing",),
        input=InputSpec.model_validate({"width": WIDTH, "height": HEIGHT, **spec}),
        licence="Apache-2.0",
        files={"any": "probe"},
    )
