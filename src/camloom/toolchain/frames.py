"""Pictures for calibration and comparison: files, folders and videos, read the engine's own way."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import av
import numpy as np

from camloom import assets
from camloom.config.source_url import is_live
from camloom.errors import CamloomError, ConfigError, SourceError
from camloom.frame import FrameBuffer
from camloom.sources.opening.faults import read_error
from camloom.sources.opening.open import open_container, video_stream
from camloom.sources.reading.decode import AvFrameBuffer
from camloom.toolchain.datasets.pictures import PICTURE_SUFFIXES, read_picture

_MAX_FILES = 100_000
_SAMPLE = "sample:"


class FrameSet:
    """Frames spread evenly over a video or a folder; decoded anew each time they are gone through.

    Nothing is kept in memory, so that a set may be as large as it likes.

    Args:
        data: a video file, a picture, a folder of pictures, or `sample:ID`.
        limit: frames at most.
        between: take the frames half-way between those that the same set takes without it. What a model is
            calibrated on and what it is judged on can so be kept apart, see `overlaps`.

    Attributes:
        skipped: why pictures could not be read, by name; known once they have been gone through.

    Raises:
        ConfigError, SourceError, AssetError: there is nothing there to read.
    """

    def __init__(self, data: str, limit: int, *, between: bool = False) -> None:
        self.data = data
        self.skipped: dict[str, str] = {}
        self._pictures = _pictures_of(data)
        self._path = data if self._pictures else _video_path(data)
        count = len(self._pictures) or _count_frames(self._path)
        self._step = max(1, -(-count // limit))
        first = self._step // 2 if between else 0
        self._picked = list(islice(range(first, count, self._step), limit))
        if not self._picked:
            raise SourceError(f"there is no frame in {data}", "Give a longer video", reason="no-video")

    @property
    def overlaps(self) -> bool:
        """Whether the set is too small for two sets of different frames."""
        return self._step == 1

    def __len__(self) -> int:
        return len(self._picked)

    def __iter__(self) -> Iterator[FrameBuffer]:
        return (buffer for _, buffer in self.numbered())

    def numbered(self) -> Iterator[tuple[int, FrameBuffer]]:
        """Yield the frames with their position among all frames of the data, from 0."""
        return self._read_pictures() if self._pictures else self._read_video()

    def _read_pictures(self) -> Iterator[tuple[int, FrameBuffer]]:
        for index in self._picked:
            try:
                yield index, read_picture(self._pictures[index])
            except SourceError as error:
                self.skipped[self._pictures[index].name] = error.message

    def _read_video(self) -> Iterator[tuple[int, FrameBuffer]]:
        wanted = frozenset(self._picked)
        with open_container(self._path) as container:
            stream = video_stream(container)
            try:
                for index, frame in enumerate(container.decode(stream)):
                    if index in wanted:
                        yield index, AvFrameBuffer(frame)
                    if index >= self._picked[-1]:
                        return
            except av.error.FFmpegError as error:
                problem = read_error(self._path, error)
            else:
                return
        raise problem


def generated_frames(count: int, width: int = 640, height: int = 480) -> list[FrameBuffer]:
    """Return blurred noise: not a picture of anything, but it stirs every layer of a model."""
    random = np.random.default_rng(0)
    coarse = [random.integers(0, 256, (height // 16, width // 16, 3), np.uint8) for _ in range(count)]
    frames = (av.VideoFrame.from_ndarray(picture, format="bgr24") for picture in coarse)
    return [AvFrameBuffer(frame.reformat(width=width, height=height, format="yuv420p")) for frame in frames]


def default_frames(data: str | None, limit: int) -> tuple[list[FrameBuffer], str]:
    """Return frames for a quick comparison, and what they are of.

    Args:
        data: see `FrameSet`; None takes the street sample, or generated pictures where it is not at hand.
        limit: frames at most.
    """
    try:
        found = FrameSet(data or "sample:street", limit)
        return list(found), data or "the street sample"
    except CamloomError:
        if data is not None:
            raise
        return generated_frames(min(limit, 8)), "generated pictures (the street sample cannot be had here)"


def _pictures_of(data: str) -> list[Path]:
    path = Path(data).expanduser()
    if path.suffix.lower() in PICTURE_SUFFIXES and path.is_file():
        return [path]
    if not path.is_dir():
        return []
    found = sorted(islice((each for each in path.rglob("*") if each.suffix.lower() in PICTURE_SUFFIXES), _MAX_FILES))
    if not found:
        raise ConfigError(
            f"there are no pictures in the folder {path}", f"It reads {', '.join(sorted(PICTURE_SUFFIXES))}"
        )
    return found


def _video_path(data: str) -> str:
    if data.startswith(_SAMPLE):
        return str(assets.fetch(data.removeprefix(_SAMPLE)))
    if is_live(data):
        raise ConfigError("a live source has no end to spread frames over", "Record some of it and give the file")
    return str(Path(data).expanduser())


def _count_frames(path: str) -> int:
    """Count by reading the packets: what files say of themselves is often wrong."""
    with open_container(path) as container:
        try:
            return sum(1 for packet in container.demux(video_stream(container)) if packet.size)
        except av.error.FFmpegError as error:
            problem = read_error(path, error)
    raise problem
