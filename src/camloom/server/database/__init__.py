"""Tables, their migrations, and the way to them: SQLite by default, PostgreSQL by URL."""

from camloom.server.database.engine import NOTE_S, Database
from camloom.server.database.kinds import Moment, new_id

__all__ = ["NOTE_S", "Database", "Moment", "new_id"]
