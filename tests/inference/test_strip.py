"""Pictures of any shape have a place on the canvas of a model."""

import pytest

from camloom.inference.card import InputSpec
from camloom.inference.preprocess import Letterbox


@pytest.mark.parametrize("size", [(4096, 2), (2, 4096), (2, 2)])
@pytest.mark.parametrize("pad", ["center", "top_left"])
def test_a_strip_keeps_some_width_and_height(size: tuple[int, int], pad: str) -> None:
    place = Letterbox.fit(InputSpec.model_validate({"width": 320, "height": 320, "pad": pad}), *size)
    assert min(place.width, place.height) >= 2
    assert place.x + place.width <= 320
    assert place.y + place.height <= 320
