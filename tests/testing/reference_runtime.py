"""A runtime that is right by definition, to be spoilt in one place at a time."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import onnx
from onnx.reference import ReferenceEvaluator

from camloom.errors import ModelError
from camloom.frame import ImageArray
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.host_input import HostInput


class ReferenceSession:
    """Runs ONNX's own reference."""

    def __init__(self, model: "ReferenceModel") -> None:
        self.model = model
        self.host = HostInput(model.card.input)

    def run(self, canvas: ImageArray) -> Tensors:
        tensor = self.host.tensor(canvas)
        outputs = self.model.evaluator.run(None, {self.model.evaluator.input_names[0]: tensor})
        return {name: np.array(value) for name, value in zip(self.model.names, outputs, strict=True)}


class ReferenceModel:
    """An ONNX file, read by the reference."""

    description = "numpy f32"
    session_type: type[ReferenceSession] = ReferenceSession

    def __init__(self, evaluator: ReferenceEvaluator, shapes: dict[str, tuple[int, ...]], card: ModelCard) -> None:
        self.evaluator = evaluator
        self.card = card
        self.names = list(shapes)
        self.shapes = shapes

    @property
    def output_shapes(self) -> Mapping[str, tuple[int, ...]]:
        return self.shapes

    def session(self) -> ReferenceSession:
        return self.session_type(self)


class ReferenceRuntime:
    """The numpy reference of ONNX as a runtime."""

    name: ClassVar = "reference"
    reads: ClassVar[tuple[str, ...]] = (".onnx",)
    spare: ClassVar = True
    model_type: ClassVar[type[ReferenceModel]] = ReferenceModel

    @classmethod
    def unavailable(cls) -> str:
        return ""

    @classmethod
    def devices(cls) -> tuple[str, ...]:
        return ("CPU",)

    def compile(self, path: Path, card: ModelCard, workers: int, device: str = "") -> Any:
        if device not in ("", "CPU"):
            raise ModelError(f"the reference has no device '{device}'")
        try:
            model = onnx.load(path)
            onnx.checker.check_model(model)
            evaluator = ReferenceEvaluator(model)
        except Exception as error:
            raise ModelError(f"{path.name} is no ONNX model") from error
        self.check_card(model, path, card)
        shapes = {value.name: _shape(value) for value in model.graph.output}
        return self.model_type(evaluator, shapes, card)

    def check_card(self, model: onnx.ModelProto, path: Path, card: ModelCard) -> None:
        spec, (value,) = card.input, model.graph.input
        size = (spec.height, spec.width)
        expected = (1, 3, *size) if spec.layout == "NCHW" else (1, *size, 3)
        if _shape(value) != expected or spec.name not in ("", value.name):
            raise ModelError(f"{path.name} does not fit its card")


def _shape(value: onnx.ValueInfoProto) -> tuple[int, ...]:
    return tuple(dim.dim_value for dim in value.type.tensor_type.shape.dim)
