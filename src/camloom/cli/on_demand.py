"""The commands, each imported when it is asked for: all of them together would take two seconds of every start."""

from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup


class _Command(NamedTuple):
    """Where a command is: `attribute` of `camloom.cli.MODULE`, a function or an app of several."""

    name: str
    module: str
    attribute: str
    short_help: str


_COMMANDS = (
    _Command("run", "run", "run", "Run tasks: the main job."),
    _Command("up", "up", "up", "The platform: server, engine and console on this machine."),
    _Command("server", "up", "server_app", "Of the platform, the server alone; what is done to it."),
    _Command("agent", "up", "agent", "Of the platform, the engine of this machine alone."),
    _Command("probe", "probe", "probe", "Look at a source, and what is wrong with it."),
    _Command("discover", "discover", "discover", "Find cameras on the network and on this machine."),
    _Command("plugins", "plugins", "plugins", "What this machine can do, and why not the rest."),
    _Command("models", "models", "app", "See, fetch, import, convert, verify and measure models."),
    _Command("runtime", "runtime", "app", "Runtimes and devices of this machine."),
    _Command("rules", "rules", "app", "Alarms: see the templates, check a task, test it on marked alarms."),
    _Command("faces", "faces", "app", "Known people: add, list, test and remove faces."),
    _Command("state", "state", "app", "States of a place (a bin full, a gate open), taught by examples."),
    _Command("backtest", "backtest", "run_backtest", "Try edited rules on the stored past."),
    _Command("why", "why", "run_why", "Why a rule did not fire for a track."),
    _Command("evidence", "evidence", "app", "Evidence of alarms: signed zips, and whether one was altered."),
    _Command("gb28181", "gb28181", "app", "Cameras of GB/T 28181: the service they register at."),
    _Command("bench", "bench", "app", "How fast the engine is on this machine."),
)


class GroupOnDemand(TyperGroup):
    """Lists all commands by name and line of help; imports the one that is called."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for command in _COMMANDS:
            self.add_command(TyperCommand(name=command.name, short_help=command.short_help))

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """What the words on the command line mean; a misspelt command is an error that names the nearest."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, listed and _imported(listed.name), rest


def _imported(name: str | None) -> Any:
    (command,) = (command for command in _COMMANDS if command.name == name)
    found = getattr(import_module(f"camloom.cli.{command.module}"), command.attribute)
    holder = typer.Typer(rich_markup_mode=None, add_completion=False)
    if isinstance(found, typer.Typer):
        holder.add_typer(found, name=command.name)
    else:
        holder.command(command.name)(found)
    holder.callback()(lambda: None)  # one command alone would not be a group
    group = typer.main.get_command(holder)
    assert isinstance(group, TyperGroup)
    return group.commands[command.name]
