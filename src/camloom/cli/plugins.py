"""camloom plugins: what is available on this machine, and why the rest is not."""

from itertools import groupby
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from camloom.cli.lines import print_line
from camloom.errors import PluginError
from camloom.plugins import SEAMS, PluginInfo, describe, details


def plugins(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Say everything about this one, or this seam.")] = "",
) -> None:
    """List every plug-in: what it is, or why it cannot be used here and how to get it.

    For example:

      camloom plugins

      camloom plugins tensorrt
    """
    console = Console()
    if name:
        _show(_named(name), console)
        return
    found = describe()
    width = max(len(info.name) for info in found)
    for seam, infos in groupby(found, key=lambda info: info.seam):
        console.print(seam, style="bold")
        for info in infos:
            print_line(console, _line(info, width))
    missing = sum(not info.available for info in found)
    ready = len(found) - missing
    console.print(f"\n{ready} ready, {missing} not (✗); more on each: camloom plugins NAME", highlight=False)


def _line(info: PluginInfo, width: int) -> Text:
    name = f"{info.name:<{width}}  "
    if info.available:
        return Text(f"  {name}{_summary(info)}")
    return Text.assemble(("✗ ", "yellow"), name, (info.reason, "yellow"))


def _named(name: str) -> list[PluginInfo]:
    found = [info for info in describe([name] if name in SEAMS else SEAMS) if name in {info.name, info.seam}]
    if not found:
        raise PluginError(f"there is no plug-in '{name}'", "`camloom plugins` lists them")
    return found


def _show(found: list[PluginInfo], console: Console) -> None:
    for info in found:
        state = Text("ready", "green") if info.available else Text(f"unavailable: {info.reason}", "yellow")
        console.print(Text.assemble((info.name, "bold"), f" ({info.seam}): {_summary(info)}\n  ", state))
        for line in details(info.seam, info.name) if info.available else ():
            console.print(Text(f"  {line}"))


def _summary(info: PluginInfo) -> str:
    return info.summary if info.package == "camloom" else f"{info.summary} (from {info.package})"
