"""camloom models bench | eval: how fast a model is here, and how right."""

import typer


def register(app: typer.Typer) -> None:
    """Add the commands of this page."""
    del app
