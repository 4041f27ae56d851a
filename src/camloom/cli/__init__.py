"""The command line: camloom run | probe | models | plugins | bench."""

from camloom.cli.app import main

__all__ = ["main"]
