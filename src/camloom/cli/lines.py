"""Lines of a list: one entry, one line."""

from rich.console import Console
from rich.text import Text


def print_line(console: Console, line: Text) -> None:
    """Print one line, cut at the edge of a terminal; in a file or a pipe it stays whole."""
    if console.is_terminal:
        line.truncate(console.width, overflow="ellipsis")
    console.print(line, soft_wrap=True)
