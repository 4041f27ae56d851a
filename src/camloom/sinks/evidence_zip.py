"""The folder of an alarm as one signed zip; see `camloom.evidence`."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from camloom.errors import ConfigError
from camloom.evidence import MAX_BYTES, MAX_FILES, NAME, SEALS, Sealed, SealedZip
from camloom.sinks.alarm_folder import DOCUMENT
from camloom.sinks.clip import complete_or_nothing
from camloom.sinks.evidence_page import PAGE, evidence_page

_CHUNK_BYTES = 1 << 20


def write_zip(folder: Path, target: Path, key: Ed25519PrivateKey, made_by: str) -> Sealed:
    """Put the folder of an alarm into a signed zip.

    Args:
        folder: with `alarm.json`.
        target: the zip; it has its name only when it is complete.
        made_by: the program and its version.

    Raises:
        ConfigError: it is no such folder, or holds something that cannot be evidence.
        SinkError: it cannot be written.
    """
    files = _files_of(folder)
    with complete_or_nothing(target) as unfinished, unfinished.open("wb") as file:
        made_at = datetime.now(UTC).replace(microsecond=0)
        with SealedZip(file, key, alarm=folder.name, made_at=made_at, made_by=made_by) as archive:
            for path in files:
                archive.add(path.name, _pieces(path))
            archive.add(PAGE, [_page_of(folder, archive.names).encode()])
            return archive.seal()


def _files_of(folder: Path) -> list[Path]:
    if not (folder / DOCUMENT).is_file():
        raise ConfigError(f"{folder} is not the folder of an alarm", f"It would have {DOCUMENT}; see `evidence list`")
    files = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    for path in files:
        if path.is_symlink() or not path.is_file() or not NAME.match(path.name) or path.name in (*SEALS, PAGE):
            raise ConfigError(f"{path} is no file that belongs to an alarm", "Take it out of the folder")
    if len(files) + len(SEALS) + 1 > MAX_FILES or sum(path.stat().st_size for path in files) > MAX_BYTES:
        raise ConfigError(f"{folder} holds more than {MAX_FILES} files or 4 GB", "Make two folders of it")
    return files


def _page_of(folder: Path, files: Collection[str]) -> str:
    try:
        return evidence_page((folder / DOCUMENT).read_text(encoding="utf-8"), files)
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"{folder / DOCUMENT} is not as the sink wrote it", "Take the folder from a backup"
        ) from error


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_CHUNK_BYTES):
            yield piece
