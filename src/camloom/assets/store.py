"""The verified cache of assets: nothing is handed out whose sha256 is not the one of the catalogue."""

import difflib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from camloom.assets.catalogue import Asset, catalogue
from camloom.assets.mirrors import Progress, deliver, describe
from camloom.errors import AssetError


def fetch(asset_id: str, *, progress: Progress | None = None, cache_dir: Path | None = None) -> Path:
    """Return the main file of an asset, from the cache or else from the first mirror that has it.

    Args:
        asset_id: a key of `catalogue()`.
        progress: called with what is being fetched, bytes so far, and bytes in all or None.
        cache_dir: default: CAMLOOM_CACHE, or the user's cache folder.

    Raises:
        AssetError: there is no such asset, or no mirror could deliver it; each is named with its reason.
    """
    return fetch_asset(_asset(asset_id), progress=progress, cache_dir=cache_dir)


def fetch_asset(asset: Asset, *, progress: Progress | None = None, cache_dir: Path | None = None) -> Path:
    """Do what `fetch` does for an asset that need not be in the packaged catalogue."""
    folder = (cache_dir or cache_folder()) / asset.id
    if _intact(asset, folder):
        return folder / asset.files[0].name
    try:
        with _alone(folder):
            # Another process may have fetched it while this one waited for the lock.
            if not _intact(asset, folder):
                _fill(asset, folder, progress or _silent)
    except OSError as error:
        raise AssetError(
            f"cannot write to the cache folder {folder}: {error.strerror or error}", "Name another one in CAMLOOM_CACHE"
        ) from error
    return folder / asset.files[0].name


def cached(asset_id: str, cache_dir: Path | None = None) -> Path | None:
    """Return the main file of an asset if all its files are in the cache and intact.

    Raises:
        AssetError: there is no such asset.
    """
    asset = _asset(asset_id)
    folder = (cache_dir or cache_folder()) / asset.id
    return folder / asset.files[0].name if _intact(asset, folder) else None


def cache_folder() -> Path:
    """Return where assets are kept: CAMLOOM_CACHE, or the user's cache folder."""
    named = os.environ.get("CAMLOOM_CACHE")
    return Path(named).expanduser() if named else Path(platformdirs.user_cache_dir("camloom", appauthor=False))


def _asset(asset_id: str) -> Asset:
    known = catalogue()
    if asset_id not in known:
        close = difflib.get_close_matches(asset_id, known, n=1)
        hint = f"Did you mean '{close[0]}'?" if close else f"Known: {', '.join(known)}"
        raise AssetError(f"there is no asset '{asset_id}'", hint)
    return known[asset_id]


def _intact(asset: Asset, folder: Path) -> bool:
    try:
        for file in asset.files:
            file.check(folder / file.name)
    except (OSError, AssetError):
        return False
    return True


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock of one asset; it ends with the process, whatever becomes of that."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fill(asset: Asset, folder: Path, progress: Progress) -> None:
    """Put verified files into the cache, from the first mirror that delivers all of them."""
    for left_by_a_killed_process in folder.glob(".partial-*"):
        shutil.rmtree(left_by_a_killed_process)
    reasons: list[str] = []
    for mirror in asset.mirrors:
        # Beside the cache and not in /tmp: only inside one file system is a rename atomic.
        with tempfile.TemporaryDirectory(dir=folder, prefix=".partial-", ignore_cleanup_errors=True) as work:
            try:
                deliver(asset, mirror, Path(work), progress)
                for file in asset.files:
                    file.check(Path(work) / file.name)
            except (AssetError, OSError) as error:
                reasons.append(f"{describe(mirror)}: {error}")
                continue
            for file in asset.files:
                (Path(work) / file.name).replace(folder / file.name)
            return
    names = " and ".join(file.name for file in asset.files)
    raise AssetError(
        f"cannot fetch {asset.kind} '{asset.id}'; {'; '.join(reasons)}",
        f"Mend one of these, or put {names} into a folder and name that folder in CAMLOOM_MIRROR",
    )


def _silent(_what: str, _done_bytes: int, _total_bytes: int | None) -> None:
    """Report to nobody."""
