"""ncnn: one net, run from several worker threads, on the CPU with one thread each."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from pydantic import BaseModel

from camloom.config import StrictModel
from camloom.errors import ModelError
from camloom.frame import ImageArray
from camloom.inference.base import Session, Tensors
from camloom.inference.card import InputSpec, ModelCard
from camloom.inference.host_input import check_canvas
from camloom.inference.runtimes.child import try_in_child
from camloom.inference.runtimes.ncnn_net import NcnnError, as_mat, open_net, run_net
from camloom.inference.runtimes.ncnn_param import NcnnGraph, read_param

if TYPE_CHECKING:
    import ncnn

_VULKAN = "vulkan:"


class NcnnRuntime:
    """ncnn on the CPU, and on GPUs through Vulkan (reads a pair of .param and .bin)."""

    name: ClassVar = "ncnn"
    reads: ClassVar[tuple[str, ...]] = (".param",)
    spare: ClassVar = True
    Config: ClassVar[type[BaseModel]] = StrictModel

    @classmethod
    def unavailable(cls) -> str:
        """Say why it cannot run here."""
        return "" if find_spec("ncnn") else "not installed: pip install 'camloom[ncnn]'"

    @classmethod
    def devices(cls) -> tuple[str, ...]:
        """Return CPU, and `vulkan:0` and so on where this build of ncnn finds GPUs."""
        try:  # in a child process: drivers print, and may crash
            count = try_in_child("ncnn_net.py", {}, Path("Vulkan"), "ncnn")["gpus"]
        except ModelError:
            count = 0
        return ("CPU", *(f"{_VULKAN}{index}" for index in range(count)))

    def compile(self, path: Path, card: ModelCard, workers: int, device: str = "") -> "NcnnModel":  # noqa: ARG002
        """Load the pair of files, after a child process has loaded and run them."""
        gpu = self._gpu(device)
        graph, weights = read_param(path), path.with_suffix(".bin")
        if not weights.is_file():
            raise ModelError(f"ncnn cannot use {path.name}: {weights.name} is not beside it")
        inputs = _Inputs.of(graph, path, card)
        request = {
            "param": str(path),
            "weights": str(weights),
            "precision": card.precision,
            "gpu": gpu,
            "inputs": inputs.shapes,
            "outputs": list(graph.outputs),
        }
        shapes = try_in_child("ncnn_net.py", request, path, "ncnn")["shapes"]
        try:
            net = open_net(str(path), str(weights), card.precision, gpu)
        except NcnnError as error:
            raise ModelError(f"ncnn cannot use {path.name}: {error}") from error
        known = {name: (1, -1, 6) if graph.has_rows(name) else (1, *shape) for name, shape in shapes.items()}
        return NcnnModel(net, inputs, known, f"{device or 'CPU'} {_precision(card, gpu)}")

    def _gpu(self, device: str) -> int | None:
        """Return the number of a Vulkan device; None for the CPU."""
        if device.upper() in ("", "CPU"):
            return None
        if device.lower() not in self.devices():
            raise ModelError(f"ncnn has no device '{device}' here", f"It has: {', '.join(self.devices())}")
        return int(device.lower().removeprefix(_VULKAN))


class _Inputs:
    """What a net takes: the picture, and values that never change."""

    def __init__(self, picture: str, spec: InputSpec, constants: dict[str, Any]) -> None:
        self.picture = picture
        self.spec = spec
        self.constants = constants

    @classmethod
    def of(cls, graph: NcnnGraph, path: Path, card: ModelCard) -> "_Inputs":
        """Match the card with the file. ModelError when they differ."""
        spec = card.input
        constants = {
            name: _constant(graph, name, np.asarray(values, np.float32), path)
            for name, values in spec.constants.items()
        }
        left = [name for name in graph.inputs if name not in constants]
        if len(left) != 1 or spec.name not in ("", left[0]):
            raise ModelError(
                f"{path.name} has the inputs {', '.join(graph.inputs)}, card '{card.name}' describes one",
                "Name the picture in `input.name` and give the others values in `input.constants`",
            )
        _check_size(graph.inputs[left[0]], path, card)
        return cls(left[0], spec, constants)

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shape of every input, without a batch axis."""
        picture = (3, self.spec.height, self.spec.width)
        return {self.picture: picture, **{name: values.shape for name, values in self.constants.items()}}


def _constant(graph: NcnnGraph, name: str, values: Any, path: Path) -> Any:
    if name not in graph.inputs:
        raise ModelError(f"{path.name} has no input '{name}' as its card says", f"It has: {', '.join(graph.inputs)}")
    shape = graph.inputs[name] or (len(values),)
    if np.prod(shape) != len(values):
        raise ModelError(f"input.constants.{name}: {len(values)} values do not fill {shape}", "Mend the card")
    return values.reshape(shape)


def _check_size(declared: tuple[int, ...], path: Path, card: ModelCard) -> None:
    spec = card.input
    if spec.layout != "NCHW":
        raise ModelError(
            f"ncnn takes pictures as NCHW, card '{card.name}' says {spec.layout}", "Mend the card's input layout"
        )
    expected = (3, spec.height, spec.width)
    if declared and declared != expected and spec.multiple_of is None:
        raise ModelError(
            f"{path.name} takes {list(declared)}, card '{card.name}' says {list(expected)}", "Mend the card's input"
        )


def _precision(card: ModelCard, gpu: int | None) -> str:
    names = {"fp16": "f16", "bf16": "bf16", "int8": "as stored"}
    return names.get(card.precision, "f32" if gpu is None or card.precision == "fp32" else "f16")


class NcnnModel:
    """A net loaded by ncnn."""

    def __init__(
        self, net: "ncnn.Net", inputs: _Inputs, shapes: Mapping[str, tuple[int, ...]], description: str
    ) -> None:
        self._net = net
        self._inputs = inputs
        self._shapes = shapes
        self._description = description

    @property
    def description(self) -> str:
        """Device and precision."""
        return self._description

    @property
    def output_shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Outputs by name, with a batch axis of 1 in front; -1 for the rows of a table of detections."""
        return self._shapes

    def session(self) -> Session:
        """Return a view on the shared net: every run has an extractor of its own."""
        return _NcnnSession(self._net, self._inputs, list(self._shapes))


class _NcnnSession:
    def __init__(self, net: "ncnn.Net", inputs: _Inputs, outputs: list[str]) -> None:
        import ncnn

        spec = inputs.spec
        self._net = net
        self._outputs = outputs
        self._picture = inputs.picture
        self._constants = {name: as_mat(values) for name, values in inputs.constants.items()}
        self._shape = (spec.height, spec.width, 3)
        kinds = ncnn.Mat.PixelType
        self._kind = int(kinds.PIXEL_BGR2RGB if spec.colour == "RGB" else kinds.PIXEL_BGR)
        self._from_pixels = ncnn.Mat.from_pixels
        scaled = spec.dtype == "f32"
        self._mean = list(spec.mean) if scaled and any(spec.mean) else []
        self._factor = [1 / value for value in spec.std] if scaled and any(value != 1 for value in spec.std) else []

    def run(self, canvas: ImageArray) -> Tensors:
        check_canvas(canvas, self._shape)
        mat = self._from_pixels(np.ascontiguousarray(canvas), self._kind, self._shape[1], self._shape[0])
        if self._mean or self._factor:
            mat.substract_mean_normalize(self._mean, self._factor)
        try:
            arrays = run_net(self._net, {self._picture: mat, **self._constants}, self._outputs)
        except NcnnError as error:
            raise ModelError(f"ncnn failed while running the model: {error}") from error
        return {name: array[None] for name, array in zip(self._outputs, arrays, strict=True)}
