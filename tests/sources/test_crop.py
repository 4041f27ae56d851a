"""A part of a picture, straight from where FFmpeg decoded it."""

import av
import cv2
import numpy as np
import pytest

from camloom.frame import ImageArray, PixelBox, aligned_box
from camloom.sources.reading.decode import AvFrameBuffer

FORMATS = ["yuv420p", "yuv422p", "yuv444p", "yuvj420p", "nv12", "gray", "yuv420p10le", "rgb24"]


def smooth_picture(width: int = 512, height: int = 384, grey: bool = False) -> ImageArray:
    coarse = np.random.default_rng(1).integers(30, 220, (6, 8, 3), np.uint8)
    picture = np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
    return np.repeat(picture[:, :, 1:2], 3, axis=2) if grey else picture


def buffer_of(picture: ImageArray, pix_fmt: str = "yuv420p") -> AvFrameBuffer:
    return AvFrameBuffer(av.VideoFrame.from_ndarray(picture, format="bgr24").reformat(format=pix_fmt))


@pytest.mark.parametrize("pix_fmt", FORMATS)
@pytest.mark.parametrize("box", [(100, 60, 260, 300), (0, 0, 512, 384), (452, 300, 512, 384)])
def test_a_crop_looks_like_that_part_of_the_picture(pix_fmt: str, box: PixelBox) -> None:
    picture = smooth_picture(grey=pix_fmt == "gray")
    crop = np.zeros((96, 128, 3), np.uint8)
    buffer_of(picture, pix_fmt).crop_into(crop, box)
    x0, y0, x1, y1 = box
    expected = cv2.resize(picture[y0:y1, x0:x1], (128, 96), interpolation=cv2.INTER_LINEAR)
    assert np.abs(crop.astype(int) - expected).mean() < 4


@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuv422p", "nv12"])
def test_the_whole_picture_as_a_crop_is_the_scaled_picture(pix_fmt: str) -> None:
    buffer = buffer_of(smooth_picture(), pix_fmt)
    whole, crop = np.zeros((96, 128, 3), np.uint8), np.zeros((96, 128, 3), np.uint8)
    buffer.resize_into(whole)
    buffer.crop_into(crop, (0, 0, 512, 384))
    assert np.abs(whole.astype(int) - crop).max() <= (0 if pix_fmt.startswith("yuv") else 40)


@pytest.mark.parametrize("size", [(63, 47), (64, 47), (63, 48), (227, 227)])
def test_canvases_of_odd_size_are_filled(size: tuple[int, int]) -> None:
    picture = smooth_picture()
    crop = np.zeros((*size, 3), np.uint8)
    buffer_of(picture).crop_into(crop, (100, 60, 260, 300))
    expected = cv2.resize(picture[60:300, 100:260], size[::-1], interpolation=cv2.INTER_LINEAR)
    assert np.abs(crop.astype(int) - expected).mean() < 8


def test_pictures_of_odd_size_give_their_last_column_and_row() -> None:
    picture = smooth_picture(321, 181)
    crop = np.zeros((32, 32, 3), np.uint8)
    buffer = buffer_of(picture)
    buffer.crop_into(crop, (290, 150, 400, 400))
    expected = cv2.resize(picture[150:, 290:], (32, 32), interpolation=cv2.INTER_LINEAR)
    assert np.abs(crop.astype(int) - expected).mean() < 6
    buffer.crop_into(crop, (320, 180, 321, 181))
    assert np.abs(crop.astype(int) - picture[180, 320]).mean() < 12


def test_it_writes_into_a_part_of_a_canvas_and_nowhere_else() -> None:
    white = np.full((90, 160, 3), 255, np.uint8)
    for pix_fmt in ("yuv420p", "rgb24"):
        canvas = np.zeros((64, 64, 3), np.uint8)
        buffer_of(white, pix_fmt).crop_into(canvas[10:50, 20:40], (10, 10, 30, 50))
        assert canvas[10:50, 20:40].min() > 240
        assert canvas.astype(int).sum() == canvas[10:50, 20:40].astype(int).sum()


@pytest.mark.parametrize(
    ("xyxy", "box"),
    [
        ((10.0, 20.0, 30.0, 40.0), (10, 20, 30, 40)),
        ((11.0, 21.0, 31.0, 41.0), (10, 20, 32, 42)),
        ((10.9, 20.1, 30.1, 40.9), (10, 20, 32, 42)),
        ((-50.0, -50.0, 5.0, 5.0), (0, 0, 6, 6)),
        ((300.0, 170.0, 900.0, 900.0), (300, 170, 321, 181)),
        ((-9.0, -9.0, -5.0, -5.0), (0, 0, 2, 2)),
        ((900.0, 900.0, 950.0, 950.0), (320, 180, 321, 181)),
        ((50.0, 50.0, 50.0, 50.0), (50, 50, 52, 52)),
        ((50.0, 50.0, 40.0, 40.0), (50, 50, 52, 52)),
    ],
)
def test_boxes_are_widened_to_whole_colour_samples(xyxy: tuple[float, ...], box: PixelBox) -> None:
    assert aligned_box(xyxy, 321, 181) == box
    assert aligned_box(box, 321, 181) == box
