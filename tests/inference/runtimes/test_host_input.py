"""The input tensor made on the host is what the card's words say."""

from typing import Any

import numpy as np
import pytest

from camloom.errors import ModelError
from camloom.frame import ImageArray
from camloom.inference.card import InputSpec
from camloom.inference.host_input import HostInput, to_tensor

HEIGHT, WIDTH = 6, 10
MEAN, STD = (10.0, 20.0, 30.0), (2.0, 4.0, 8.0)


@pytest.fixture
def canvas() -> ImageArray:
    return np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)


def spec(**settings: Any) -> InputSpec:
    return InputSpec.model_validate({"width": WIDTH, "height": HEIGHT, **settings})


def in_layout(pixels: np.ndarray[Any, Any], layout: str) -> np.ndarray[Any, Any]:
    return pixels.transpose(2, 0, 1)[None] if layout == "NCHW" else pixels[None]


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
@pytest.mark.parametrize("colour", ["BGR", "RGB"])
def test_floats_are_pixels_less_mean_over_std(canvas: ImageArray, layout: str, colour: str) -> None:
    tensor = to_tensor(canvas, spec(layout=layout, colour=colour, mean=MEAN, std=STD))
    ordered = canvas[:, :, ::-1] if colour == "RGB" else canvas
    expected = in_layout((ordered.astype(np.float64) - MEAN) / STD, layout)
    assert tensor.dtype == np.float32
    np.testing.assert_allclose(np.asarray(tensor, np.float64), expected, rtol=1e-6)


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
@pytest.mark.parametrize("colour", ["BGR", "RGB"])
def test_raw_pixels_stay_as_they_are(canvas: ImageArray, layout: str, colour: str) -> None:
    tensor = to_tensor(canvas, spec(layout=layout, colour=colour, dtype="u8"))
    ordered = canvas[:, :, ::-1] if colour == "RGB" else canvas
    assert tensor.dtype == np.uint8
    np.testing.assert_array_equal(tensor, in_layout(ordered, layout))


@pytest.mark.parametrize(("dtype", "zero_point"), [(np.uint8, 3), (np.int8, -128)])
def test_quantised_values_stand_for_the_same_numbers(
    canvas: ImageArray, dtype: type[np.integer[Any]], zero_point: int
) -> None:
    scale = 1 / 255
    made = HostInput(spec(layout="NHWC", std=(255.0,) * 3), dtype, scale, zero_point).tensor(canvas)
    assert made.dtype == dtype
    real = (made.astype(np.float64) - zero_point) * scale
    limits = np.iinfo(dtype)
    reachable = np.clip(canvas / 255, (limits.min - zero_point) * scale, (limits.max - zero_point) * scale)
    np.testing.assert_allclose(real, reachable[None], atol=scale / 2 + 1e-9)


def test_what_an_unquantised_integer_cannot_hold_is_refused() -> None:
    with pytest.raises(ModelError, match="uint8 pixels, the card asks for values from 0 to 1"):
        HostInput(spec(std=(255.0,) * 3), np.uint8)


def test_plain_pixels_fit_an_unquantised_integer(canvas: ImageArray) -> None:
    np.testing.assert_array_equal(HostInput(spec(layout="NHWC"), np.uint8).tensor(canvas), canvas[None])


@pytest.mark.parametrize("shape", [(HEIGHT, WIDTH), (WIDTH, HEIGHT, 3), (HEIGHT, WIDTH, 4)])
def test_another_canvas_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelError, match="the model takes a canvas of"):
        to_tensor(np.zeros(shape, np.uint8), spec())


def test_a_part_of_a_larger_picture_can_be_the_canvas(canvas: ImageArray) -> None:
    large = np.zeros((HEIGHT * 2, WIDTH * 2, 3), np.uint8)
    large[2 : 2 + HEIGHT, 3 : 3 + WIDTH] = canvas
    part = large[2 : 2 + HEIGHT, 3 : 3 + WIDTH]
    np.testing.assert_array_equal(to_tensor(part, spec()), to_tensor(canvas, spec()))


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
@pytest.mark.parametrize("std", [STD, (255.0,) * 3])
def test_a_tensor_can_be_written_into_memory_of_another(
    canvas: ImageArray, layout: str, std: tuple[float, float, float]
) -> None:
    host = HostInput(spec(layout=layout, colour="RGB", std=std))
    target = np.zeros_like(host.tensor(canvas))
    host.write(canvas, target)
    np.testing.assert_array_equal(target, host.tensor(canvas))


@pytest.mark.parametrize("target", [np.zeros((1, 3, HEIGHT, WIDTH)), np.zeros((1, HEIGHT, WIDTH, 3), np.float32)])
def test_memory_that_does_not_fit_is_refused(canvas: ImageArray, target: np.ndarray[Any, Any]) -> None:
    with pytest.raises(ModelError, match=r"the model's input is \(1, 3, 6, 10\) float32, not"):
        HostInput(spec(layout="NCHW")).write(canvas, target)
