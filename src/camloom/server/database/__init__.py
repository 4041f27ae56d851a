"""Tables, their migrations, and the way to them: SQLite by default, PostgreSQL by URL."""

from camloom.server.database.engine import Database
from camloom.server.database.kinds import Moment, new_id

__all__ = ["Database", "Moment", "new_id"]
