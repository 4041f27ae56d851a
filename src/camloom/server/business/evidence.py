"""All that is known of one alarm as a signed zip; see docs/evidence.md."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import IO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from structlog import get_logger

from camloom import __version__
from camloom.errors import ConfigError, ServerError
from camloom.evidence import MAX_BYTES, MAX_FILES, SEALS, SealedZip, signing_key
from camloom.evidence.key import named_key_path
from camloom.server.business.alarm_models import AlarmDetail
from camloom.server.business.ledger import Row
from camloom.server.business.media_place import MediaPlace
from camloom.server.web import RefusedError

DOCUMENT = "alarm.json"
_LEFT_FREE_BYTES = 200_000_000
_CHUNK_BYTES = 1 << 20
_log = get_logger()


def key_of(folder: Path) -> Ed25519PrivateKey:
    """Return the key of this server, made at its first use. ServerError: it cannot be used, the log says why."""
    try:
        return signing_key(named_key_path() or folder / "evidence-key.pem")
    except ConfigError as error:
        _log.error("evidence-key", error=str(error))
        raise ServerError("evidence cannot be signed", "The log of the server says why.") from error


def sealed_zip(
    detail: AlarmDetail, files: list[Row], place: MediaPlace, folder: Path, key: Ed25519PrivateKey, now: datetime
) -> IO[bytes]:
    """Return a zip with `alarm.json`, the pictures and the clips of an alarm, complete and signed.

    Args:
        files: rows of `media` that are there. One that is gone by now is left out.
        place: where they are.
        folder: on whose disk the zip lies while it is handed out; it has no name there.
        now: when it was made.

    Raises:
        RefusedError: 409 a file is not what came in, or there is too much; 507 the disk has no room.
    """
    _require_room(files, folder)
    draft = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  # it is closed by whoever hands it out
    try:
        made_at, made_by = now.replace(microsecond=0), f"camloom {__version__}"
        with SealedZip(draft, key, alarm=detail.id, made_at=made_at, made_by=made_by) as archive:
            archive.add(DOCUMENT, [detail.model_dump_json(indent=1).encode()])
            for row in files:
                _add(archive, row, place)
            archive.seal()
        draft.seek(0)
    except BaseException:
        draft.close()
        raise
    return draft


def handed_out(file: IO[bytes]) -> Iterator[bytes]:
    """Yield a file in pieces, and close it."""
    with file:
        while piece := file.read(_CHUNK_BYTES):
            yield piece


def _add(archive: SealedZip, row: Row, place: MediaPlace) -> None:
    pieces = place.read(row["key"], 0, row["size_bytes"])
    try:
        first = next(pieces, b"")
    except ServerError:
        return
    name = f"{row['event_id']}-{row['kind']}.{row['key'].rpartition('.')[2]}"
    if archive.add(name, chain([first], pieces)).sha256 != row["sha256"]:
        what = f"{name} is not what came in: somebody or something altered it"
        raise RefusedError(409, "altered", what, "What is altered is not signed. Look into the storage of the server.")


def _require_room(files: list[Row], folder: Path) -> None:
    size_bytes = sum(row["size_bytes"] for row in files)
    if len(files) + len(SEALS) + 1 > MAX_FILES or size_bytes > MAX_BYTES:
        raise RefusedError(409, "too-large", "this alarm has more pictures and clips than one zip takes")
    if shutil.disk_usage(folder).free - size_bytes < _LEFT_FREE_BYTES:
        raise RefusedError(507, "no-room", "there is no room to make the zip", "Make room on the disk of the server")
