"""camloom gb28181: the service that cameras of GB/T 28181 register at, and a look at it."""

import asyncio
import json
import logging
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from camloom.cli.gb28181_cascade import above as platforms_above
from camloom.cli.gb28181_cascade import cascade, make_part, read_cascades
from camloom.cli.lines import print_line
from camloom.errors import PluginError
from camloom.gb28181.control.client import ControlClient
from camloom.gb28181.control.path import default_control_path

app = typer.Typer(help="Cameras of GB/T 28181: the service they register at.", no_args_is_help=True)
Control = Annotated[Path | None, typer.Option("--control", help="Socket of the service; by default that of this user.")]

_SHARED = (
    "More than one device may register with the same password: each of them can register in another's name while "
    "that one is away. Give each its own, under `devices` (docs/gb28181.md)."
)


@app.command()
def serve(
    config: Annotated[Path, typer.Option("--config", help="The platform (docs/gb28181.md).")],
    above: Annotated[
        list[Path] | None, typer.Option("--above", help="Register below this platform too; may be repeated.")
    ] = None,
) -> None:
    """Run the service until Ctrl-C: devices register here, and `camloom run` gets their video through it.

    For example:

      camloom gb28181 serve --config platform.yaml

      camloom gb28181 serve --config platform.yaml --above city.yaml
    """
    try:
        from camloom.gb28181 import service as services
        from camloom.gb28181.platform.config import Passwords, load_platform
    except ImportError as error:
        hint = 'pip install "camloom[gb28181]"'
        raise PluginError(
            f"the service of GB/T 28181 needs {(error.name or '').partition('.')[0]}, which is not installed", hint
        ) from None
    logging.getLogger("camloom.gb28181").setLevel(logging.INFO)
    settings = load_platform(config)
    parts = [make_part(read_cascades(above))] if above else []
    passwords = Passwords(settings)
    service = services.Service(settings, passwords, parts)
    console = Console(stderr=True)
    if passwords.are_shared:
        console.print(_SHARED, style="yellow", highlight=False)

    def ready(running: services.Service) -> None:
        where = f"{settings.host}:{running.platform.port}"
        console.print(f"{settings.id} listens on {where} (UDP, TCP); control: {settings.control}", highlight=False)

    asyncio.run(services.serve(service, ready))


@app.command()
def devices(
    device: Annotated[str, typer.Argument(metavar="[DEVICE]", help="Ask this one for its channels anew.")] = "",
    control: Control = None,
) -> None:
    """List the devices that are registered now, with their channels as URLs for a task.

    For example:

      camloom gb28181 devices

      camloom gb28181 devices 34020000001320000001
    """
    console = Console()
    with ControlClient(control or default_control_path(), timeout_s=60) as client:
        if device:
            client.ask("refresh", device=device)
        found = [one for one in client.ask("devices") if device in ("", one["id"])]
        for one in found:
            print_line(console, _headline(one))
            for channel in client.ask("channels", device=one["id"]):
                print_line(console, _channel(one["id"], channel))
            if not one["channels"]:
                print_line(console, Text(f"  gb28181://{one['id']}  (tells of no channels: it may be one camera)"))
    if not found:
        console.print("no device is registered: check server address, ids and password on the devices")


@app.command()
def ptz(
    device: Annotated[str, typer.Argument(help="Identity of the device.")],
    channel: Annotated[str, typer.Argument(help="Identity of the channel.")] = "",
    pan: Annotated[float, typer.Option(min=-1, max=1, help="To the right; share of full speed.")] = 0,
    tilt: Annotated[float, typer.Option(min=-1, max=1, help="Up.")] = 0,
    zoom: Annotated[float, typer.Option(min=-1, max=1, help="In.")] = 0,
    preset: Annotated[int, typer.Option(min=0, max=255, help="Go to this preset position instead.")] = 0,
    control: Control = None,
) -> None:
    """Move a camera; without a direction it stops.

    For example:

      camloom gb28181 ptz 34020000001320000001 34020000001310000001 --pan 0.3
    """
    with ControlClient(control or default_control_path()) as client:
        if preset:
            client.ask("preset", device=device, channel=channel, action="call", number=preset)
        else:
            client.ask("move", device=device, channel=channel, pan=pan, tilt=tilt, zoom=zoom)


@app.command()
def command(
    device: Annotated[str, typer.Argument(help="Identity of the device.")],
    what: Annotated[str, typer.Argument(help="guard, unguard, reset-alarm, record, stop-record, keyframe or reboot.")],
    channel: Annotated[str, typer.Option(help="Identity of the channel, where not the whole device is meant.")] = "",
    control: Control = None,
) -> None:
    """Have a device do something.

    For example:

      camloom gb28181 command 34020000001320000001 guard
    """
    with ControlClient(control or default_control_path()) as client:
        client.ask("command", device=device, channel=channel, command=what)


@app.command()
def alarms(
    follow: Annotated[bool, typer.Option("--follow", help="Go on with each new one until Ctrl-C.")] = False,
    control: Control = None,
) -> None:
    """Print the last alarms of cameras as JSON, one a line.

    For example:

      camloom gb28181 alarms --follow
    """
    with ControlClient(control or default_control_path()) as client:
        for alarm in client.ask("alarms"):
            _print_json(alarm)
        for event in client.events() if follow else ():
            if event["event"] == "alarm":
                _print_json(event["alarm"])


app.command("cascade", short_help="Register below other platforms.")(cascade)
app.command("above", short_help="The platforms above, and whether they know us.")(platforms_above)


def _print_json(alarm: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(alarm, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _headline(device: dict[str, Any]) -> Text:
    kind = " ".join(filter(None, (device["manufacturer"], device["model"], device["name"])))
    return Text.assemble((device["id"], "bold"), f"  {kind or 'unknown maker'}, at {device['at']}")


def _channel(device_id: str, channel: dict[str, Any]) -> Text:
    state = "" if channel["online"] else "  (off)"
    kind = "" if channel["video"] else "  (no camera)"
    return Text.assemble(f"  gb28181://{device_id}/{channel['id']}  {channel['name']}", (state + kind, "yellow"))
