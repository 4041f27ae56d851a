"""camloom up: the whole platform on one machine."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from camloom.cli.children import Child, end_with_parent
from camloom.errors import PluginError

_KEPT = "CAMLOOM_KEPT_BY_PARENT"

Data = Annotated[Path | None, typer.Option(help="Folder of everything kept; default: of this user, or CAMLOOM_DATA.")]
Host = Annotated[str | None, typer.Option(help="Address to listen on; default 127.0.0.1, 0.0.0.0: every one.")]
Port = Annotated[int | None, typer.Option(help="Port of the console; default 8780.", min=0, max=65_535)]


def up(data: Data = None, host: Host = None, port: Port = None) -> None:
    """Run server, engine and console on this machine until Ctrl-C. The first start prints a link for your account.

    For example:

      camloom up

      camloom up --host 0.0.0.0 --data /srv/camloom
    """
    _check_installed()
    given = {"DATA": data and data.absolute(), "HOST": host, "PORT": port}
    environment = {f"CAMLOOM_{name}": str(value) for name, value in given.items() if value is not None} | {_KEPT: "1"}
    children = [Child(name, [sys.executable, "-m", "camloom", name], environment) for name in ("server", "agent")]
    for child in children:
        child.start()
    _wait_for_the_end()
    for child in children:
        child.stop()


def server(data: Data = None, host: Host = None, port: Port = None) -> None:
    """Run the server and the console alone; the engine is `camloom agent`, in another process."""
    _check_installed()
    from camloom.exchange.local import LocalServer
    from camloom.server.run import serve
    from camloom.server.settings import ServerSettings

    _as_child()
    settings = ServerSettings().model_copy(update=_given(data=data, host=host, port=port))
    serve(settings, lambda: LocalServer(settings.exchange), announce=typer.echo)


def agent(data: Data = None) -> None:
    """Run the engine of this machine under a server, which says what to do."""
    _check_installed()
    from camloom.agent import AgentSettings, run_agent

    _as_child()
    os.umask(0o077)  # what it writes is for nobody else on this machine, as at the server
    raise typer.Exit(run_agent(AgentSettings().model_copy(update=_given(data=data))))


def _given(**options: object) -> dict[str, object]:
    return {name: value for name, value in options.items() if value is not None}


def _as_child() -> None:
    if os.environ.get(_KEPT):
        end_with_parent()


def _wait_for_the_end() -> None:
    over = threading.Event()

    def end(*_: object) -> None:
        over.set()

    handlers: list[tuple[signal.Signals, Callable[..., object]]] = [(signal.SIGINT, end), (signal.SIGTERM, end)]
    for number, handler in handlers:
        signal.signal(number, handler)
    over.wait()


def _check_installed() -> None:
    try:
        import fastapi  # noqa: F401
        import sqlalchemy  # noqa: F401
    except ImportError as error:
        raise PluginError(
            f"the platform needs {error.name}, which is not installed", 'pip install "camloom[server,engine]"'
        ) from None
