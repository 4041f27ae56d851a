"""What a vendor's model is given, from the card and from what the model says of its inputs."""

import numpy as np
import pytest
from tests.inference.worker.probe_model import HEIGHT, WIDTH, card

from camloom.errors import ModelError
from camloom.frame import ImageArray
from camloom.inference.runtimes.vendor_input import VendorInput
from camloom.inference.worker.shared import Dtype, TensorSpec

SIZE = (1, 3, HEIGHT, WIDTH)


def spec(name: str = "image", shape: tuple[int, ...] = SIZE, dtype: Dtype = "float32") -> TensorSpec:
    return TensorSpec(name=name, shape=shape, dtype=dtype)


@pytest.mark.parametrize("dtype", ["float32", "float16", "uint8"])
def test_the_picture_comes_in_the_type_of_the_model(canvas: ImageArray, dtype: Dtype) -> None:
    made = VendorInput(card().input, [spec(dtype=dtype)]).tensors(canvas)
    assert made["image"].dtype == dtype
    np.testing.assert_array_equal(made["image"].astype(np.float32), canvas.transpose(2, 0, 1)[None].astype(np.float32))


def test_a_model_that_describes_nothing_gets_what_the_card_says(canvas: ImageArray) -> None:
    made = VendorInput(card(layout="NHWC", dtype="u8").input, []).tensors(canvas)
    np.testing.assert_array_equal(made["input"], canvas[None])


def test_open_sizes_fit_any_card(canvas: ImageArray) -> None:
    made = VendorInput(card().input, [spec(shape=(-1, 3, -1, -1))]).tensors(canvas)
    assert made["image"].shape == SIZE


def test_constants_go_in_beside_the_picture(canvas: ImageArray) -> None:
    given = VendorInput(card(constants={"scale": (8.0, 12.0)}).input, [spec("scale", (1, 2)), spec()]).tensors(canvas)
    assert list(given) == ["scale", "image"]
    assert given["scale"].tolist() == [[8.0, 12.0]]


@pytest.mark.parametrize(
    ("inputs", "settings", "said"),
    [
        ([spec("a"), spec("b")], {}, "which input takes the picture"),
        ([spec("a"), spec("b", (2,))], {"name": "a"}, "what goes into input 'b'"),
        ([spec(), spec("b", (3,))], {"constants": {"b": (1.0,)}}, "gives 1 numbers"),
        ([spec(shape=(1, HEIGHT, WIDTH, 3))], {}, "the card says"),
        ([spec(shape=(HEIGHT, WIDTH))], {}, "the card says"),
        ([spec(dtype="uint8")], {"std": (255.0, 255.0, 255.0)}, "dtype: u8"),
        ([spec()], {"name": "other"}, "which input takes the picture"),
    ],
)
def test_a_card_that_does_not_fit_is_refused(inputs: list[TensorSpec], settings: dict[str, object], said: str) -> None:
    with pytest.raises(ModelError, match=said):
        VendorInput(card(**settings).input, inputs)
