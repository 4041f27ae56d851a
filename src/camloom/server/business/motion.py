"""When something moved before which camera: ten minutes in a row, ten seconds in a bit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select

from camloom.exchange import MotionMessage
from camloom.exchange.documents import MOTION_PIECES
from camloom.server.access import Principal
from camloom.server.business.ledger import Ledger
from camloom.server.database.tables import camera, camera_motion
from camloom.server.database.upsert import unite_bits

BUCKET = timedelta(minutes=10)
_AHEAD = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_MAX_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class Moved:
    """Ten minutes of a camera.

    Attributes:
        share: of the time in which pictures came, that in which something moved.
    """

    camera_id: str
    camera_name: str
    at: datetime
    share: float


def keep_motion(ledger: Ledger, message: MotionMessage, cameras: Mapping[str, str]) -> None:
    """Keep a minute of a host; the same one again changes nothing.

    Args:
        cameras: by task; what is told of others is passed over.
    """
    if message.at > ledger.now + _AHEAD:
        return  # its clock is wrong: nobody would find it there, and it would stay
    start = _start_of(message.at)
    shift = MOTION_PIECES * ((message.at - start) // _MINUTE)
    # In the order of the cameras: two who write never wait for each other.
    for task_id in sorted(message.tasks.keys() & cameras.keys(), key=lambda one: cameras[one]):
        told = message.tasks[task_id]
        bits = {"watched": (told.watched | told.moved) << shift, "moved": told.moved << shift}
        unite_bits(ledger.connection, camera_motion, {"at": start, "camera_id": cameras[task_id], **bits})


def motion_of(
    connection: Connection, principal: Principal, since: datetime, until: datetime, cameras: list[str]
) -> list[Moved]:
    """Return what moved in a span, of the cameras that somebody may see."""
    wanted = select(camera_motion, camera.c.name).join_from(camera_motion, camera)
    wanted = wanted.where(
        camera_motion.c.at >= since, camera_motion.c.at < until, principal.scope(camera.c.camera_group_id)
    )
    if cameras:
        wanted = wanted.where(camera_motion.c.camera_id.in_(cameras))
    return [
        Moved(row.camera_id, row.name, row.at, row.moved.bit_count() / max(1, row.watched.bit_count()))
        for row in connection.execute(wanted.limit(_MAX_ROWS))
    ]


def _start_of(at: datetime) -> datetime:
    at = at.astimezone(UTC)  # some zones are not whole hours off
    return at - timedelta(minutes=at.minute % 10, seconds=at.second, microseconds=at.microsecond)
