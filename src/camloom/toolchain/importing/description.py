"""What a model file says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Format = Literal[
    "onnx",
    "openvino",
    "tflite",
    "tensorflow",
    "savedmodel",
    "tfjs",
    "paddle",
    "ncnn",
    "torchscript",
    "darknet",
    "caffe",
]
"""Kinds of files that can be described. OpenVINO looks into those that are not parsed here."""

FORMAT_TITLES: Mapping[Format, str] = {
    "onnx": "ONNX",
    "openvino": "OpenVINO IR",
    "tflite": "TensorFlow Lite",
    "tensorflow": "TensorFlow frozen graph",
    "savedmodel": "TensorFlow SavedModel",
    "tfjs": "TensorFlow.js graph model",
    "paddle": "PaddlePaddle",
    "ncnn": "ncnn",
    "torchscript": "TorchScript",
    "darknet": "Darknet",
    "caffe": "Caffe",
}

MAX_MODEL_BYTES = 2 << 30  # protobuf, and so ONNX, ends here
MAX_TENSORS = 256  # inputs or outputs; real models have a dozen at most


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """An input or an output.

    Attributes:
        shape: -1 for a size known only at run time; empty when nothing is known.
        dtype: `f32`, `f16`, `u8`, `i8`, `i32`, `i64`...; empty when not known.
        quantised: whether its numbers stand for others by a scale and a zero point.
        beside: operation next to it: the one that takes an input, the one that makes an output.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str = ""
    quantised: bool = False
    beside: str = ""

    @property
    def is_static(self) -> bool:
        """Whether every size is known."""
        return bool(self.shape) and all(size > 0 for size in self.shape)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the publisher wrote into the file, or beside it.

    Attributes:
        source: where it was found, for a person.
        publisher: `ultralytics`, `intel`, `paddle` or empty: whose conventions hold.
        task: detect, pose, segment, classify, obb... as Ultralytics calls them.
        image_size: width, height in px.
        end2end: whether suppression is done inside the model.
        keypoints: number of key points of each object.
        colour, mean, std: of the input as the file wants it, on the scale of pixels 0..255.
        has_normalisation: mean and scale are part of the model already.
        characters: of a reader of text, without the blank.
    """

    source: str = ""
    publisher: str = ""
    title: str = ""
    model_name: str = ""
    task: str = ""
    licence: str = ""
    class_names: tuple[str, ...] = ()
    image_size: tuple[int, int] | None = None
    stride: int | None = None
    end2end: bool | None = None
    keypoints: int | None = None
    colour: Literal["", "BGR", "RGB"] = ""
    mean: tuple[float, float, float] | None = None
    std: tuple[float, float, float] | None = None
    has_normalisation: bool = False
    characters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """A model file, read but not run.

    Attributes:
        path: the file to give to a runtime.
        partners: files that must lie beside it, such as weights.
        operations: how often each operation occurs; empty where that is not cheap to know.
        attributes: of single operations that say something about decoding, such as `classes`.
        version: opset or format version, for a person.
        notes: what a person should know before using it.
    """

    path: Path
    format: Format
    inputs: tuple[TensorInfo, ...]
    outputs: tuple[TensorInfo, ...]
    partners: tuple[Path, ...] = ()
    metadata: Metadata = field(default_factory=Metadata)
    operations: Mapping[str, int] = field(default_factory=dict)
    attributes: Mapping[str, int] = field(default_factory=dict)
    version: str = ""
    notes: tuple[str, ...] = ()

    @property
    def size_bytes(self) -> int:
        """Of all its files."""
        return sum(path.stat().st_size for path in (self.path, *self.partners))

    @property
    def has_open_line(self) -> bool:
        """Whether the picture has a height, and any width: a reader of lines of text."""
        picture = self.picture
        return picture is not None and len(picture.shape) == 4 and picture.shape[2] > 0 > picture.shape[3]

    @property
    def picture(self) -> TensorInfo | None:
        """The input that takes the picture: the first with three or four sizes, else the only one."""
        pictures = [each for each in self.inputs if len(each.shape) in (3, 4)]
        if pictures:
            return pictures[0]
        return self.inputs[0] if len(self.inputs) == 1 else None
