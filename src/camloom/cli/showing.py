"""Tells where the console is, and opens it in the browser of this machine."""

import html
import os
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

_LEADS = "open.html"


@contextmanager
def showing(data: Path, *, wanted: bool) -> Iterator[Callable[[str], None]]:
    """Return a function that is told the address once it can be opened.

    Args:
        data: folder in which a page that leads there may lie for a while.
        wanted: open a browser, if there is a display.
    """
    place = data / _LEADS

    def show(link: str) -> None:
        typer.echo(_said(link) if sys.stdout.isatty() else link)
        if wanted and has_display():
            _open(link, place)

    try:
        yield show
    finally:
        place.unlink(missing_ok=True)


def has_display() -> bool:
    """Tell whether a browser can be seen."""
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _said(link: str) -> str:
    first = "/setup#" in link
    what = "Make your account (the link works once):" if first else "The console:"
    return f"\nCamloom is running. {what}\n\n    {link}\n\nCtrl-C ends it.\n"


def _open(link: str, place: Path) -> None:
    """Open a page that leads to the link: on the command line of a browser everybody on the machine could read it."""
    place.unlink(missing_ok=True)
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as page:
        page.write(f'<!doctype html><meta http-equiv="refresh" content="0; url={html.escape(link)}">')
    # Some browsers only return when they are closed.
    threading.Thread(target=webbrowser.open, args=(place.absolute().as_uri(),), daemon=True).start()
