"""The command line: camloom run | probe | models | runtime | plugins | bench."""

from camloom.cli.app import main

__all__ = ["main"]
