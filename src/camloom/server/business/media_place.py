"""The place of pictures and clips: a folder of this machine or a bucket."""

import hashlib
import itertools
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url

from camloom.errors import ServerError

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig

_CHUNK_BYTES = 1 << 20
_PART_BYTES = 5 * _CHUNK_BYTES
# A bucket that hangs costs a minute at most; what was to be kept is tried again later.
_PATIENCE: "ClientConfig" = {
    "connect_timeout": timedelta(seconds=5),
    "timeout": timedelta(seconds=30),
    "allow_http": True,  # where AWS_ENDPOINT says so
}
_AGAIN: "RetryConfig" = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}
CONTENT_TYPES = {"jpg": "image/jpeg", "png": "image/png", "mp4": "video/mp4", "webm": "video/webm"}
"""What a place may hold, by the ending of its keys."""

# The first bytes say what a file is; its name says nothing.
_BEGINNINGS = ((b"\xff\xd8\xff", 0, "jpg"), (b"\x89PNG\r\n\x1a\n", 0, "png"), (b"ftyp", 4, "mp4"))
_MATROSKA = b"\x1a\x45\xdf\xa3"


@dataclass(frozen=True, slots=True)
class Stored:
    """What was put."""

    sha256: str
    size_bytes: int


class UnreadableError(ServerError):
    """What is to be kept cannot be read: the place is not at fault."""


class MediaPlace:
    """Keeps files under keys. Errors of the place are `ServerError`.

    Args:
        store: of obstore.
        folder: of this machine, if it is one.
    """

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        self._store = store
        self.folder = folder

    def put(self, key: str, file: BinaryIO) -> Stored:
        """Keep a file; it has its key only when it is complete. The same key again replaces it.

        Raises:
            UnreadableError: the file cannot be read.
            ServerError: it cannot be kept.
        """
        reading = _Reading(file)
        self._forget_unfinished(key)
        try:
            obstore.put(self._store, key, reading.chunks(), chunk_size=_PART_BYTES, use_multipart=self._in_parts(file))
        except (BaseError, OSError, ValueError) as error:
            if reading.error is not None:
                raise UnreadableError(f"what is to be kept as {key} cannot be read") from reading.error
            raise ServerError(f"cannot keep {key}", "See whether the disk or bucket is full or away") from error
        return Stored(reading.digest.hexdigest(), reading.size_bytes)

    def sync(self, keys: Iterable[str]) -> None:
        """Return when files that were put outlive a power cut; a bucket has seen to that itself.

        Raises:
            ServerError: the disk does not take them.
        """
        if self.folder is None:
            return
        paths = [self.folder / key for key in keys]
        try:
            for path in (*paths, *{path.parent for path in paths}):
                opened = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
                try:
                    os.fsync(opened)
                finally:
                    os.close(opened)
        except OSError as error:
            raise ServerError(
                f"cannot keep pictures and clips: {error.strerror}", "See whether the disk is well"
            ) from error

    def _in_parts(self, file: BinaryIO) -> bool:
        """Tell whether a file is kept part by part: a bucket takes a picture with one request instead of three."""
        begin = file.tell()
        size_bytes = file.seek(0, os.SEEK_END) - file.seek(begin)
        return self.folder is not None or size_bytes > _PART_BYTES

    def _forget_unfinished(self, key: str) -> None:
        """Remove what a server that was killed has left of a key: obstore writes it as KEY#1, KEY#2 ..."""
        if self.folder is None:
            return
        for number in itertools.count(1):
            try:
                (self.folder / f"{key}#{number}").unlink()
            except OSError:
                return

    def read(self, key: str, begin: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from `begin` up to, but not with, `end`, in pieces.

        Raises:
            ServerError: it is not there.
        """
        try:
            stream = obstore.get(self._store, key, options={"range": (begin, end)}).stream(_CHUNK_BYTES)
            for chunk in stream:
                yield bytes(chunk)
        except (BaseError, OSError, ValueError) as error:
            raise ServerError(f"{key} cannot be read") from error

    def has_lost(self, key: str) -> bool:
        """Tell whether a key is not there any more; of a bucket nobody knows without asking."""
        return self.folder is not None and not (self.folder / key).exists()

    def remove(self, key: str) -> None:
        """Take a key away; one that is not there is fine."""
        try:
            obstore.delete(self._store, key)
        except (NotFoundError, FileNotFoundError):
            return
        except (BaseError, OSError, ValueError) as error:
            raise ServerError(f"{key} cannot be removed") from error


class _Reading:
    """A file that is being read: how much there was, its digest, and why it could not be read on."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest, self.size_bytes = hashlib.sha256(), 0
        self.error: OSError | None = None

    def chunks(self) -> Iterator[bytes]:
        while chunk := self._next():
            self.digest.update(chunk)
            self.size_bytes += len(chunk)
            yield chunk

    def _next(self) -> bytes:
        try:
            return self._file.read(_CHUNK_BYTES)
        except OSError as error:
            self.error = error
            raise


def open_place(url: str) -> MediaPlace:
    """Return the place of a URL: `file:///FOLDER`, `memory:///` or `s3://BUCKET/PREFIX` (credentials: environment).

    Raises:
        ServerError: there is no such place.
    """
    try:
        if url.startswith("file:"):
            folder = Path(unquote(urlsplit(url).path))
            return MediaPlace(LocalStore(prefix=folder, mkdir=True), folder)
        return MediaPlace(from_url(url, client_options=_PATIENCE, retry_config=_AGAIN))
    except (BaseError, OSError, ValueError) as error:
        hint = "Set CAMLOOM_MEDIA_URL to s3://BUCKET/PREFIX, or leave it out for a folder"
        raise ServerError("the place of pictures and clips cannot be opened", hint) from error


def kind_of(beginning: bytes) -> str | None:
    """Return the ending of a file by its first bytes; None: it is nothing that may be kept."""
    for mark, offset, ending in _BEGINNINGS:
        if beginning[offset : offset + len(mark)] == mark:
            return ending
    return "webm" if beginning.startswith(_MATROSKA) and b"webm" in beginning[:64] else None
