"""How Alembic runs here: inside the transaction of whoever calls it (see `camloom.server.database.migrate`)."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from camloom.server.database.kinds import Moment
from camloom.server.database.tables import metadata


def _kind(what: str, value: object, autogen: AutogenContext) -> str | Literal[False]:
    """A migration holds on whatever becomes of our own kinds of columns later."""
    del autogen
    return "sa.BigInteger()" if what == "type" and isinstance(value, Moment) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=_kind,
    compare_type=True,
)
context.run_migrations()
