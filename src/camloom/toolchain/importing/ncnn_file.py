"""Describes an ncnn graph: a text with a line per layer, and its weights beside it."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from camloom.errors import ModelError
from camloom.phrases import Phrase
from camloom.toolchain.importing.description import MAX_TENSORS, ModelDescription, TensorInfo
from camloom.toolchain.importing.refusals import damaged, no_weights, unusable

_MAX_PARAM_BYTES = 16 << 20
_MAX_LAYERS = 50_000
_NAME = re.compile(r"^\S{1,300}$")
_FOREIGN = ("pnnx.", "nn.", "F.", "torch.", "Tensor.", "aten::")


@dataclass(frozen=True, slots=True)
class Layer:
    """One line of a .param file.

    Attributes:
        inputs, outputs: names of blobs.
        values: settings by their number, as text.
    """

    kind: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    values: dict[str, str]


def describe(path: Path) -> ModelDescription:
    """Parse the graph. Sizes are known only where the file was optimised for one, see `shapes`."""
    layers = read_param(path)
    weights = path.with_suffix(".bin")
    if not weights.is_file():
        raise no_weights(path.name, weights.name)
    used = {name for layer in layers for name in layer.inputs}
    ends = [(name, layer) for layer in layers for name in layer.outputs if name not in used and layer.kind != "Input"]
    starts = [(name, layer) for layer in layers if layer.kind == "Input" for name in layer.outputs]
    if not starts or not ends or len(starts) + len(ends) > MAX_TENSORS:
        raise unusable(path, len(starts), len(ends))
    return ModelDescription(
        path=path,
        format="ncnn",
        inputs=tuple(TensorInfo(name, _input_shape(layer), "f32") for name, layer in starts),
        outputs=tuple(TensorInfo(name, _hinted_shape(layer), "f32", beside=layer.kind) for name, layer in ends),
        partners=(weights,),
        operations=Counter(layer.kind for layer in layers),
        attributes=_attributes(layers),
        version="param 7767517",
    )


def read_param(path: Path) -> tuple[Layer, ...]:
    """Read a .param file. ModelError names the first line that is wrong."""
    if path.stat().st_size > _MAX_PARAM_BYTES:
        raise ModelError(
            damaged(f"{path.name} is text of more than {_MAX_PARAM_BYTES >> 20} MiB, no graph has so much", path)
        )
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    try:
        layers = _layers(lines)
    except (ValueError, IndexError) as error:
        raise ModelError(
            damaged(f"{path.name} is a damaged ncnn graph: {error}", path), "Fetch or convert it again"
        ) from error
    foreign = next((layer.kind for layer in layers if layer.kind.startswith(_FOREIGN)), "")
    if foreign:
        text = f"{path.name} is PNNX's own graph ({foreign}), not ncnn's"
        raise ModelError(Phrase(text, "pnnx", file=path.name), "Name the .ncnn.param file")
    return layers


def _layers(lines: list[str]) -> tuple[Layer, ...]:
    count = int(lines[1].split()[0])
    if not 0 < count <= _MAX_LAYERS:
        raise ValueError(f"{count} layers")
    layers = tuple(_layer(line) for line in lines[2:] if line.strip())
    if len(layers) != count:
        raise ValueError(f"{len(layers)} layers instead of {count}")
    return layers


def _layer(line: str) -> Layer:
    kind, name, *rest = line.split()
    inputs, outputs = int(rest[0]), int(rest[1])
    names = rest[2 : 2 + inputs + outputs]
    if not 0 <= inputs <= _MAX_LAYERS or not 0 <= outputs <= _MAX_LAYERS or len(names) != inputs + outputs:
        raise ValueError(f"layer {name[:40]}")
    if not all(_NAME.match(each) for each in (kind, name, *names)):
        raise ValueError(f"layer {name[:40]}")
    values = dict(part.partition("=")[::2] for part in rest[2 + inputs + outputs :])
    return Layer(kind, name, tuple(names[:inputs]), tuple(names[inputs:]), values)


def _input_shape(layer: Layer) -> tuple[int, ...]:
    """Read w, h, c of an Input layer (its settings 0, 1, 2) as (c, h, w)."""
    sizes = [_number(layer.values.get(key, "")) for key in ("2", "1", "0")]
    return tuple(sizes) if all(size > 0 for size in sizes) else (3, -1, -1)


def _hinted_shape(layer: Layer) -> tuple[int, ...]:
    """Read the sizes that ncnnoptimize noted for the first output: dims, w, h, c.

    Those of a finished table of boxes are what one picture gave: its length means nothing.
    """
    hint = [_number(part) for part in layer.values.get("-23330", "").split(",")]
    if len(hint) < 5 or layer.kind.endswith("DetectionOutput"):
        return (-1, 6) if layer.kind.endswith("DetectionOutput") else ()
    dims, width, height, channels = hint[1:5]
    return {1: (width,), 2: (height, width), 3: (channels, height, width)}.get(dims, ())


def _attributes(layers: tuple[Layer, ...]) -> dict[str, int]:
    for layer in layers:
        if layer.kind in ("Yolov3DetectionOutput", "YoloDetectionOutput", "DetectionOutput"):
            return {"num_classes": _number(layer.values.get("0", ""))}
    return {}


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 8 else -1
