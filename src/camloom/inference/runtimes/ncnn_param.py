"""The text half of an ncnn model: its layers, where it begins and where it ends."""

from dataclasses import dataclass
from pathlib import Path

from camloom.errors import ModelError

_MAGIC = "7767517"
_MAX_BYTES = 16 << 20
_MAX_LAYERS = 20_000
_MAX_BLOBS_OF_A_LAYER = 1000
_TABLES = frozenset({"DetectionOutput", "Yolov3DetectionOutput", "YoloDetectionOutput"})
_WIDTH, _HEIGHT, _CHANNELS = "0", "1", "2"


@dataclass(frozen=True, slots=True)
class Layer:
    """One line of the file.

    Attributes:
        kind: such as `Convolution`.
        bottoms: names of what goes in.
        tops: names of what comes out.
        settings: by number, as text.
    """

    kind: str
    name: str
    bottoms: tuple[str, ...]
    tops: tuple[str, ...]
    settings: dict[str, str]

    @property
    def size(self) -> tuple[int, ...]:
        """Shape that an Input layer declares: (C, H, W), (H, W) or (W,); empty when it takes any."""
        sizes = [self.settings.get(key, "0") for key in (_CHANNELS, _HEIGHT, _WIDTH)]
        numbers = [int(size) if size.lstrip("-").isdigit() else 0 for size in sizes]
        return tuple(number for number in numbers if number > 0)


@dataclass(frozen=True, slots=True)
class NcnnGraph:
    """What an ncnn param file says.

    Attributes:
        inputs: shape of each input blob; empty for any.
        outputs: kind of the layer behind each output blob, in the order of the file.
    """

    layers: tuple[Layer, ...]
    inputs: dict[str, tuple[int, ...]]
    outputs: dict[str, str]

    def has_rows(self, output: str) -> bool:
        """Say whether an output is a table of finished detections, (N, 6), whose N is known at run time only."""
        return self.outputs[output] in _TABLES


def read_param(path: Path) -> NcnnGraph:
    """Read a `.param` file.

    Raises:
        ModelError: it is no such file, or says something impossible.
    """
    lines = _lines(path)
    if not lines or lines[0].strip() != _MAGIC:
        raise _error(path, "it is not an ncnn param file in text form (its first line must be 7767517)")
    if len(lines) > _MAX_LAYERS:
        raise _error(path, f"it has {len(lines)} lines, more than any model")
    layers = tuple(_layer(path, number, line) for number, line in enumerate(lines[2:], 3) if line.strip())
    graph = NcnnGraph(layers, _inputs(layers), _outputs(layers))
    if not graph.inputs or not graph.outputs:
        raise _error(path, "it has no input or no output")
    return graph


def _lines(path: Path) -> list[str]:
    try:
        size = path.stat().st_size
        if size > _MAX_BYTES:
            raise _error(path, f"a param file of {size} bytes is no model")
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _error(path, "it is no text" if isinstance(error, UnicodeDecodeError) else str(error)) from error


def _layer(path: Path, number: int, line: str) -> Layer:
    words = line.split()
    try:
        kind, name, count_in, count_out = words[0], words[1], int(words[2]), int(words[3])
    except (IndexError, ValueError) as error:
        raise _error(path, f"line {number} is not a layer") from error
    end_in, end_out = 4 + count_in, 4 + count_in + count_out
    if not (0 <= count_in <= _MAX_BLOBS_OF_A_LAYER and 0 <= count_out <= _MAX_BLOBS_OF_A_LAYER):
        raise _error(path, f"line {number} has {count_in} inputs and {count_out} outputs")
    if end_out > len(words):
        raise _error(path, f"line {number} ends too early")
    settings = dict(word.split("=", 1) for word in words[end_out:] if "=" in word)
    return Layer(kind, name, tuple(words[4:end_in]), tuple(words[end_in:end_out]), settings)


def _inputs(layers: tuple[Layer, ...]) -> dict[str, tuple[int, ...]]:
    return {top: layer.size for layer in layers if layer.kind == "Input" for top in layer.tops}


def _outputs(layers: tuple[Layer, ...]) -> dict[str, str]:
    used = {bottom for layer in layers for bottom in layer.bottoms}
    return {top: layer.kind for layer in layers if layer.kind != "Input" for top in layer.tops if top not in used}


def _error(path: Path, reason: str) -> ModelError:
    return ModelError(f"ncnn cannot use {path.name}: {reason}", "Give the .param file, with its .bin beside it")
