"""camloom discover: which cameras are on the network and on this machine."""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from camloom.errors import UsageError

if TYPE_CHECKING:
    from camloom.sources.finding.discover import Discovery
    from camloom.sources.finding.found import FoundSource, FoundStream, Search

PASSWORD_VARIABLE = "CAMLOOM_CAMERA_PASSWORD"  # noqa: S105  # the name of it
_ADDRESS_FORM = "Give an IPv4 address or a name, such as 10.0.0.7 or gate.example:8080"
_KINDS = {"onvif": "ONVIF", "gige": "GigE Vision", "usb": "USB"}


def discover(
    addresses: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ADDRESS]...", help="Also ask these directly, such as cameras behind a router."),
    ] = None,
    user: Annotated[
        str, typer.Option(help=f"Log in, and ask for the streams; password from {PASSWORD_VARIABLE} or asked for.")
    ] = "",
    seconds: Annotated[float, typer.Option(min=0.2, max=60, help="How long to wait for answers.")] = 3.0,
    interface: Annotated[
        list[str] | None, typer.Option(help="Look only on this network interface; may be given more than once.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find cameras: ONVIF on the network, and whatever else the source plug-ins of this machine can find.

    With --user, each ONVIF camera is asked for its streams; the answer is a `source:` to copy into a task.

    For example:

      camloom discover

      camloom discover --user admin

      camloom discover 10.20.0.7 --user admin --json
    """
    from camloom.sources.finding.discover import discover as look_around
    from camloom.sources.finding.found import Search

    search = Search(
        seconds=seconds,
        addresses=tuple(_ipv4(address) for address in addresses or ()),
        interfaces=_known_interfaces(interface or ()),
        user=user,
        password=_password() if user else "",
    )
    discovery = look_around(search)
    if as_json:
        sys.stdout.write(json.dumps(_document(discovery, user), ensure_ascii=False, indent=1) + "\n")
        return
    _show(discovery, search, Console())


def _known_interfaces(names: Sequence[str]) -> tuple[str, ...]:
    import socket

    there = [name for _, name in socket.if_nameindex()]
    if unknown := [name for name in names if name not in there]:
        raise UsageError(f"there is no network interface '{unknown[0]}'", f"There are {', '.join(there)}")
    return tuple(names)


def _ipv4(address: str) -> str:
    """Return an address or a name, with a port or without, as an IPv4 address."""
    import socket

    host, colon, port = address.partition(":")
    try:
        found = socket.gethostbyname(host)
    except OSError:
        raise UsageError(
            f"there is no host '{host}'", "Give an IPv4 address or a name, such as 10.0.0.7:8080"
        ) from None
    if colon and not (port.isdigit() and 0 < int(port) < 65536):
        raise UsageError(f"'{port}' is no port", _ADDRESS_FORM)
    return f"{found}{colon}{port}"


def _password() -> str:
    """Return the password of the environment, or ask for it; never from the command line, where all can read it."""
    if PASSWORD_VARIABLE in os.environ:
        return os.environ[PASSWORD_VARIABLE]
    if not sys.stdin.isatty():
        raise UsageError("no password for the cameras", f"Put it into the variable {PASSWORD_VARIABLE}")
    password: str = typer.prompt("Password of the cameras", hide_input=True, err=True)
    return password


def _show(discovery: "Discovery", search: "Search", console: Console) -> None:
    if not discovery.found:
        console.print(f"no camera answered within {search.seconds:g} s", style="yellow")
        console.print("Cameras behind a router do not hear the question: name their addresses.", highlight=False)
    else:
        console.print(_table(discovery.found))
    for found in discovery.found:
        _show_streams(found, search.user, console)
    for name, reason in discovery.problems.items():
        console.print(Text(f"✗ {name} did not look: {reason}", "yellow"), soft_wrap=True)
    if discovery.found and not search.user and any(found.type == "onvif" for found in discovery.found):
        console.print("\nTheir streams: camloom discover --user NAME", highlight=False)


def _table(found: Sequence["FoundSource"]) -> Table:
    table = Table()
    for title in ("address", "kind", "vendor", "model", "name"):
        table.add_column(title, overflow="fold")
    for one in found:
        address = "\n".join((one.address, *one.more_addresses))
        cells = (address, _KINDS.get(one.type, one.type), one.vendor, one.model, one.name)
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _show_streams(found: "FoundSource", user: str, console: Console) -> None:
    if not found.streams and not found.note and found.type == "onvif":
        return
    console.print(Text(f"\n{found.address} {found.name}".rstrip(), "bold"))
    if found.note:
        console.print(Text(f"  {found.note}", "yellow"), soft_wrap=True)
    for stream in found.streams:
        console.print(Text(f"  {_told(stream)}"), soft_wrap=True)
    if found.streams or found.type != "onvif":
        for line in snippet(found, user):
            console.print(Text(f"  {line}", "green"), soft_wrap=True)


def _told(stream: "FoundStream") -> str:
    size = f"{stream.width}x{stream.height}" if stream.width else "size unknown"
    fps = f"{stream.fps:g} fps" if stream.fps else ""
    channel = f"channel {stream.channel}" if stream.channel > 1 else ""
    told = (channel, f"{stream.role or stream.token:<5}", stream.codec, size, fps, stream.url or "no address given")
    return "  ".join(part for part in told if part)


def snippet(found: "FoundSource", user: str) -> list[str]:
    """Return the lines of a task that read this camera: the small stream analysed, the big one for evidence.

    The password is not in them; PASSWORD stands for it.
    """
    if not found.streams:
        return [f"source: {{type: {found.type}, url: {json.dumps(found.url)}}}"]
    url = json.dumps(_with_user(found.url, user))
    roles = {stream.role for stream in found.streams if stream.channel == found.streams[0].channel}
    if "sub" not in roles:
        return [f"source: {{type: {found.type}, url: {url}}}"]
    return [
        f"source: {{type: {found.type}, url: {url}, profile: sub}}",
        f"evidence_source: {{type: {found.type}, url: {url}, profile: main}}",
    ]


def _with_user(url: str, user: str) -> str:
    from urllib.parse import quote

    scheme, _, rest = url.partition("://")
    return f"{scheme}://{quote(user, safe='')}:PASSWORD@{rest}" if user else url


def _document(discovery: "Discovery", user: str) -> dict[str, object]:
    cameras = [{**asdict(found), "task": "\n".join(snippet(found, user))} for found in discovery.found]
    return {"cameras": cameras, "problems": discovery.problems}
