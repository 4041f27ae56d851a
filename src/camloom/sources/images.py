"""Pictures in files: a single one, a folder of them, or a folder into which a camera puts new ones."""

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import av
import av.error
from pydantic import Field, model_validator

from camloom.config import StrictModel
from camloom.config.addresses import policy_in_force
from camloom.errors import SourceError
from camloom.packets import Packet, StreamInfo
from camloom.sources.opening.open import MAX_PIXELS

SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".webp")
_CODECS = {b"\xff\xd8\xff": "mjpeg", b"\x89PNG\r\n\x1a\n": "png", b"BM": "bmp", b"RIFF": "webp"}
_MAX_BYTES = 64 << 20
_TIME_BASE = Fraction(1, 90000)
_POLL_S = 0.5
_LOOKS = 4  # for a first picture; whoever opened it tries again later
_FAULTS = (av.error.FFmpegError, OSError, ValueError)


class ImagesConfig(StrictModel):
    """`picture.jpg`, `folder/` or `image:PATH`."""

    url: str = Field(min_length=1, description="a picture or a folder of pictures, with or without `image:` before it")
    fps: float = Field(default=1, gt=0, le=60, description="pictures per second of the stream's clock")
    repeat: bool = Field(default=False, description="show them again and again at `fps`, as a camera would")
    watch: bool = Field(default=False, description="wait for new pictures, or for a new version of the one")

    @model_validator(mode="after")
    def _one_or_the_other(self) -> "ImagesConfig":
        if self.repeat and self.watch:
            raise ValueError("repeat and watch exclude each other")
        return self

    @property
    def path(self) -> Path:
        """Where the pictures are."""
        path = self.url.removeprefix("image:")
        return Path(path[2:] if path.startswith("//") else path)


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture as its file holds it; it can be decoded."""

    codec: str
    width: int
    height: int
    data: bytes
    context: Any


class ImagesSource:
    """Pictures: one, or a folder of them in their natural order, or new ones as they come."""

    Config: ClassVar = ImagesConfig
    schemes: ClassVar = ("image",)
    suffixes: ClassVar = (*SUFFIXES, "/")

    def __init__(self, config: ImagesConfig) -> None:
        self.skipped = 0  # files that are not pictures, or broken
        self._config = config
        self._stopped = threading.Event()
        self._files = self._found()
        self._first: Picture | None = None

    @property
    def reconnects(self) -> bool:
        """Whether new pictures may come."""
        return self._config.watch

    def knock(self) -> bool:
        """Tell whether there is a picture."""
        path = self._config.path
        return bool(_pictures_in(path)) if path.is_dir() else path.is_file()

    def open(self) -> StreamInfo:
        """Read the first picture that is one. SourceError: there is none."""
        policy_in_force().check_scheme("image")
        path = self._config.path
        if not path.exists():
            raise SourceError(f"there is no '{path}'", "Check the path and its spelling", reason="missing")
        self._first = next(filter(None, islice(self._files, _LOOKS if self._config.watch else None)), None)
        if self._first is None:
            what = f"'{path}' holds no picture that can be read ({self.skipped} skipped)"
            reason = "not-a-video" if self.skipped else "missing"
            raise SourceError(what, f"Give a folder with {', '.join(SUFFIXES)}, or such a file", reason=reason)
        return self._info(self._first)

    def packets(self) -> Iterator[Packet]:
        """Yield one packet a picture; every one is a keyframe."""
        config, last = self._config, self._first
        began_s = time.monotonic()
        for index, picture in enumerate(filter(None, self._shown())):
            due_s = began_s + index / config.fps
            if config.repeat and self._stopped.wait(max(0.0, due_s - time.monotonic())):
                return
            ready_s = due_s if config.repeat else time.monotonic()
            pts_s = (ready_s - began_s if index else 0.0) if config.watch else index / config.fps
            info = None if last is None or _alike(last, picture) else self._info(picture)
            raw = av.Packet(picture.data)
            raw.pts = raw.dts = round(pts_s / _TIME_BASE)
            raw.time_base = _TIME_BASE
            raw.is_keyframe = True
            yield Packet(raw, pts_s, ready_s, is_keyframe=True, discont=info is not None, info=info)
            last = picture
            if self._stopped.is_set():
                return

    def stop(self) -> None:
        """End `packets` soon."""
        self._stopped.set()

    def close(self) -> None:
        """Nothing is held."""

    def _shown(self) -> "Iterator[Picture | None]":
        """Yield the first picture and those after it; with `repeat` all of them again and again."""
        yield self._first
        yield from self._files
        while self._config.repeat:
            pictures = self._found()
            again = next(pictures, None)
            yield again
            yield from pictures
            if again is None:
                raise SourceError(f"'{self._config.path}' holds no picture any more", "Put it back", reason="missing")

    def _found(self) -> "Iterator[Picture | None]":
        """Yield the pictures; None after each look for new ones."""
        path = self._config.path
        files = _Arrivals(path, self._stopped) if self._config.watch else _pictures_in(path)
        for file in files:
            picture = read_picture(file) if file else None
            self.skipped += picture is None and file is not None
            if picture or not file:
                yield picture

    def _info(self, picture: Picture) -> StreamInfo:
        config = self._config
        endless = config.watch or config.repeat
        frames = 0 if endless else len(_pictures_in(config.path)) - self.skipped
        template = SimpleNamespace(codec_context=picture.context, time_base=_TIME_BASE)
        return StreamInfo(picture.codec, picture.width, picture.height, config.fps, endless, template, frames)


def read_picture(path: Path) -> Picture | None:
    """Return a picture if its file holds one that can be decoded to its end and is not too large."""
    try:
        if not path.is_file() or path.stat().st_size > _MAX_BYTES:
            return None
        data = path.read_bytes()
        codec = next((name for magic, name in _CODECS.items() if data.startswith(magic)), None)
        if codec is None:
            return None
        context = av.CodecContext.create(codec, "r")
        assert isinstance(context, av.VideoCodecContext)
        context.options = {"max_pixels": str(MAX_PIXELS), "err_detect": "explode"}
        frames = [*context.decode(av.Packet(data)), *context.decode(None)]
    except _FAULTS:
        return None
    if len(frames) != 1 or frames[0].is_corrupt:
        return None
    return Picture(codec, frames[0].width, frames[0].height, data, context)


class _Arrivals:
    """The files that come to a folder, or the versions of one file, each when it is complete.

    A file is complete when it did not change from one look to the next.
    """

    def __init__(self, path: Path, stopped: threading.Event) -> None:
        self._path = path
        self._stopped = stopped
        self._seen: dict[Path, tuple[int, int]] = {}
        self._given: dict[Path, tuple[int, int]] = {}

    def __iter__(self) -> Iterator[Path | None]:
        """Yield files, and None after each look."""
        while not self._stopped.is_set():
            yield from self._look()
            yield None
            self._stopped.wait(_POLL_S)

    def _look(self) -> list[Path]:
        now = {file: version for file in _pictures_in(self._path) if (version := _version(file))}
        complete = [file for file, version in now.items() if self._seen.get(file) == version]
        new = [file for file in complete if self._given.get(file) != now[file]]
        self._seen = now  # what is gone is forgotten, so that this stays as small as the folder
        self._given = {file: now[file] for file in complete}
        return new


def _version(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _pictures_in(path: Path) -> list[Path]:
    """Return the pictures of a folder in their natural order (2 before 10), or the one file."""
    if not path.is_dir():
        return [path] if path.is_file() else []
    try:
        files = [file for file in path.iterdir() if file.suffix.lower() in SUFFIXES]
    except OSError:
        return []
    return sorted(files, key=_natural)


def _natural(file: Path) -> list[tuple[int, int, str]]:
    parts = re.findall(r"\d{1,18}|\D+", file.name.lower())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]


def _alike(one: Picture, other: Picture) -> bool:
    return (one.codec, one.width, one.height) == (other.codec, other.width, other.height)
