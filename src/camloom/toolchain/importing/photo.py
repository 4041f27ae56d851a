"""The picture to try a model on: the user's, a frame of the sample video, or a drawn one."""

from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame

from camloom import assets
from camloom.errors import UsageError
from camloom.frame import FrameBuffer, ImageArray
from camloom.sources.decode import AvFrameBuffer
from camloom.sources.open import MAX_PIXELS

_SAMPLE = "street"
_FRAME = 100  # of a video: the first frames are often black or empty


def read_picture(path: Path) -> FrameBuffer:
    """Return a picture, or a frame from the beginning of a video.

    Raises:
        UsageError: it is neither.
    """
    last: VideoFrame | None = None
    try:
        with av.open(str(path), options={"max_pixels": str(MAX_PIXELS)}) as container:
            for index, frame in enumerate(container.decode(video=0)):
                last = frame
                if index >= _FRAME:
                    break
    except (av.error.FFmpegError, OSError, IndexError, ValueError) as error:
        if last is None:
            raise UsageError(f"{path} is no picture and no video that FFmpeg reads", "Give a JPEG or PNG") from error
    if last is None:
        raise UsageError(f"{path} has no picture in it", "Give a JPEG or PNG")
    return AvFrameBuffer(last)


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
