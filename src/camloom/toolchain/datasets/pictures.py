"""Picture files and videos to frames, through the engine's own decoder.

A picture file is given to its decoder as one packet: no demuxer looks into it, and so none can follow a list of
addresses that calls itself a picture.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import av
import av.error

from camloom.errors import ConfigError, SourceError
from camloom.sources.opening.faults import read_error
from camloom.sources.opening.open import MAX_PIXELS, open_container, video_stream
from camloom.sources.reading.decode import AvFrameBuffer
from camloom.toolchain.datasets.files import read_bytes
from camloom.toolchain.datasets.labels import Picture, Problems

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"})
_PICTURE_BYTES_MAX = 1 << 27
_HEAD_BYTES = 1 << 19  # the size of a JPEG comes after its thumbnail and colour profile
_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # ITU T.81, table B.1


def read_picture(path: Path) -> AvFrameBuffer:
    """Decode a picture file (JPEG, PNG, BMP, WebP or TIFF, told by its content).

    Raises:
        SourceError: it is none of these, damaged or too large.
    """
    try:
        content = read_bytes(path, _PICTURE_BYTES_MAX)
    except ConfigError as error:
        raise SourceError(error.message, reason="read") from None
    codec = _codec(content)
    if codec is None:
        raise SourceError(f"{path} is no picture that is read here", "Give JPEG, PNG, BMP, WebP or TIFF")
    context = av.CodecContext.create(codec, "r")
    context.options = {"max_pixels": str(MAX_PIXELS)}
    context.thread_count = 1
    try:
        frames = [*context.decode(av.Packet(content)), *context.decode(None)]  # type: ignore[attr-defined]
    except (av.error.FFmpegError, ValueError, MemoryError):
        frames = []
    if not frames:
        raise SourceError(f"{path} cannot be decoded", "The picture is damaged or too large")
    return AvFrameBuffer(frames[0])


def picture_size(path: Path) -> tuple[int, int]:
    """Return width and height in px, from the header where that is simple.

    Raises:
        SourceError: see `read_picture`.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror}", reason="read") from None
    size = _png_size(head) or _jpeg_size(head)
    if size is None:
        picture = read_picture(path)
        size = picture.width, picture.height
    if not 0 < size[0] * size[1] <= MAX_PIXELS:
        raise SourceError(f"{path} claims {size[0]} x {size[1]} px", "The picture is damaged or too large")
    return size


def frames(pictures: Iterable[Picture], problems: Problems | None = None) -> Iterator[tuple[Picture, AvFrameBuffer]]:
    """Decode labelled pictures, in their order; frames of one video must follow each other, rising.

    Args:
        problems: told of pictures that cannot be decoded, which are then left out; None: that is an error.

    Raises:
        SourceError: a picture or a video cannot be read.
    """
    for (path, is_video), group in groupby(pictures, lambda picture: (picture.path, picture.frame is not None)):
        if is_video:
            yield from _of_video(path, list(group))
            continue
        for picture in group:
            try:
                buffer = read_picture(path)
            except SourceError as error:
                if problems is None:
                    raise
                problems.add(path, error.message)
                continue
            yield picture, buffer


def _of_video(path: Path, wanted: list[Picture]) -> Iterator[tuple[Picture, AvFrameBuffer]]:
    by_frame = {picture.frame: picture for picture in wanted}
    last = max(picture.frame or 0 for picture in wanted)
    with open_container(str(path), live=False) as container:
        try:
            for index, frame in enumerate(container.decode(video_stream(container))):
                if index > last:
                    return
                if index in by_frame:
                    yield by_frame[index], AvFrameBuffer(frame)
        except av.error.FFmpegError as error:
            raise read_error(str(path), error) from None


def _codec(content: bytes) -> str | None:
    if content.startswith(b"\xff\xd8\xff"):
        return "mjpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "webp"
    if content.startswith((b"II*\0", b"MM\0*")):
        return "tiff"
    return "bmp" if content.startswith(b"BM") else None


def _png_size(head: bytes) -> tuple[int, int] | None:
    if not head.startswith(b"\x89PNG\r\n\x1a\n") or len(head) < 24:
        return None
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def _jpeg_size(head: bytes) -> tuple[int, int] | None:
    """Walk the segments of a JPEG to its frame header (ITU T.81, B.2.2); None if it is not found."""
    place = 2
    if not head.startswith(b"\xff\xd8"):
        return None
    while place + 9 <= len(head) and head[place] == 0xFF:
        marker = head[place + 1]
        if marker in _START_OF_FRAME:
            return int.from_bytes(head[place + 7 : place + 9], "big"), int.from_bytes(
                head[place + 5 : place + 7], "big"
            )
        fill = marker == 0xFF
        place += 1 if fill else 2 + int.from_bytes(head[place + 2 : place + 4], "big")
    return None
