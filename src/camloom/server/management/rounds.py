"""What this room does by itself, called by whoever keeps the time."""

import platform

from sqlalchemy import select

from camloom.exchange import ServerSide
from camloom.server.clock import Clock
from camloom.server.database.tables import upload
from camloom.server.management.cameras.uploads import sweep_uploads
from camloom.server.management.desk import Desk
from camloom.server.management.hosts.reported import forget_minutes, take_reports
from camloom.server.management.hosts.rows import make_host
from camloom.server.management.models.drafts import sweep_drafts

THIS_HOST = "local"
"""Id of the host that the server runs on: its engine calls itself so unless it is told otherwise."""


def every_few_seconds(desk: Desk, exchange: ServerSide) -> None:
    """Keep what hosts report."""
    take_reports(desk.database, exchange, desk.clock)


def every_minute(desk: Desk) -> None:
    """Switch tasks by their schedules, and make good what did not get to a host; the first time, make this host."""
    with desk.database.write() as connection:
        make_host(connection, THIS_HOST, platform.node() or THIS_HOST, desk.clock())
    desk.orders.publish_all()


def every_hour(desk: Desk, lived: Clock | None = None) -> None:
    """Forget what is too old, and remove what nobody refers to.

    Args:
        desk: of this room.
        lived: how late it is for what is removed by age; default: as late as by the clock.
    """
    forget_minutes(desk.database, lived or desk.clock)
    with desk.database.read() as connection:
        kept = set(connection.scalars(select(upload.c.id)))
    sweep_uploads(desk.uploads, kept, desk.clock())
    sweep_drafts(desk, desk.clock())
