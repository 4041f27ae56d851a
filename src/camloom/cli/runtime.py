"""camloom runtime check: prove a device on this machine."""

import typer


def register(app: typer.Typer) -> None:
    """Add the commands of this page."""
    del app
