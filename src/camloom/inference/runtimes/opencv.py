"""OpenCV 4's dnn module: for Caffe and Darknet, which nothing else here reads; always in a process of its own.

Of its own for two reasons: a hostile file may end the process that reads it, and OpenCV 5, which has dropped both
readers, cannot be loaded beside OpenCV 4. So Camloom itself may use either.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np

from camloom.errors import ModelError
from camloom.inference.card import InputSpec, ModelCard
from camloom.inference.runtimes.caffe_prototxt import read_prototxt
from camloom.inference.runtimes.darknet_cfg import INPUT, check_weights, read_cfg
from camloom.inference.runtimes.vendor import Instance, VendorModel, VendorRuntime
from camloom.inference.worker.shared import Tensor, TensorSpec

GRAPH_SUFFIX: Mapping[str, str] = {".caffemodel": ".prototxt", ".weights": ".cfg"}
"""Of the graph that lies beside a file of weights."""
_COLUMNS = 7  # of a table of finished detections
_GREY = 1
_GREY_OF_BGR = np.asarray([0.114, 0.587, 0.299], np.float32)  # ITU-R BT.601, as cv2.COLOR_BGR2GRAY


class OpenCvRuntime(VendorRuntime):
    """OpenCV 4 on the CPU, in a process of its own (reads Caffe and Darknet)."""

    name: ClassVar[str] = "opencv"
    sdk: ClassVar[tuple[str, ...]] = ("cv2",)
    get_it: ClassVar[str] = "pip install 'camloom[opencv]' puts OpenCV 4 in its place"
    reads: ClassVar[tuple[str, ...]] = tuple(GRAPH_SUFFIX)
    spare: ClassVar[bool] = True
    arithmetic: ClassVar[str] = "f32"
    isolate: ClassVar[bool] = True
    instances: ClassVar[int] = 1024  # each on a thread of its own: as many as there are workers

    @classmethod
    def unavailable(cls) -> str:
        """Say why it cannot run here; another Python is only asked where one is named."""
        if cls._is_named():
            return super().unavailable()
        if hasattr(cv2.dnn, "readNetFromCaffe"):
            return ""
        said = f"OpenCV {cv2.__version__} has no readers of Caffe and Darknet any more"
        return f"{said}: {cls.get_it} ({cls._other_python()})"

    @classmethod
    def devices(cls) -> tuple[str, ...]:
        """Return the CPU."""
        return () if cls.unavailable() else ("CPU",)

    def compile(self, path: Path, card: ModelCard, workers: int, device: str = "") -> VendorModel:
        """Read the graph here, then load graph and weights in a worker process and run them once."""
        place = self._device(device.upper())
        if card.precision in ("fp16", "bf16"):
            raise ModelError(
                f"opencv computes in float32, card '{card.name}' asks for {card.precision}",
                "Set `precision: auto` in the card",
            )
        graph = read_graph(path)
        spec = card.input.model_copy(update={"colour": "BGR"}) if graph.is_grey else card.input
        opener = self._opener(path, -1)
        try:
            model = VendorModel(
                lambda: _Net(_opened(opener), graph, spec),
                card.model_copy(update={"input": spec}),
                f"{place} {self.arithmetic}",
                workers,
            )
        except ModelError as error:
            message = f"opencv cannot use {path.name} for card '{card.name}': {error.message}"
            raise ModelError(message, error.hint) from error
        model.output_shapes = {
            name: (1, 1, -1, _COLUMNS) if name in graph.tables else shape for name, shape in model.output_shapes.items()
        }
        return model


@dataclass(frozen=True, slots=True)
class Graph:
    """What the text half of a model says.

    Attributes:
        inputs: shapes with a batch axis, by name; the picture has four sizes.
        tables: outputs that are tables of finished detections.
    """

    inputs: Mapping[str, tuple[int, ...]]
    tables: frozenset[str]

    @property
    def is_grey(self) -> bool:
        """Whether the picture has one channel."""
        return any(len(shape) == 4 and shape[1] == _GREY for shape in self.inputs.values())


def read_graph(path: Path) -> Graph:
    """Read the text that lies beside a file of weights, and see whether the weights are all there.

    Args:
        path: the weights, `.caffemodel` or `.weights`.

    Raises:
        ModelError: one of them is missing, is no such file, or says something impossible.
    """
    suffix = GRAPH_SUFFIX.get(path.suffix)
    if suffix is None:
        raise ModelError(f"opencv reads {' and '.join(GRAPH_SUFFIX)}, not {path.name}", "Mend `files` in the card")
    text = path.with_suffix(suffix)
    if not path.is_file():
        raise ModelError(f"there is no file {path}", "Mend `files` in the card")
    if not text.is_file():
        raise ModelError(f"opencv cannot use {path.name}: {text.name} is not beside it", "Put that file there")
    try:
        if suffix == ".prototxt":
            caffe = read_prototxt(text)
            return Graph({name: (1, *shape[1:]) for name, shape in caffe.inputs.items()}, caffe.tables)
        darknet = read_cfg(text)
        check_weights(darknet, path)
    except ModelError as error:
        raise ModelError(f"opencv cannot use {path.name}: {error.message}", error.hint) from error
    return Graph({INPUT: (1, *darknet.input)}, frozenset())


def _opened(opener: Callable[[], Instance]) -> Instance:
    try:
        return opener()
    except ModelError as error:
        raise ModelError(error.message, "The file is damaged, or has layers that OpenCV does not know") from error


class _Net:
    """An instance in the worker, with the inputs that its text describes."""

    def __init__(self, instance: Instance, graph: Graph, spec: InputSpec) -> None:
        self._instance = instance
        self._grey = next((name for name, shape in graph.inputs.items() if graph.is_grey and len(shape) == 4), "")
        self.inputs = tuple(TensorSpec(name=name, shape=_taken(shape, spec), dtype="float32")
                            for name, shape in graph.inputs.items())  # fmt: skip
        self.outputs: tuple[TensorSpec, ...] = ()

    def run(self, inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        if not self._grey:
            return self._instance.run(inputs)
        grey = np.tensordot(_GREY_OF_BGR, np.asarray(inputs[self._grey], np.float32)[0], axes=1)
        return self._instance.run({**inputs, self._grey: grey[None, None]})


def _taken(shape: tuple[int, ...], spec: InputSpec) -> tuple[int, ...]:
    """Return what an input takes: grey is made of three channels here, and some nets take other sizes too."""
    if len(shape) != 4:
        return shape
    channels = 3 if shape[1] == _GREY else shape[1]
    sides = shape[2:] if spec.multiple_of is None else (-1, -1)
    return (1, channels, *sides)
