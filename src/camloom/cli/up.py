"""camloom up: the whole platform on one machine."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from camloom.cli.children import Child, end_with_parent
from camloom.cli.showing import showing
from camloom.errors import ConfigError, PluginError

if TYPE_CHECKING:
    from camloom.server.settings import ServerSettings

_KEPT = "CAMLOOM_KEPT_BY_PARENT"
_PATIENCE_S = 15.0

Data = Annotated[Path | None, typer.Option(help="Folder of everything kept; default: of this user, or CAMLOOM_DATA.")]
Host = Annotated[str | None, typer.Option(help="Address to listen on; default 127.0.0.1, 0.0.0.0: every one.")]
Browser = Annotated[bool, typer.Option("--browser", help="Open the console in the browser, where there is a display.")]
Port = Annotated[int | None, typer.Option(help="Port of the console; default 8780.", min=0, max=65_535)]

server_app = typer.Typer(invoke_without_command=True)


def up(data: Data = None, host: Host = None, port: Port = None, browser: Browser = False) -> None:
    """Run server, engine and console on this machine until Ctrl-C. The first start prints a link for your account.

    For example:

      camloom up

      camloom up --host 0.0.0.0 --data /srv/camloom
    """
    _check_installed()
    _check_free(_settings(data).model_copy(update=_given(host=host, port=port)))
    given = {"DATA": data and data.absolute(), "HOST": host, "PORT": port}
    environment = {f"CAMLOOM_{name}": str(value) for name, value in given.items() if value is not None} | {_KEPT: "1"}
    console = ["--browser"] if browser else []
    children = [
        Child("server", [sys.executable, "-m", "camloom", "server", *console], environment),
        Child("agent", [sys.executable, "-m", "camloom", "agent"], environment),
    ]
    for child in children:
        child.start()
    _wait_for_the_end()
    for child in children:
        child.stop()


@server_app.callback()
def server(
    context: typer.Context, data: Data = None, host: Host = None, port: Port = None, browser: Browser = False
) -> None:
    """Run the server and the console alone; the engine is `camloom agent`, in another process."""
    _check_installed()
    context.obj = data
    if context.invoked_subcommand is not None:
        return
    from camloom.exchange.local import LocalServer
    from camloom.server.run import serve

    _as_child()
    settings = _settings(data).model_copy(update=_given(host=host, port=port))
    with showing(settings.data, wanted=browser) as show:
        serve(settings, lambda: LocalServer(settings.exchange), announce=show)


@server_app.command("reset-password")
def reset_password(context: typer.Context, name: Annotated[str, typer.Argument()], data: Data = None) -> None:
    """Print a link with which somebody who has lost the password sets a new one. It works once, within an hour.

    For example:

      camloom server reset-password ann
    """
    from camloom.server.upkeep import make_reset_link

    typer.echo(make_reset_link(_settings(data or context.obj), name))


@server_app.command("add")
def add(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="TASK.yaml...", help="Task files of `camloom run`.")],
    results: Annotated[
        Path | None, typer.Option(help="Folder of what a run of the one file found: its alarms.")
    ] = None,
    data: Data = None,
) -> None:
    """Put task files into the console: each becomes a camera with a task. Once more changes what is there.

    For example:

      camloom server add examples/street.yaml --results out/street
    """
    from camloom.cli.results import hand_over
    from camloom.server.upkeep import take_files

    if results is not None and len(files) > 1:
        raise ConfigError("--results is of one task file", "Add the others by themselves")
    settings = _settings(data or context.obj)
    taken = take_files(settings, files)
    for one in taken:
        typer.echo(f"Camera and task '{one.name}': {one.outcome}")
    if results is not None:
        count = hand_over(results, taken[0].task_id, settings.data)
        typer.echo(f"Events of {results} handed over: {count}")


@server_app.command("check-sums")
def check_sums(context: typer.Context, data: Data = None) -> None:
    """See whether the sums that reports are made of are right, and mend them. The server does so once a day.

    For example:

      camloom server check-sums
    """
    from camloom.server.upkeep import check_sums as check

    months, wrong = check(_settings(data or context.obj))
    for month in wrong:
        typer.echo(f"{month:%Y-%m} was wrong and has been mended")
    typer.echo(f"months: {months}, right: {months - len(wrong)}")


def agent(data: Data = None) -> None:
    """Run the engine of this machine under a server, which says what to do."""
    _check_installed()
    from camloom.agent.run import run_agent
    from camloom.agent.settings import AgentSettings

    _as_child()
    os.umask(0o077)  # what it writes is for nobody else on this machine, as at the server
    raise typer.Exit(run_agent(AgentSettings().model_copy(update=_given(data=data))))


def _check_free(settings: "ServerSettings") -> None:
    """Refuse to start where another one runs; whoever is about to end is waited for. A damaged exchange is set aside.

    What comes up later, such as a database that is away, is tried again and again by the children.
    """
    from camloom.claim import claimed
    from camloom.exchange.damage import set_aside_if_damaged
    from camloom.server.place import listening, make_private

    make_private(settings)

    def wait() -> None:
        typer.echo(f"Another Camloom runs with {settings.data}; waiting for its end ...", err=True)

    with ExitStack() as alone:
        for role in ("server", "agent"):
            alone.enter_context(claimed(settings.data, role, patience_s=_PATIENCE_S, wait=wait))
        if aside := set_aside_if_damaged(settings.exchange):
            typer.echo(f"What server and engine say to each other was damaged; it is kept as {aside}", err=True)
    with listening(settings):
        pass


def _settings(data: Path | None) -> "ServerSettings":
    from pydantic import ValidationError

    from camloom.server.settings import ServerSettings

    try:
        return ServerSettings().model_copy(update=_given(data=data))
    except ValidationError as error:
        # Their values may be secrets.
        named = ", ".join("_".join(map(str, one["loc"])).upper() + f" ({one['msg']})" for one in error.errors())
        kind = "CAMLOOM_OIDC" if error.title == "OidcSettings" else "CAMLOOM"
        raise ConfigError(f"the environment is wrong: {kind}_{named}") from None


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
