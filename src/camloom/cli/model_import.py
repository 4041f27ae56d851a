"""camloom models import: from a stranger's file to a card."""

import typer


def register(app: typer.Typer) -> None:
    """Add the commands of this page."""
    del app
