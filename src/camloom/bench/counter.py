"""A clip with a counter that a program can read off the picture, whatever way the picture has taken."""

import struct
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

WIDTH_PX, HEIGHT_PX = 640, 360
_BITS = 12
_BLOCK_PX = 48
_LEFT_PX = (WIDTH_PX - _BITS * _BLOCK_PX) // 2
MAX_FRAMES = 1 << _BITS

Luma = npt.NDArray[np.uint8]


def paint(luma: Luma, number: int) -> None:
    """Write a number into a picture as black and white blocks: its bits, and below them their opposites.

    Args:
        luma: (360, 640) uint8; changed.
        number: 0 to 4095.
    """
    for bit in range(_BITS):
        on = number >> bit & 1
        left = _LEFT_PX + bit * _BLOCK_PX
        luma[:_BLOCK_PX, left : left + _BLOCK_PX] = 235 * on
        luma[_BLOCK_PX : 2 * _BLOCK_PX, left : left + _BLOCK_PX] = 235 * (1 - on)


def read(luma: Luma) -> int | None:
    """Return the number in a picture, (360, 640) uint8; None where the blocks contradict each other."""
    centre = slice(_BLOCK_PX // 4, _BLOCK_PX * 3 // 4)
    rows = luma[: 2 * _BLOCK_PX, _LEFT_PX : _LEFT_PX + _BITS * _BLOCK_PX].reshape(2, _BLOCK_PX, _BITS, _BLOCK_PX)
    on = rows[:, centre, :, centre].mean(axis=(1, 3)) > 118
    if not np.array_equal(on[0], ~on[1]):
        return None
    return int((on[0] * (1 << np.arange(_BITS))).sum())


def write_units(path: Path, frames: int, fps: int) -> None:
    """Encode a counting clip in H.264 (GOP of one second, no B frames), as a file of units for rtsp_server.py.

    Below the counter a bar moves over grain, so that a frame has the size of a camera's.
    """
    context = av.CodecContext.create("libx264", "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
    context.time_base, context.framerate = Fraction(1, fps), Fraction(fps)
    context.gop_size, context.max_b_frames, context.bit_rate = fps, 0, 1_500_000
    context.options = {"preset": "ultrafast", "tune": "zerolatency", "x264-params": "scenecut=0:sliced-threads=0"}
    grain = np.random.default_rng(5).integers(60, 110, (HEIGHT_PX, WIDTH_PX), np.uint8)
    with path.open("wb") as file:
        for picture in chain((_frame(grain, index, fps) for index in range(frames)), [None]):
            for packet in context.encode(picture):
                data = bytes(packet)
                file.write(struct.pack(">I", len(data)) + data)


def _frame(grain: Luma, index: int, fps: int) -> av.VideoFrame:
    packed = np.full((HEIGHT_PX * 3 // 2, WIDTH_PX), 128, np.uint8)
    packed[:HEIGHT_PX] = np.roll(grain, index * 7, axis=1)
    left = index * 5 % (WIDTH_PX - 40)
    packed[HEIGHT_PX // 2 : HEIGHT_PX - 20, left : left + 40] = 220
    paint(packed[:HEIGHT_PX], index)
    frame = av.VideoFrame.from_ndarray(packed, format="yuv420p")
    frame.pts, frame.time_base = index, Fraction(1, fps)
    return frame
