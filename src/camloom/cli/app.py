"""Puts the commands together, and turns every error into one line and an exit code."""

import logging
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.logging import RichHandler

from camloom import __version__
from camloom.cli import bench, models, plugins, probe, run
from camloom.errors import CamloomError
from camloom.sources.url import redact

_EPILOG = (
    "Exit codes: 0 all went well; 1 a run failed (what was written stays valid); 2 nothing was started; 130 Ctrl-C."
)

app = typer.Typer(
    name="camloom",
    help="Weaves cameras, models and rules into alarms.",
    epilog=_EPILOG,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("run")(run.run)
app.command("probe")(probe.probe)
app.command("plugins")(plugins.plugins)
app.add_typer(models.app, name="models")
app.command("bench")(bench.bench)


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"camloom {__version__}\n")
        raise typer.Exit


@app.callback()
def _options(
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks and debug messages.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    level = logging.DEBUG if debug else logging.WARNING
    handler = RichHandler(console=Console(stderr=True), show_time=False, show_path=False)
    logging.basicConfig(level=level, format="%(message)s", handlers=[handler])


def main() -> None:
    """Run the command line; the entry point of `camloom`."""
    debug = "--debug" in sys.argv[1:]
    try:
        app(standalone_mode=True)
    except CamloomError as error:
        if debug:
            raise
        _say(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _say("stopped")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone; Python would complain while it ends
        sys.exit(1)
    except Exception as error:
        if debug:
            raise
        _say(f"unexpected {type(error).__name__}: {error}. Please report this with the output of `camloom --debug ...`")
        sys.exit(1)


def _say(line: str) -> None:
    sys.stderr.write(f"camloom: {redact(line)}\n")
