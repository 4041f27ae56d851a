"""How tables of figures look on the screen."""

from rich.table import Table


def figures_table(title: str, first: str, *others: str) -> Table:
    """Return an empty table: names on the left, figures in the other columns."""
    table = Table(title=title, title_justify="left")
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table
