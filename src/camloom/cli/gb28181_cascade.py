"""camloom gb28181 cascade | above: Camloom below other platforms, and how that goes."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from camloom import plugins
from camloom.cli.lines import print_line
from camloom.errors import ConfigError, PluginError
from camloom.gb28181.control.client import ControlClient
from camloom.gb28181.control.path import default_control_path

if TYPE_CHECKING:
    from camloom.gb28181.cascade.config import CascadeConfig, ChannelConfig
    from camloom.gb28181.cascade.live import LiveSource
    from camloom.gb28181.cascade.operations import CascadePart


def cascade(
    config: Annotated[
        list[Path], typer.Option("--config", help="A platform above (docs/gb28181.md); may be repeated.")
    ],
) -> None:
    """Run until Ctrl-C: Camloom is a device of the platforms above, which get its alarms and see its cameras.

    For example:

      camloom gb28181 cascade --config above.yaml
    """
    logging.getLogger("camloom.gb28181").setLevel(logging.INFO)
    settings = read_cascades(config)
    from camloom.gb28181.cascade.run import run_cascade

    console = Console(stderr=True)

    def ready() -> None:
        for one in settings:
            where = f"{one.upstream.host}:{one.upstream.port}"
            console.print(f"{one.id} registers at {one.upstream.id}, {where}", highlight=False)
        console.print(f"control: {settings[0].control}", highlight=False)

    asyncio.run(run_cascade(make_part(settings), settings[0].control, ready))


def above(
    control: Annotated[
        Path | None, typer.Option("--control", help="Socket of the service; by default that of this user.")
    ] = None,
) -> None:
    """Say which platforms above know us, and what they were told.

    For example:

      camloom gb28181 above
    """
    console = Console()
    with ControlClient(control or default_control_path()) as client:
        for one in client.ask("cascade.status"):
            print_line(console, _line(one))


def read_cascades(paths: Sequence[Path]) -> "list[CascadeConfig]":
    """Read the files of all platforms above.

    Raises:
        ConfigError: one is wrong, or two want the same port.
        PluginError: a part that it needs is not installed.
    """
    try:
        from camloom.gb28181.cascade.config import load_cascade
    except ImportError as error:
        hint = 'pip install "camloom[gb28181]"'
        raise PluginError(f"GB/T 28181 needs {error.name}, which is not installed", hint) from None
    settings = [load_cascade(path) for path in paths]
    ports = [one.port for one in settings if one.port]
    if len(set(ports)) < len(ports):
        raise ConfigError("two cascades listen on the same port", "Give each another `port`")
    return settings


def make_part(settings: "Sequence[CascadeConfig]") -> "CascadePart":
    """Put together what stays registered at the platforms above.

    Raises:
        ConfigError: a password is not there.
    """
    from camloom.gb28181.cascade.config import read_password
    from camloom.gb28181.cascade.operations import CascadePart
    from camloom.gb28181.cascade.service import Cascade

    return CascadePart([Cascade(one, read_password(one.upstream), make_source) for one in settings])


def make_source(channel: "ChannelConfig") -> "LiveSource":
    """Make the source of a channel; nothing is opened yet.

    Raises:
        PluginError: it is not available here.
    """
    assert channel.source is not None
    source: LiveSource = plugins.load_available("sources", channel.source.type)(channel.source.config)
    return source


def _line(one: dict[str, Any]) -> Text:
    state = Text("registered", "green") if one["online"] else Text(f"not registered: {one['reason']}", "yellow")
    told = f", {one['delivered']} alarms told, {one['live']} live"
    return Text.assemble((one["upstream"], "bold"), "  ", state, told)
