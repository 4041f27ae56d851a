"""camloom probe: what a source sends, and what is wrong with it."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text


def probe(
    source: Annotated[str, typer.Argument(help="A video file, a URL, or sample:street.")],
    seconds: Annotated[float, typer.Option(min=0.5, max=300, help="How long to look at a live source.")] = 5.0,
) -> None:
    """Look at a source: codec, size, frame rate, keyframes, and what is wrong with it.

    For example:

      camloom probe street.mp4

      camloom probe 'rtsp://camera/stream'
    """
    from camloom.sources.probing.probe import probe as look

    report = look(source, seconds=seconds)
    console = Console()
    table = Table(show_header=False)
    for name, value in report.as_rows():
        table.add_row(name, Text(value))
    console.print(table)
    for finding in report.findings:
        console.print(f"! {finding}", highlight=False, markup=False, style="yellow")
    if not report.findings:
        console.print("nothing wrong found", style="green")
