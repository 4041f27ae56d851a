"""Model files that were uploaded and are not kept yet: each is handed over to its host, and goes after a while."""

import hashlib
import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, RowMapping, delete, insert, select

from camloom.exchange import HandedFile
from camloom.server.access import Principal
from camloom.server.access.audit import record
from camloom.server.database.tables import host, model_draft
from camloom.server.management.cameras.uploads import sweep_uploads
from camloom.server.management.desk import Desk
from camloom.server.management.scope import row_of
from camloom.server.web import RefusedError, not_there

MOST_BYTES = 2 << 30
LONGEST_S = 1800.0
_KEPT = timedelta(hours=4)
_MOST = 10
_LEFT_FREE_BYTES = 1_000_000_000
_COPIES = 3  # handed over, unpacked, kept


def room(desk: Desk, host_id: str) -> int:
    """Return how many bytes may come. RefusedError: 404 there is no such host, 507 there is no room."""
    with desk.database.read() as connection:
        row_of(connection, host, host_id, "host")
    desk.drafts.mkdir(mode=0o700, parents=True, exist_ok=True)
    free = (shutil.disk_usage(desk.drafts).free - _LEFT_FREE_BYTES) // _COPIES
    if free <= 0:
        raise RefusedError(507, "no-room", "there is no room for a model", "Make room on the disk of the server")
    return min(MOST_BYTES, free)


def keep_draft(desk: Desk, principal: Principal, host_id: str, file: Path, name: str, size_bytes: int) -> str:
    """Hand a file that has come over to its host; return its id. The oldest of too many go."""
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
        os.fsync(opened.fileno())
    row = {"id": file.stem, "host_id": host_id, "name": name, "sha256": digest, "size_bytes": size_bytes}
    with desk.database.write() as connection:
        older = select(model_draft.c.id).order_by(model_draft.c.id.desc()).offset(_MOST - 1)
        surplus = list(connection.scalars(older))
        connection.execute(delete(model_draft).where(model_draft.c.id.in_(surplus)))
        connection.execute(insert(model_draft).values(**row, created_at=desk.clock()))
        detail = {"name": name, "bytes": size_bytes, "sha256": digest}
        record(connection, principal, "upload", "model", file.stem, detail, at=desk.clock())
    for draft_id in surplus:
        desk.exchange.take_back(draft_id)
    desk.exchange.hand(file, _handed(row))
    return str(row["id"])


def draft_of(connection: Connection, host_id: str, draft_id: str) -> HandedFile:
    """Return a file that was handed over to a host. RefusedError (404): there is none."""
    row = row_of(connection, model_draft, draft_id, "model file")
    if row["host_id"] != host_id:
        raise not_there("model file")
    return _handed(row)


def drop_draft(desk: Desk, draft_id: str) -> None:
    """Forget a file that was handed over."""
    with desk.database.write() as connection:
        connection.execute(delete(model_draft).where(model_draft.c.id == draft_id))
    desk.exchange.take_back(draft_id)


def sweep_drafts(desk: Desk, now: datetime) -> None:
    """Forget the files that nobody came back to, and what a server that died had begun to take in."""
    with desk.database.read() as connection:
        old = connection.scalars(select(model_draft.c.id).where(model_draft.c.created_at < now - _KEPT)).all()
    for draft_id in old:
        drop_draft(desk, draft_id)
    sweep_uploads(desk.drafts, set(), now)


def _handed(row: RowMapping | dict[str, object]) -> HandedFile:
    return HandedFile.model_validate({name: row[name] for name in HandedFile.model_fields})
