"""Where sinks may write.

A relative path stays inside the output folder of the task: `..` is refused. An absolute path is the user's
own decision and is taken as it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path, PurePosixPath
from typing import Annotated

import av
from pydantic import AfterValidator, Field

from camloom.errors import SinkError


def _stays_inside(path: str) -> str:
    if "\0" in path or not PurePosixPath(path).name:
        raise ValueError(f"'{path}' is not the name of a file")
    if not Path(path).is_absolute() and ".." in Path(path).parts:
        raise ValueError(f"'{path}' leaves the output folder: use a path inside it, or an absolute one")
    return path


OutPath = Annotated[str, Field(min_length=1), AfterValidator(_stays_inside)]
"""A path as a user writes it: relative to the output folder, or absolute."""


def prepare_file(out: Path, path: str, *, keep: bool = False) -> Path:
    """Return the place of a file that can be written; its folder is made, the file emptied unless `keep`.

    Raises:
        SinkError: it cannot be written.
    """
    place = out / path
    with writing(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.open("ab" if keep else "wb").close()
    return place


def next_path(out: Path, path: str) -> str:
    """Return the first of `film.mp4`, `film-2.mp4`, ... that holds nothing yet, as `path` is given."""
    first = PurePosixPath(path)
    numbered = (str(first.with_name(f"{first.stem}-{number}{first.suffix}")) for number in count(2))
    return next(each for each in chain([path], numbered) if not _holds_something(out / each))


def _holds_something(place: Path) -> bool:
    try:
        return place.stat().st_size > 0
    except OSError:
        return False


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Turn what the system or FFmpeg says about a failed write into one line."""
    try:
        yield
    except (OSError, av.error.FFmpegError) as error:
        raise SinkError(
            f"cannot write {place}: {_reason(error)}", "Check the folder, its rights and its space"
        ) from error


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
