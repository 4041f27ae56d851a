"""The same model gives the same numbers on every runtime that any PC can run."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest

from camloom import plugins
from camloom.frame import ImageArray
from camloom.inference.card import ModelCard

CardMaker = Callable[..., ModelCard]
FileFinder = Callable[[str], Path]
Array = npt.NDArray[np.float64]

FRAME = 400
MEAN, STD = (103.53, 116.28, 123.675), (57.375, 57.12, 58.395)
FLOAT_TOLERANCE = 1e-3
"""Of the range of an output: rounding of float32 in another order, through up to a hundred layers."""
INTEGER_TOLERANCE = 0.05
"""Of the range of an output, on average: kernels for int8 round each layer in their own way."""

pytestmark = pytest.mark.mirror


@pytest.fixture(scope="module")
def street(mirrored: FileFinder) -> ImageArray:
    """Return a frame of people on a campus."""
    with av.open(str(mirrored("videos/odoc_vtest.avi"))) as container:
        picture = next(frame for index, frame in enumerate(container.decode(video=0)) if index == FRAME)
    return np.asarray(picture.to_ndarray(format="bgr24"), np.uint8)


def outputs_of(runtime: str, path: Path, card: ModelCard, street: ImageArray) -> list[Array]:
    """Return the outputs, sorted by shape: names and order differ between formats."""
    compiled = plugins.load_available("runtimes", runtime)().compile(path, card, 1)
    canvas = np.asarray(cv2.resize(street, (card.input.width, card.input.height)), np.uint8)
    outputs: Mapping[str, Any] = compiled.session().run(canvas)
    arrays = [np.array(values, np.float64) for values in outputs.values()]
    return sorted((array.reshape(_bare(array.shape)) for array in arrays), key=lambda array: array.shape)


def _bare(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)


def largest(ours: list[Array], theirs: list[Array]) -> float:
    assert [array.shape for array in ours] == [array.shape for array in theirs]
    return max(float(np.abs(a - b).max() / np.abs(b).max()) for a, b in zip(ours, theirs, strict=True))


FASTESTDET = {"width": 352, "height": 352, "std": (255.0,) * 3}
NANODET = {"width": 416, "height": 416, "mean": MEAN, "std": STD}


@pytest.mark.parametrize(
    ("spec", "onnx", "ncnn"),
    [
        (FASTESTDET, "FastestDet.onnx", "FastestDet.param"),
        (NANODET, "nanodet_m_416.onnx", "nanodet_m.param"),
    ],
)
def test_openvino_onnx_runtime_and_ncnn_agree(
    mirrored: FileFinder, make_card: CardMaker, street: ImageArray, spec: dict[str, Any], onnx: str, ncnn: str
) -> None:
    card = make_card(precision="fp32", **spec)
    truth = outputs_of("onnxruntime", mirrored(f"models/{onnx}"), card, street)
    for runtime, file in (("openvino", onnx), ("ncnn", ncnn)):
        found = outputs_of(runtime, mirrored(f"models/{file}"), card, street)
        assert largest(found, truth) < FLOAT_TOLERANCE, runtime


def test_openvino_and_litert_agree_on_a_float_model(
    mirrored: FileFinder, make_card: CardMaker, street: ImageArray
) -> None:
    card = make_card(640, 640, precision="fp32", layout="NHWC", colour="RGB", std=(255.0,) * 3)
    path = mirrored("models/yolov5n-fp16.tflite")
    truth = outputs_of("openvino", path, card, street)
    assert largest(outputs_of("litert", path, card, street), truth) < FLOAT_TOLERANCE


def test_openvino_and_litert_agree_on_an_int8_model(
    mirrored: FileFinder, make_card: CardMaker, street: ImageArray
) -> None:
    card = make_card(640, 640, precision="fp32", layout="NHWC", colour="RGB", std=(255.0,) * 3)
    path = mirrored("models/yolov8n_int8_640.tflite")
    (ours,), (theirs,) = (outputs_of(runtime, path, card, street) for runtime in ("litert", "openvino"))
    scores, boxes = np.abs(ours[4:] - theirs[4:]), np.abs(ours[:4] - theirs[:4])
    assert scores.mean() < INTEGER_TOLERANCE * np.abs(theirs[4:]).max()
    assert boxes.mean() < INTEGER_TOLERANCE
