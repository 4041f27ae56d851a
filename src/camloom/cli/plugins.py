"""camloom plugins: what is available on this machine, and why the rest is not."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from camloom.plugins import describe


def plugins() -> None:
    """List every plug-in: what it is, and if it cannot be used here, why and how to get it."""
    table = Table()
    table.add_column("seam")
    table.add_column("name", no_wrap=True)
    table.add_column("what", ratio=3)
    table.add_column("state", ratio=2)
    for info in describe():
        state = Text("ready", "green") if info.available else Text(f"unavailable: {info.reason}", "yellow")
        origin = "" if info.package == "camloom" else f" (from {info.package})"
        table.add_row(info.seam, info.name, Text(info.summary + origin), state)
    Console().print(table)
