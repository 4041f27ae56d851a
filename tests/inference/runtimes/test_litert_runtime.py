"""LiteRT: quantised inputs and outputs stand for real numbers, and files that cannot run are refused."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from camloom.errors import ModelError
from camloom.inference.card import ModelCard
from camloom.inference.runtimes.litert import LiteRtRuntime
from camloom.testing.tflite_file import TfliteBuilder

CardMaker = Callable[..., ModelCard]
FileFinder = Callable[[str], Path]

HEIGHT, WIDTH = 4, 8
SHAPE = [1, HEIGHT, WIDTH, 3]


@pytest.fixture
def canvas() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)


def write(builder: TfliteBuilder, path: Path, inputs: list[int], outputs: list[int]) -> Path:
    builder.inputs, builder.outputs = inputs, outputs
    path.write_bytes(builder.file())
    return path


@pytest.mark.parametrize(("kind", "zero_point"), [("UINT8", 0), ("INT8", -128)])
def test_a_quantised_input_gets_what_the_card_says(
    tmp_path: Path,
    make_card: CardMaker,
    canvas: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
    kind: str,
    zero_point: int,
) -> None:
    pytest.importorskip("ai_edge_litert")
    builder = TfliteBuilder()
    picture = builder.tensor("picture", SHAPE, kind, 1 / 255, zero_point)
    path = write(builder, tmp_path / "in.tflite", [picture], [builder.add("DEQUANTIZE", [picture], SHAPE)])
    card = make_card(WIDTH, HEIGHT, layout="NHWC", colour="RGB", std=(255.0,) * 3)
    outputs = LiteRtRuntime().compile(path, card, 1).session().run(canvas)
    (values,) = outputs.values()
    np.testing.assert_allclose(values[0], canvas[:, :, ::-1] / 255, atol=1e-6)


def test_a_quantised_output_is_given_as_real_numbers(
    tmp_path: Path, make_card: CardMaker, canvas: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
) -> None:
    pytest.importorskip("ai_edge_litert")
    builder = TfliteBuilder()
    picture = builder.tensor("picture", SHAPE)
    small = builder.tensor("small", SHAPE, "INT8", 2.0, -10)
    builder.connect("QUANTIZE", [picture], small, "QuantizeOptions")
    path = write(builder, tmp_path / "out.tflite", [picture], [small])
    compiled = LiteRtRuntime().compile(path, make_card(WIDTH, HEIGHT, layout="NHWC"), 1)
    values = compiled.session().run(canvas)["small"]
    assert values.dtype == np.float32
    np.testing.assert_allclose(values[0], np.minimum(canvas, (127 + 10) * 2.0), atol=1.0)


def test_another_file_is_refused_without_being_opened(tmp_path: Path, make_card: CardMaker) -> None:
    path = tmp_path / "model.tflite"
    path.write_bytes(b"\x08\x07ONNX" * 20)
    with pytest.raises(ModelError, match=r"model\.tflite: it is not a TFLite file"):
        LiteRtRuntime().compile(path, make_card(WIDTH, HEIGHT), 1)


def test_pixels_for_a_model_that_takes_bytes(
    tmp_path: Path, make_card: CardMaker, canvas: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
) -> None:
    pytest.importorskip("ai_edge_litert")
    builder = TfliteBuilder()
    picture = builder.tensor("picture", SHAPE, "UINT8")
    path = write(builder, tmp_path / "u8.tflite", [picture], [builder.add("CAST", [picture], SHAPE)])
    compiled = LiteRtRuntime().compile(path, make_card(WIDTH, HEIGHT, layout="NHWC", dtype="u8"), 1)
    (values,) = compiled.session().run(canvas).values()
    np.testing.assert_array_equal(values[0], canvas)
    with pytest.raises(ModelError, match="the card asks for values from 0 to 1"):
        LiteRtRuntime().compile(path, make_card(WIDTH, HEIGHT, layout="NHWC", std=(255.0,) * 3), 1)


@pytest.mark.mirror
def test_a_custom_operator_is_named(mirrored: FileFinder, make_card: CardMaker) -> None:
    path = mirrored("models/negative/posenet_custom_op.tflite")
    with pytest.raises(ModelError, match=r"needs the custom operator '[^']+', which LiteRT does not have"):
        LiteRtRuntime().compile(path, make_card(257, 257, layout="NHWC"), 1)


@pytest.mark.mirror
def test_a_published_int8_model_runs_on_bytes(mirrored: FileFinder, make_card: CardMaker) -> None:
    path = mirrored("models/yolo11n_full_int8_416.tflite")
    card = make_card(416, 416, layout="NHWC", colour="RGB", std=(255.0,) * 3)
    compiled = LiteRtRuntime().compile(path, card, 1)
    (values,) = compiled.session().run(np.full((416, 416, 3), 114, np.uint8)).values()
    assert values.dtype == np.float32
    assert values.shape == (1, 84, 3549)
    assert np.isfinite(values).all()
