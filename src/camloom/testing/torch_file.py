"""Writes the graphs of the suite as TorchScript."""

import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from camloom.testing.graphs import ENLARGEMENT, Classify, Convolution, Enlarge, Graph, Layer, Scale


def write_torchscript(graph: Graph, path: Path) -> None:
    """Write a graph, traced on an empty picture."""
    import torch

    steps = [_step(layer) for layer in graph.layers]

    def forward(picture: Any) -> Any:
        value = picture.float() if graph.dtype == "u8" else picture
        for step in steps:
            value = step(value)
        return value

    size = [graph.height, graph.width]
    shape = [1, 3, *size] if graph.layout == "NCHW" else [1, *size, 3]
    example = torch.zeros(shape, dtype=torch.uint8 if graph.dtype == "u8" else torch.float32)
    trace: Any = torch.jit.trace  # has no types
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # outdated, says PyTorch, but it is what the runtime reads
        trace(forward, example).save(str(path))


def lacks_torchscript(graph: Graph) -> str:
    """Say why TorchScript cannot hold a graph; empty when it can."""
    plain = all(isinstance(layer, Scale) for layer in graph.layers)
    return "" if plain or graph.layout == "NCHW" else "convolutions of PyTorch are NCHW"


def _step(layer: Layer) -> Callable[[Any], Any]:
    """Return what a layer does. Its weights are made here: made while tracing they would not be known for constants."""
    import torch
    from torch.nn import functional

    match layer:
        case Scale():
            return lambda value: value * layer.factor
        case Convolution():
            kernel, offset = torch.from_numpy(layer.weight), torch.from_numpy(layer.bias)
            convolve = partial(functional.conv2d, weight=kernel, bias=offset, stride=layer.stride, padding=1)
            return lambda value: functional.relu(convolve(value))
        case Enlarge():
            return partial(functional.interpolate, scale_factor=ENLARGEMENT, mode="bilinear", align_corners=False)
        case Classify():
            weight, bias = torch.from_numpy(layer.weight), torch.from_numpy(layer.bias)
            return lambda value: functional.softmax(functional.linear(value.mean(dim=(2, 3)), weight, bias), dim=1)
