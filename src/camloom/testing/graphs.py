"""Small graphs with a reference in numpy: what a runtime must compute, whatever the format of its files."""

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from camloom.frame import ImageArray
from camloom.inference.card import InputSpec, ModelCard

Values = npt.NDArray[np.float64]
Weights = npt.NDArray[np.float32]
Layout = Literal["NCHW", "NHWC"]

KERNEL = 3
ENLARGEMENT = 2


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """Multiply everything by a number."""

    factor: float

    def apply(self, tensor: Values) -> Values:
        """Compute the reference."""
        return tensor * self.factor


@dataclass(frozen=True, slots=True, eq=False)
class Convolution:
    """A 3x3 convolution with a border of one zero, then ReLU.

    Attributes:
        weight: (out, in, 3, 3).
        bias: (out,)
    """

    weight: Weights
    bias: Weights
    stride: int

    def apply(self, tensor: Values) -> Values:
        """Compute the reference, (1, in, H, W) -> (1, out, H', W')."""
        padded = np.pad(tensor, ((0, 0), (0, 0), (1, 1), (1, 1)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (KERNEL, KERNEL), axis=(2, 3))
        windows = windows[:, :, :: self.stride, :: self.stride]
        summed = np.einsum("nchwij,ocij->nohw", windows, self.weight.astype(np.float64), optimize=True)
        return np.asarray(np.maximum(summed + self.bias[None, :, None, None], 0), np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Enlarge:
    """Twice the size, bilinear, with centres at half pixels."""

    def apply(self, tensor: Values) -> Values:
        """Compute the reference, (1, C, H, W) -> (1, C, 2H, 2W)."""
        return _enlarged(_enlarged(tensor, 2), 3)


@dataclass(frozen=True, slots=True, eq=False)
class Classify:
    """Mean over the picture, one dense layer, softmax.

    Attributes:
        weight: (classes, channels).
        bias: (classes,)
    """

    weight: Weights
    bias: Weights

    def apply(self, tensor: Values) -> Values:
        """Compute the reference, (1, C, H, W) -> (1, classes)."""
        logits = tensor.mean(axis=(2, 3)) @ self.weight.T.astype(np.float64) + self.bias
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))


Layer = Scale | Convolution | Enlarge | Classify


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """A chain of layers on one picture, with one output.

    Attributes:
        name: of its file.
        layout, dtype: of its input; a graph of layout NHWC puts out NHWC.
        scaled_down: the input is given as values around 1 by the card's mean and std, as trained models want it.
    """

    name: str
    width: int
    height: int
    layers: tuple[Layer, ...]
    layout: Layout = "NCHW"
    dtype: Literal["f32", "u8"] = "f32"
    scaled_down: bool = False

    def card(self, precision: str = "auto", **changes: Any) -> ModelCard:
        """Return a card for it; `changes` are settings of its input."""
        usual: dict[str, Any] = {"mean": (127.5,) * 3, "std": (64.0,) * 3} if self.scaled_down else {}
        settings = {
            "width": self.width,
            "height": self.height,
            "layout": self.layout,
            "dtype": self.dtype,
            "fit": "stretch",
            **usual,
            **changes,
        }
        document = {
            "name": "conformance",
            "family": "none",
            "class_names": ["thing"],
            "input": InputSpec.model_validate(settings),
            "precision": precision,
            "licence": "Apache-2.0",
            "files": {"any": self.name},
        }
        return ModelCard.model_validate(document)

    def canvas(self, seed: int = 0) -> ImageArray:
        """Return a canvas of noise: every place and channel has another value."""
        return np.random.default_rng(seed).integers(0, 256, (self.height, self.width, 3), np.uint8)

    def reference(self, canvas: ImageArray, spec: InputSpec) -> Values:
        """Return what the output must be for a canvas and the input of a card."""
        ordered = canvas[:, :, ::-1] if spec.colour == "RGB" else canvas
        pixels = ordered.astype(np.float64)
        values = pixels if spec.dtype == "u8" else (pixels - spec.mean) / spec.std
        tensor = values.transpose(2, 0, 1)[None]
        for layer in self.layers:
            tensor = layer.apply(tensor)
        return tensor.transpose(0, 2, 3, 1) if self.layout == "NHWC" and tensor.ndim == 4 else tensor


def double(layout: Layout = "NCHW", width: int = 12, height: int = 8) -> Graph:
    """Return a graph from whose output the input can be read."""
    name = f"double_{layout.lower()}_{width}x{height}"
    return Graph(name, width, height, (Scale(2.0),), layout)


def raw_pixels(layout: Layout = "NCHW") -> Graph:
    """Return a graph that takes pixels as they are, uint8."""
    return replace(double(layout), name=f"pixels_{layout.lower()}", dtype="u8")


def convolution(layout: Layout = "NCHW") -> Graph:
    """Return one convolution."""
    return Graph("convolution", 32, 24, (_conv(3, 8, 2),), layout, scaled_down=True)


def enlarge(layout: Layout = "NCHW") -> Graph:
    """Return one resize."""
    return Graph("enlarge", 16, 12, (Enlarge(),), layout, scaled_down=True)


def classify(layout: Layout = "NCHW") -> Graph:
    """Return a little classifier."""
    layers = (_conv(3, 16, 2), Classify(_random((5, 16), 7), _random((5,), 8)))
    return Graph("classify", 32, 24, layers, layout, scaled_down=True)


def network(layout: Layout = "NCHW") -> Graph:
    """Return a chain that takes a little time and memory."""
    return Graph("network", 320, 256, (_conv(3, 16, 2), _conv(16, 16, 2), Enlarge()), layout, scaled_down=True)


SIZES = ((8, 8), (33, 17), (320, 64), (416, 416))
"""Width, height."""


def all_graphs() -> list[Graph]:
    """Return every graph of the suite in the layout of ONNX, to be converted for a device of another format."""
    sizes = [double("NCHW", width, height) for width, height in SIZES]
    return [double(), *sizes, double("NHWC"), raw_pixels(), convolution(), enlarge(), classify(), network()]


def _enlarged(tensor: Values, axis: int) -> Values:
    size = tensor.shape[axis]
    place = np.clip((np.arange(size * ENLARGEMENT) + 0.5) / ENLARGEMENT - 0.5, 0, size - 1)
    low = np.floor(place).astype(int)
    high = np.minimum(low + 1, size - 1)
    share = (place - low).reshape([-1 if each == axis else 1 for each in range(tensor.ndim)])
    return np.asarray(np.take(tensor, low, axis) * (1 - share) + np.take(tensor, high, axis) * share)


def _conv(channels: int, filters: int, stride: int) -> Convolution:
    weight = _random((filters, channels, KERNEL, KERNEL), channels) / np.float32(np.sqrt(channels * KERNEL * KERNEL))
    return Convolution(weight, _random((filters,), filters), stride)


def _random(shape: tuple[int, ...], seed: int) -> Weights:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)
