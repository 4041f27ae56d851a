"""camloom plugins: what is available on this machine, and why the rest is not."""

from rich.console import Console
from rich.table import Table

from camloom.plugins import describe


def plugins() -> None:
    """List every plug-in: what it is, and if it cannot be used here, why and how to get it."""
    table = Table()
    for name in ("seam", "name", "what", "from", "state"):
        table.add_column(name, overflow="fold")
    for info in describe():
        state = "[green]ready[/green]" if info.available else f"[yellow]unavailable:[/yellow] {info.reason}"
        table.add_row(info.seam, info.name, info.summary, info.package, state)
    Console().print(table)
