"""Write the next migration: `python -m camloom.server.database.revise "what changes"`.

It compares the tables of the program with a database that has all migrations so far. Look at what it wrote: it cannot
tell a column that was renamed from one that was dropped and another that was added.
"""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from camloom.server.database.engine import Database
from camloom.server.database.migrate import SCRIPTS, alembic_config, migrate


def revise(message: str) -> None:
    """Write the migration that is missing."""
    config = alembic_config(SCRIPTS)
    number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'revise.db'}")
        if number > 1:
            migrate(database)
        with database.write() as connection:
            config.attributes["connection"] = connection
            command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
        database.close()


if __name__ == "__main__":
    revise(" ".join(sys.argv[1:]))
