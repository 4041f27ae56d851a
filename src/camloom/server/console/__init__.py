"""The console: files built from `web/`, handed to browsers."""

from camloom.server.console.pages import BUILT, add_console

__all__ = ["BUILT", "add_console"]
