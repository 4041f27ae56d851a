"""What time makes of sessions and of the log."""

from datetime import timedelta

from camloom.server.access.audit import trim
from camloom.server.access.sessions import forget_old_sessions
from camloom.server.clock import Clock
from camloom.server.database import Database
from camloom.server.settings import ServerSettings


def tidy_access(database: Database, settings: ServerSettings, clock: Clock) -> None:
    """Remove sessions that have ended, and what the log need not remember any longer."""
    at = clock()
    with database.write() as connection:
        forget_old_sessions(connection, at=at, idle=timedelta(hours=settings.session_idle_h))
        trim(connection, before=at - timedelta(days=settings.audit_days))
