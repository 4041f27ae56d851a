"""camloom models convert | quantize | verify: other formats and precisions, and whether they still agree."""

import typer


def register(app: typer.Typer) -> None:
    """Add the commands of this page."""
    del app
