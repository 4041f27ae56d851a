"""How much room there is, and how long things are kept, over HTTP."""

from fastapi import APIRouter, Request
from sqlalchemy import select

from camloom.server.access.audit import record
from camloom.server.access.guards import Administrator, Viewer
from camloom.server.business.media_intake import waiting_media
from camloom.server.business.media_keys import CameraStorage, shares_of
from camloom.server.business.retention import RETENTION, STORAGE, Retention, Storage, read_retention
from camloom.server.database import Database
from camloom.server.database.tables import message_aside, setting
from camloom.server.database.upsert import put
from camloom.server.web import Answer

router = APIRouter(prefix="/storage", tags=["storage"])
_MOST_TOLD = 10_000


class StorageView(Answer):
    """What is kept and how it stands.

    Attributes:
        storage: as it was last looked at; None: it has not been yet.
        waiting: pictures and clips that wait to be copied in.
        aside: messages of hosts that could not be understood.
    """

    retention: Retention
    storage: Storage | None
    waiting: int
    aside: int


@router.get("")
def get_storage(request: Request, principal: Administrator) -> StorageView:
    """Return how long things are kept and how much room there is."""
    del principal
    database: Database = request.app.state.database
    with database.read() as connection:
        found = connection.execute(select(setting.c.value).where(setting.c.key == STORAGE)).scalar()
        return StorageView(
            retention=read_retention(connection),
            storage=Storage.model_validate(found) if isinstance(found, dict) else None,
            waiting=waiting_media(connection),
            aside=len(connection.execute(select(message_aside.c.id).limit(_MOST_TOLD)).all()),
        )


@router.get("/cameras")
def list_camera_storage(request: Request, principal: Viewer) -> list[CameraStorage]:
    """Return what the pictures and clips of each camera take, as it was last counted; empty: it has not been yet."""
    database: Database = request.app.state.database
    with database.read() as connection:
        return shares_of(connection, principal)


@router.put("/retention")
def set_retention(request: Request, principal: Administrator, asked: Retention) -> Retention:
    """Say how long things are kept; it holds from the next time on that somebody looks, within ten minutes."""
    database: Database = request.app.state.database
    value = asked.model_dump(mode="json")
    with database.write() as connection:
        put(connection, setting, {"key": RETENTION, "value": value})
        record(connection, principal, "storage.retention", "setting", RETENTION, value, at=request.app.state.clock())
    return asked
