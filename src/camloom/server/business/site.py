"""Where the site is: its clock on the wall."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, select

from camloom.server.database.tables import setting

TIMEZONE = "timezone"
"""Key of the setting: a name such as Asia/Shanghai."""


def site_zone(connection: Connection) -> ZoneInfo:
    """Return the time zone of the site; UTC where none is set, or none that is known here."""
    name = connection.execute(select(setting.c.value).where(setting.c.key == TIMEZONE)).scalar()
    try:
        return ZoneInfo(name) if isinstance(name, str) else ZoneInfo("UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
