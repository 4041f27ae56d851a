"""Puts the commands together, and turns every error into one line and an exit code."""

import logging
import sys
import traceback
from typing import Annotated

import typer
from rich.console import Console
from rich.logging import RichHandler

from camloom import __version__
from camloom.cli.on_demand import GroupOnDemand
from camloom.errors import CamloomError
from camloom.redaction import RedactingFormatter, redact

_EPILOG = (
    "Exit codes: 0 all went well; 1 a run failed (what was written stays valid); 2 nothing was started; 130 Ctrl-C."
)

app = typer.Typer(
    name="camloom",
    cls=GroupOnDemand,
    help="Weaves cameras, models and rules into alarms.",
    epilog=_EPILOG,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)


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
    handler.setFormatter(RedactingFormatter("%(message)s"))
    logging.basicConfig(level=level, handlers=[handler])


def main() -> None:
    """Run the command line; the entry point of `camloom`."""
    # The exit comes after the exception is forgotten: its traceback keeps models alive, and ONNX Runtime
    # aborts the process when a session is freed as late as the end of the interpreter.
    sys.exit(_exit_code(debug="--debug" in sys.argv[1:]))


def _exit_code(*, debug: bool) -> int:
    try:
        app()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone; Python would complain while it ends
        return 1
    except Exception as error:  # noqa: BLE001  # the last resort: one line, never a traceback for the user
        if debug:
            sys.stderr.write(redact(traceback.format_exc()))
        _say(_line_for(error))
        return error.exit_code if isinstance(error, CamloomError) else 1
    return 0


def _line_for(error: Exception) -> str:
    if isinstance(error, CamloomError):
        return str(error)
    hint = "Please report this with what `camloom --debug ...` prints"
    return f"unexpected {type(error).__name__}: {error}. {hint}"


def _say(line: str) -> None:
    sys.stderr.write(f"camloom: {redact(line)}\n")
