"""Writes the graphs of the suite as TorchScript."""

from pathlib import Path
from typing import Any

from camloom.testing.graphs import ENLARGEMENT, Classify, Convolution, Enlarge, Graph, Layer, Scale


def write_torchscript(graph: Graph, path: Path) -> None:
    """Write a graph, traced on an empty picture."""
    import torch

    def forward(picture: Any) -> Any:
        value = picture.float() if graph.dtype == "u8" else picture
        for layer in graph.layers:
            value = _apply(layer, value)
        return value

    size = [graph.height, graph.width]
    shape = [1, 3, *size] if graph.layout == "NCHW" else [1, *size, 3]
    example = torch.zeros(shape, dtype=torch.uint8 if graph.dtype == "u8" else torch.float32)
    trace: Any = torch.jit.trace  # has no types
    trace(forward, example).save(str(path))


def lacks_torchscript(graph: Graph) -> str:
    """Say why TorchScript cannot hold a graph; empty when it can."""
    plain = all(isinstance(layer, Scale) for layer in graph.layers)
    return "" if plain or graph.layout == "NCHW" else "convolutions of PyTorch are NCHW"


def _apply(layer: Layer, value: Any) -> Any:
    import torch
    from torch.nn import functional

    match layer:
        case Scale():
            return value * layer.factor
        case Convolution():
            weight, bias = torch.from_numpy(layer.weight), torch.from_numpy(layer.bias)
            return functional.relu(functional.conv2d(value, weight, bias, stride=layer.stride, padding=1))
        case Enlarge():
            return functional.interpolate(value, scale_factor=ENLARGEMENT, mode="bilinear", align_corners=False)
        case Classify():
            weight, bias = torch.from_numpy(layer.weight), torch.from_numpy(layer.bias)
            return functional.softmax(functional.linear(value.mean(dim=(2, 3)), weight, bias), dim=1)
