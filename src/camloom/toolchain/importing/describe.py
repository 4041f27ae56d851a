"""From a path to the description of the model there."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from camloom.errors import ModelError
from camloom.phrases import Phrase
from camloom.toolchain.importing import (
    caffe_file,
    darknet_file,
    ir_file,
    ncnn_file,
    onnx_file,
    tflite_file,
    torchscript_file,
)
from camloom.toolchain.importing.description import Format, Metadata, ModelDescription
from camloom.toolchain.importing.metadata import beside
from camloom.toolchain.importing.paddle_ocr import SIZES, part_of
from camloom.toolchain.importing.recognise import recognise
from camloom.toolchain.importing.refusals import no_weights
from camloom.toolchain.importing.shapes import resolve

_PARSERS: Mapping[Format, Callable[[Path], ModelDescription]] = {
    "onnx": onnx_file.describe,
    "openvino": ir_file.describe,
    "tflite": tflite_file.describe,
    "ncnn": ncnn_file.describe,
    "torchscript": torchscript_file.describe,
    "caffe": caffe_file.describe,
    "darknet": darknet_file.describe,
}
_DEFAULT_SIDE_PX = 640
_NCNN_SIDE_PX = 320  # what the phone demos that ncnn models come from use
_LINE_WIDTH_PX = 320  # rec_img_shape of PaddleOCR
_SIZE_IN_NAME = re.compile(r"(?<![\d.])(\d{2,4})(?:x(\d{2,4}))?(?![\d.])")
_USUAL_SIDES = frozenset({96, 112, 128, 160, 192, 224, 256, 288, 300, 320, 352, 384, 416, 448, 480, 512, 544, 576, 640})


def describe_file(path: Path, size: tuple[int, int] | None = None) -> ModelDescription:
    """Describe a model file.

    Args:
        path: the file, its weights, or a folder with one model.
        size: width, height in px to assume where the model takes any.

    Raises:
        ModelError: it is no model, is damaged, or is refused; the hint says what to do.
    """
    path, kind = recognise(path)
    if kind == "tfjs":
        raise ModelError(
            Phrase(f"{path.name} is a TensorFlow.js model and must be converted first", "unread", file=path.name)
        )
    found = _PARSERS[kind](path) if kind in _PARSERS else _unparsed(path, kind)
    noted = beside(path)
    if noted is not None and not found.metadata.class_names:
        found = replace(found, metadata=noted)
    return resolve(found, size or picture_size(found)[0])


def picture_size(description: ModelDescription) -> tuple[tuple[int, int], str, bool]:
    """Return width and height of the picture, why, and whether the file says so."""
    fixed = _fixed_size(description)
    if fixed:
        return fixed, Phrase("the size of its input", "input-size"), True
    if description.metadata.image_size:
        return description.metadata.image_size, description.metadata.source, True
    part = part_of(description)
    if part in SIZES and not description.has_open_line:
        return SIZES[part], Phrase("as PaddleOCR has it; the input takes any size", "size-usual"), False
    named = _size_in_name(description.path.stem)
    if named:
        return named, Phrase("its name; the input takes any size", "size-name"), False
    if description.has_open_line and description.picture:
        height = description.picture.shape[2]
        why = Phrase("its height; the width, which may be any, as PaddleOCR has it", "size-height")
        return (_LINE_WIDTH_PX, height), why, False
    side = _NCNN_SIDE_PX if description.format == "ncnn" else _DEFAULT_SIDE_PX
    return (side, side), Phrase("usual; the input takes any size", "size-usual"), False


def is_channels_last(description: ModelDescription) -> bool:
    """Whether the picture goes in as (height, width, channels)."""
    picture = description.picture
    if picture is None or len(picture.shape) != 4:
        return description.format in ("tflite", "tensorflow", "savedmodel")
    if picture.shape[3] in (1, 3):
        return picture.shape[1] not in (1, 3)
    return picture.shape[1] not in (1, 3) and description.format in ("tflite", "tensorflow", "savedmodel")


def _fixed_size(description: ModelDescription) -> tuple[int, int] | None:
    picture = description.picture
    if picture is None or len(picture.shape) not in (3, 4):
        return None
    sizes = picture.shape[-3:-1] if is_channels_last(description) else picture.shape[-2:]
    height, width = sizes
    return (width, height) if 8 <= width <= 4096 and 8 <= height <= 4096 else None


def _size_in_name(name: str) -> tuple[int, int] | None:
    for first, second in _SIZE_IN_NAME.findall(name):
        sides = (int(first), int(second or first))
        if _USUAL_SIDES.issuperset(sides):
            return sides
    return None


def _unparsed(path: Path, kind: Format) -> ModelDescription:
    """Return the little that is known of a file which OpenVINO will look into."""
    partners: tuple[Path, ...] = ()
    metadata = Metadata(publisher="paddle") if kind == "paddle" else Metadata()
    if kind == "savedmodel":
        partners = tuple(sorted(each for each in path.parent.glob("variables/*") if each.is_file()))
    if kind == "paddle":
        weights = path.with_suffix(".pdiparams")
        if not weights.is_file():
            raise no_weights(path.name, weights.name)
        partners = (weights,)
    return ModelDescription(path=path, format=kind, inputs=(), outputs=(), partners=partners, metadata=metadata)
