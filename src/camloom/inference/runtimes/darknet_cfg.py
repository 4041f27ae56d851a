"""The text half of a Darknet model: its sections, the sizes in it, and how many weights it needs.

OpenCV reads a file of weights that is too short without a word, and computes with what lies behind it in memory: so
the number of weights is counted here.

Source: parser.c of pjreddie/darknet and AlexeyAB/darknet.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from camloom.errors import ModelError

_MAX_BYTES = 4 << 20
_MAX_SECTIONS = 5000
_MAX_SIDE_PX = 8192
_MAX_CHANNELS = 1 << 17
_HEADS = ("yolo", "region")
INPUT = "data"  # what OpenCV calls the one input

Shape = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Section:
    """A layer.

    Attributes:
        shape: channels, height and width of what it puts out.
        weights: numbers that it has in the file of weights.
    """

    kind: str
    settings: Mapping[str, str]
    shape: Shape
    weights: int

    def numbers(self, key: str) -> list[float]:
        """Return a setting that is numbers divided by commas; empty when it is not there."""
        return [float(part) for part in self.settings.get(key, "").split(",") if part.strip()]


@dataclass(frozen=True, slots=True)
class DarknetNet:
    """What a cfg says.

    Attributes:
        input: channels, height, width.
        sections: behind `[net]`.
    """

    input: Shape
    sections: tuple[Section, ...]

    @property
    def heads(self) -> tuple[Section, ...]:
        """The sections that decode boxes."""
        return tuple(each for each in self.sections if each.kind in _HEADS)

    @property
    def weights(self) -> int:
        """Numbers of four bytes in the file of weights, behind its header."""
        return sum(each.weights for each in self.sections)


def read_cfg(path: Path) -> DarknetNet:
    """Read a `.cfg` file.

    Raises:
        ModelError: it is no such file, or says something impossible.
    """
    try:
        parts = _parts(path)
        if not parts:
            raise ModelError(f"{path.name} is no Darknet cfg: it has no sections", "Fetch it again")
        shape = _input(*parts[0])
        return DarknetNet(shape, _measured(parts[1:], shape))
    except (ValueError, OverflowError) as error:
        raise ModelError(f"{path.name} is a damaged Darknet cfg: {error}", "Fetch it again") from error


def check_weights(net: DarknetNet, path: Path) -> None:
    """Raise ModelError unless a file holds all weights of a net."""
    with path.open("rb") as file:
        head = file.read(20)
    if len(head) < 20:
        raise ModelError(f"{path.name} is no file of weights of Darknet: it has {len(head)} bytes", "Fetch it again")
    major, minor = int.from_bytes(head[:4], "little"), int.from_bytes(head[4:8], "little")
    if major > 100 or minor > 100:
        raise ModelError(f"{path.name} is no file of weights of Darknet", "Fetch it again")
    header = 20 if major * 10 + minor >= 2 else 16
    needed, there = header + 4 * net.weights, path.stat().st_size
    if there < needed:
        raise ModelError(
            f"{path.name} has {there} bytes, its cfg needs {needed}",
            "The download was cut off, or the cfg belongs to other weights",
        )


def _parts(path: Path) -> list[tuple[str, dict[str, str]]]:
    parts: list[tuple[str, dict[str, str]]] = []
    for index, raw in enumerate(_text(path).splitlines(), 1):
        line = raw.split("#")[0].split(";")[0].strip()
        key, equals, value = (part.strip() for part in line.partition("="))
        if line.startswith("[") and line.endswith("]"):
            parts.append((line[1:-1].strip(), {}))
        elif equals and parts:
            parts[-1][1][key] = value
        elif line:
            raise ValueError(f"line {index} is neither a section nor a setting")
    if len(parts) > _MAX_SECTIONS:
        raise ValueError(f"it has {len(parts)} sections")
    return parts


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ValueError("it is too long")
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise ModelError(f"cannot read {path.name}: {error.strerror}") from error


def _input(kind: str, settings: dict[str, str]) -> Shape:
    if kind not in ("net", "network"):
        raise ValueError("it does not begin with [net]")
    shape = (_whole(settings, "channels", 3), _whole(settings, "height", 0), _whole(settings, "width", 0))
    _bounded(shape)
    return shape


def _measured(parts: list[tuple[str, dict[str, str]]], shape: Shape) -> tuple[Section, ...]:
    made: list[Section] = []
    for kind, settings in parts:
        if kind not in _MEASURES:
            raise ValueError(f"a section [{kind[:20]}] is not known")
        shape, weights = _MEASURES[kind](settings, shape, made)
        _bounded(shape)
        made.append(Section(kind, settings, shape, weights))
    if not made:
        raise ValueError("it has no layers")
    return tuple(made)


def _bounded(shape: Shape) -> None:
    channels, height, width = shape
    if not (0 < channels <= _MAX_CHANNELS and 0 < height <= _MAX_SIDE_PX and 0 < width <= _MAX_SIDE_PX):
        raise ValueError(f"a layer of {channels}x{height}x{width}")


def _whole(settings: Mapping[str, str], key: str, default: int) -> int:
    return _number(settings.get(key, str(default)), key)


def _number(text: str, what: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise ValueError(f"{what} is '{text[:20]}', not a whole number") from error


def _convolutional(settings: Mapping[str, str], shape: Shape, _: list[Section]) -> tuple[Shape, int]:
    filters, size = _whole(settings, "filters", 1), _whole(settings, "size", 1)
    stride, groups = _whole(settings, "stride", 1), _whole(settings, "groups", 1)
    dilation = _whole(settings, "dilation", 1)
    padding = size // 2 * dilation if _whole(settings, "pad", 0) else _whole(settings, "padding", 0)
    if min(filters, size, stride, groups, dilation) < 1 or shape[0] % groups:
        raise ValueError("a convolution of impossible sizes")
    reach = dilation * (size - 1) + 1
    height, width = ((side + 2 * padding - reach) // stride + 1 for side in shape[1:])
    of_batches = 3 * filters if _whole(settings, "batch_normalize", 0) else 0
    return (filters, height, width), filters * (shape[0] // groups) * size * size + filters + of_batches


def _connected(settings: Mapping[str, str], shape: Shape, _: list[Section]) -> tuple[Shape, int]:
    outputs = _whole(settings, "output", 1)
    of_batches = 3 * outputs if _whole(settings, "batch_normalize", 0) else 0
    return (outputs, 1, 1), outputs * shape[0] * shape[1] * shape[2] + outputs + of_batches


def _maxpool(settings: Mapping[str, str], shape: Shape, _: list[Section]) -> tuple[Shape, int]:
    stride = _whole(settings, "stride", 1)
    size = _whole(settings, "size", stride)
    padding = _whole(settings, "padding", size - 1)
    height, width = ((side + padding - size) // stride + 1 for side in shape[1:])
    return (shape[0], height, width), 0


def _route(settings: Mapping[str, str], _: Shape, made: list[Section]) -> tuple[Shape, int]:
    named = settings.get("layers", "").rstrip(", ").split(",")
    shapes = [_referred(part, made).shape for part in named]
    channels = sum(each[0] for each in shapes) // max(_whole(settings, "groups", 1), 1)
    return (channels, shapes[0][1], shapes[0][2]), 0


def _scale_channels(settings: Mapping[str, str], _: Shape, made: list[Section]) -> tuple[Shape, int]:
    return _referred(settings.get("from", ""), made).shape, 0


def _referred(text: str, made: list[Section]) -> Section:
    """Return a section by its number, or by how far back it lies."""
    place = _number(text, "a reference")
    place = place if place >= 0 else len(made) + place
    if not 0 <= place < len(made):
        raise ValueError(f"a reference to layer {text.strip()[:20]}")
    return made[place]


def _upsample(settings: Mapping[str, str], shape: Shape, _: list[Section]) -> tuple[Shape, int]:
    stride = _whole(settings, "stride", 2)
    return (shape[0], shape[1] * stride, shape[2] * stride), 0


def _reorg(settings: Mapping[str, str], shape: Shape, _: list[Section]) -> tuple[Shape, int]:
    stride = _whole(settings, "stride", 1)
    return (shape[0] * stride * stride, shape[1] // stride, shape[2] // stride), 0


def _avgpool(_: Mapping[str, str], shape: Shape, __: list[Section]) -> tuple[Shape, int]:
    return (shape[0], 1, 1), 0


def _crop(settings: Mapping[str, str], shape: Shape, _: list[Section]) -> tuple[Shape, int]:
    return (shape[0], _whole(settings, "crop_height", 1), _whole(settings, "crop_width", 1)), 0


def _same(_: Mapping[str, str], shape: Shape, __: list[Section]) -> tuple[Shape, int]:
    return shape, 0


_MEASURES: Mapping[str, Callable[[Mapping[str, str], Shape, list[Section]], tuple[Shape, int]]] = {
    "convolutional": _convolutional,
    "conv": _convolutional,
    "connected": _connected,
    "maxpool": _maxpool,
    "avgpool": _avgpool,
    "route": _route,
    "shortcut": _same,
    "sam": _same,
    "scale_channels": _scale_channels,
    "upsample": _upsample,
    "reorg": _reorg,
    "crop": _crop,
    "dropout": _same,
    "softmax": _same,
    "cost": _same,
    "yolo": _same,
    "region": _same,
}
"""What each kind of section makes of its input: the shape behind it, and its numbers in the file of weights."""
