"""The picture to try a model on: the user's, a frame of the sample video, or a drawn one."""

from contextlib import suppress
from itertools import islice
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame

from camloom import assets
from camloom.errors import CamloomError, SourceError, UsageError
from camloom.frame import FrameBuffer, ImageArray
from camloom.phrases import Phrase
from camloom.sources.opening.open import open_container, video_stream
from camloom.sources.reading.decode import AvFrameBuffer
from camloom.toolchain.datasets.pictures import read_picture as read_picture_file

_SAMPLE = "street"
_FRAME = 100  # of a video: the first frames are often black or empty


def read_picture(path: Path) -> FrameBuffer:
    """Return a picture, or a frame from the beginning of a video.

    Raises:
        UsageError: it is neither.
    """
    with suppress(SourceError):
        return read_picture_file(path)
    try:
        frame = _early_frame(path)
    except CamloomError as error:
        raise UsageError(
            Phrase(f"{path} is no picture and no video that can be read", "photo"), "Give a JPEG or PNG"
        ) from error
    if frame is None:
        raise UsageError(Phrase(f"{path} has no picture in it", "photo"), "Give a JPEG or PNG")
    return AvFrameBuffer(frame)


def _early_frame(path: Path) -> VideoFrame | None:
    """Return the last frame that can be decoded of the first hundred."""
    last: VideoFrame | None = None
    with open_container(str(path), live=False) as container, suppress(av.error.FFmpegError):
        for frame in islice(container.decode(video_stream(container)), _FRAME + 1):
            last = frame
    return last


def sample_picture() -> FrameBuffer | None:
    """Return a frame of the street sample if that is on this machine already."""
    video = assets.cached(_SAMPLE) if _SAMPLE in assets.catalogue() else None
    return read_picture(video) if video else None


def drawn_picture(width: int = 640, height: int = 480) -> FrameBuffer:
    """Return a picture with shades and blocks: enough to run a model, not to judge what it finds."""
    y, x = np.mgrid[:height, :width]
    shades: ImageArray = np.stack((x * 255 // width, y * 255 // height, (x + y) % 256), axis=2).astype(np.uint8)
    shades[height // 4 : height // 2, width // 4 : width // 2] = 220
    return AvFrameBuffer(VideoFrame.from_ndarray(shades, format="bgr24"))
