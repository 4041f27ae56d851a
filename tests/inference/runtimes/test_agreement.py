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
from camloom.toolchain.conversion.to_ncnn import ToNcnn

CardMaker = Callable[..., ModelCard]
FileFinder = Callable[[str], Path]
Array = npt.NDArray[np.float64]

FRAME = 400
MEAN, STD = (103.53, 116.28, 123.675), (57.375, 57.12, 58.395)
FLOAT_TOLERANCE = 1e-4
"""Of the range of an output: rounding of float32 in another order, through up to a hundred layers."""
STORED_HALF_TOLERANCE = 0.02
"""Of the range: the weights of the file are rounded to float16."""
INTEGER_TOLERANCE = 0.1
"""Of the range: kernels for int8 round each layer in their own way."""
INTEGER_MEAN_TOLERANCE = 1e-3

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


@pytest.fixture
def converted(tmp_path: Path) -> Callable[[Path, ModelCard], Path]:
    """Return a converter of an ONNX model to ncnn with float32 weights."""
    if reason := ToNcnn.unavailable():
        pytest.skip(reason)

    def convert(path: Path, card: ModelCard) -> Path:
        return ToNcnn().convert(path, card, tmp_path / "model").file

    return convert


@pytest.mark.parametrize(("name", "spec"), [("FastestDet", FASTESTDET), ("nanodet_m_416", NANODET)])
def test_openvino_onnx_runtime_and_ncnn_agree(
    mirrored: FileFinder,
    make_card: CardMaker,
    street: ImageArray,
    converted: Callable[[Path, ModelCard], Path],
    name: str,
    spec: dict[str, Any],
) -> None:
    card, path = make_card(precision="fp32", **spec), mirrored(f"models/{name}.onnx")
    truth = outputs_of("onnxruntime", path, card, street)
    assert largest(outputs_of("openvino", path, card, street), truth) < FLOAT_TOLERANCE
    assert largest(outputs_of("ncnn", converted(path, card), card, street), truth) < FLOAT_TOLERANCE


def test_a_published_ncnn_file_agrees_with_its_onnx(
    mirrored: FileFinder, make_card: CardMaker, street: ImageArray
) -> None:
    card = make_card(precision="fp32", **FASTESTDET)
    truth = outputs_of("onnxruntime", mirrored("models/FastestDet.onnx"), card, street)
    found = outputs_of("ncnn", mirrored("models/FastestDet.param"), card, street)
    assert largest(found, truth) < STORED_HALF_TOLERANCE


@pytest.mark.parametrize(
    ("file", "allowed"), [("yolov5n-fp16.tflite", FLOAT_TOLERANCE), ("yolov8n_int8_640.tflite", INTEGER_TOLERANCE)]
)
def test_openvino_and_litert_agree(
    mirrored: FileFinder, make_card: CardMaker, street: ImageArray, file: str, allowed: float
) -> None:
    card = make_card(640, 640, precision="fp32", layout="NHWC", colour="RGB", std=(255.0,) * 3)
    path = mirrored(f"models/{file}")
    ours, theirs = (outputs_of(runtime, path, card, street) for runtime in ("litert", "openvino"))
    assert largest(ours, theirs) < allowed
    assert np.abs(ours[0] - theirs[0]).mean() < INTEGER_MEAN_TOLERANCE * np.abs(theirs[0]).max()
