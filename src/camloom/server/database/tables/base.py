"""What all tables share."""

from sqlalchemy import Column, ForeignKey, MetaData, String

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
ID = String(26)


def row_id() -> Column[str]:
    """Return the column of the ids of a table."""
    return Column("id", ID, primary_key=True)


def row_of(table: str, *, null: bool = False, gone: str = "CASCADE", index: bool = True) -> Column[str]:
    """Return the column of the ids of another table.

    Args:
        gone: what becomes of a row when that of the other table goes.
        index: False where another index begins with it.
    """
    return Column(f"{table}_id", ID, ForeignKey(f"{table}.id", ondelete=gone), nullable=null, index=index)
