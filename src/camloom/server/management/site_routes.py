"""What holds for the whole site: its clock."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from pydantic import AfterValidator, Field

from camloom.server.access.audit import record
from camloom.server.access.guards import Administrator, Viewer
from camloom.server.database.tables import setting
from camloom.server.database.upsert import put
from camloom.server.management.desk import TheDesk
from camloom.server.web import Answer, Asked, wrong
from camloom.server.week import TIMEZONE, site_zone

router = APIRouter(prefix="/site", tags=["site"])


def _known(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (OSError, ValueError, LookupError):  # OSError: the name of a folder of them
        raise wrong("time_zone", "is no time zone: give a name such as Asia/Shanghai") from None


class SiteIn(Asked):
    """What somebody sets for the site.

    Attributes:
        timezone: such as Asia/Shanghai; schedules, quiet hours, days of reports go by it.
    """

    timezone: Annotated[str, Field(max_length=64), AfterValidator(_known)]


class SiteOut(Answer):
    """What holds for the site."""

    timezone: str


@router.get("")
def get_site(viewer: Viewer, desk: TheDesk) -> SiteOut:
    """Show what holds for the whole site."""
    del viewer
    with desk.database.read() as connection:
        return SiteOut(timezone=site_zone(connection).key)


@router.put("")
def change_site(body: SiteIn, administrator: Administrator, desk: TheDesk) -> SiteOut:
    """Set the clock of the site. Schedules go by it at once; days of reports are counted anew within minutes."""
    with desk.database.write() as connection:
        put(connection, setting, {"key": TIMEZONE, "value": body.timezone})
        record(connection, administrator, "site.change", "setting", TIMEZONE, body.model_dump(), at=desk.clock())
    desk.orders.publish_all()
    return SiteOut(timezone=body.timezone)
