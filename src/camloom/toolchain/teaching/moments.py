"""Pictures to learn from: files, folders, or moments of a video or a stream."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import av
import av.error

from camloom.config.source_url import is_live
from camloom.errors import ConfigError
from camloom.frame import FrameBuffer
from camloom.sources.opening.faults import read_error
from camloom.sources.opening.open import open_container, video_stream
from camloom.sources.reading.decode import AvFrameBuffer
from camloom.toolchain.datasets.pictures import PICTURE_SUFFIXES, read_picture

_MOST_PICTURES = 2000


@dataclass(frozen=True, slots=True)
class When:
    """Which moments of a video or a stream to take.

    Attributes:
        at_s: these times, s from its beginning; empty: one every `every_s`.
        every_s: time between two of them.
        count: of them at most.
    """

    at_s: tuple[float, ...] = ()
    every_s: float = 5.0
    count: int = 20

    def due(self, taken: int, last_s: float | None, now_s: float) -> bool:
        """Tell whether the frame at a time is one to take."""
        if self.at_s:
            return taken < len(self.at_s) and now_s >= sorted(self.at_s)[taken] - 1e-6
        return taken < self.count and (last_s is None or now_s - last_s >= self.every_s - 1e-6)

    @property
    def wanted(self) -> int:
        """How many at most."""
        return len(self.at_s) or self.count


def pictures_of(source: str, when: When) -> Iterator[tuple[str, FrameBuffer]]:
    """Yield pictures with a name that sorts by time.

    Args:
        source: a picture, a folder of pictures, a video file, or the URL of a stream.
        when: which moments of a video or a stream.

    Raises:
        ConfigError, SourceError: there is nothing there to read.
    """
    path = Path(source).expanduser()
    if path.is_dir():
        found = sorted(each for each in path.iterdir() if each.suffix.lower() in PICTURE_SUFFIXES)
        if not found:
            known = ", ".join(sorted(PICTURE_SUFFIXES))
            raise ConfigError(f"there are no pictures in the folder {path}", f"It reads {known}")
        yield from _files(found[:_MOST_PICTURES])
    elif path.suffix.lower() in PICTURE_SUFFIXES:
        yield from _files([path])
    else:
        yield from _moments(source, when)


def _files(paths: Sequence[Path]) -> Iterator[tuple[str, FrameBuffer]]:
    for path in paths:
        yield path.stem, read_picture(path)


def _moments(source: str, when: When) -> Iterator[tuple[str, FrameBuffer]]:
    live = is_live(source)
    stem = f"live-{datetime.now(UTC):%Y%m%dT%H%M%S}" if live else Path(source).stem
    problem: Exception | None = None
    with open_container(source, live=live) as container:
        stream, first_s, last_s, taken = video_stream(container), None, None, 0
        frames = container.decode(stream)
        while taken < when.wanted:
            try:
                frame = next(frames, None)
            except av.error.FFmpegError as error:
                problem = read_error(source, error)
                break
            if frame is None:
                return
            time_s = float(frame.time or 0.0)
            first_s = time_s if first_s is None else first_s
            if when.due(taken, last_s, time_s - first_s):
                last_s, taken = time_s - first_s, taken + 1
                yield f"{stem}-{round(last_s * 1000):09d}", AvFrameBuffer(frame)
    if problem is not None:
        raise problem
