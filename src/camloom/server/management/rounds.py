"""What this room does by itself, called by whoever keeps the time."""

from sqlalchemy import select

from camloom.exchange import ServerSide
from camloom.server.database.tables import upload
from camloom.server.management.cameras.history import forget_states
from camloom.server.management.cameras.uploads import sweep_uploads
from camloom.server.management.desk import Desk
from camloom.server.management.hosts.reported import forget_minutes, take_reports
from camloom.server.management.hosts.rows import make_host


def at_start(desk: Desk, host_id: str, name: str) -> None:
    """Make this machine's host, and tell all hosts what they are to do.

    Args:
        host_id: see `own_host_id`.
        name: of the machine; people may change it later.
    """
    with desk.database.write() as connection:
        make_host(connection, host_id, name, desk.clock())
    every_minute(desk)


def every_few_seconds(desk: Desk, exchange: ServerSide) -> None:
    """Keep what hosts report."""
    take_reports(desk.database, exchange, desk.clock)


def every_minute(desk: Desk) -> None:
    """Switch tasks by their schedules, and make good what did not get to a host."""
    desk.orders.publish_all()


def every_hour(desk: Desk) -> None:
    """Forget what is too old, and remove what nobody refers to."""
    forget_minutes(desk.database, desk.clock)
    forget_states(desk.database, desk.clock)
    with desk.database.read() as connection:
        kept = set(connection.scalars(select(upload.c.id)))
    sweep_uploads(desk.uploads, kept, desk.clock())
