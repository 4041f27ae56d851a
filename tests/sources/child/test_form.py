"""What a program says of its pictures is believed only within reason; colours come out as they went in."""

import numpy as np
import pytest
from pydantic import ValidationError

from camloom.frame import ImageArray
from camloom.packets import Packet
from camloom.sources.child.form import PIXEL_FORMATS, Form, new_packet
from camloom.sources.reading.decode import Decoder

FORM = {"codec": "rawvideo", "pix_fmt": "gray", "width": 8, "height": 4, "fps": 10}
SIDES = {"bayer_rggb8": "RGGB", "bayer_bggr8": "BGGR", "bayer_grbg8": "GRBG", "bayer_gbrg8": "GBRG"}
BGR = (40, 90, 200)


@pytest.mark.parametrize(
    "wrong",
    [
        {"width": 0},
        {"width": 1 << 20},
        {"width": 30000, "height": 30000},
        {"pix_fmt": "evil"},
        {"pix_fmt": "yuv420p", "width": 7},
        {"pix_fmt": "bgr24", "width": 1},
        {"pix_fmt": "bayer_rggb8", "height": 1},
        {"codec": "concat"},
        {"fps": 1e9},
        {"fps": "nan"},
        {"extradata": "A" * (1 << 18)},
        {"surprise": 1},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Form.model_validate({**FORM, **wrong})


@pytest.mark.parametrize("pix_fmt", PIXEL_FORMATS)
def test_every_pixel_format_is_one_that_is_decoded(pix_fmt: str) -> None:
    form = Form.model_validate({**FORM, "pix_fmt": pix_fmt})
    size = next(size for size in range(8 * 4, 8 * 4 * 4 + 1) if form.fits(size))
    packet = new_packet(size)
    raw = form.convert(packet) if form.is_converted else packet
    raw.pts = 0
    [(_, picture)] = Decoder(form.info()).decode(Packet(raw, 0, 0, is_keyframe=True))
    assert (picture.width, picture.height) == (8, 4)
    assert not form.fits(size + 1)


def mosaic(order: str, height: int, width: int) -> ImageArray:
    value = dict(zip("BGR", BGR, strict=True))
    cell = np.array([value[colour] for colour in order], np.uint8).reshape(2, 2)
    return np.tile(cell, (height // 2 + 1, width // 2 + 1))[:height, :width]


@pytest.mark.parametrize(("pix_fmt", "order"), SIDES.items())
@pytest.mark.parametrize("size", [(32, 24), (33, 25)])
def test_a_mosaic_has_its_colours(pix_fmt: str, order: str, size: tuple[int, int]) -> None:
    width, height = size
    form = Form.model_validate({**FORM, "pix_fmt": pix_fmt, "width": width, "height": height})
    pixels = mosaic(order, height, width)
    packet = new_packet(pixels.size)
    memoryview(packet)[:] = pixels.tobytes()
    raw = form.convert(packet)
    raw.pts = 0
    [(_, picture)] = Decoder(form.info()).decode(Packet(raw, 0, 0, is_keyframe=True))
    assert (picture.width, picture.height) == (32, 24)
    assert np.abs(picture.to_bgr()[4:-4, 4:-4].astype(int) - BGR).max() <= 4
