"""camloom backtest: edited rules on the stored past."""

import json
import sys
from datetime import tzinfo
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from camloom import plugins
from camloom.backtest.alarms import Alarm
from camloom.backtest.compare import KINDS, Difference
from camloom.backtest.run import Backtest, backtest
from camloom.backtest.store import History
from camloom.cli.stored import load_fitted, moment_of, zone_named
from camloom.config import TaskConfig

_BAR_CELLS = 24


def run_backtest(
    task_file: Annotated[Path, typer.Option("--task", help="The task with the edited rules.")],
    history: Annotated[Path, typer.Option(help="The folder that the sink `history` writes into.")],
    against: Annotated[
        Path | None, typer.Option(help="The task as it was (.yaml), or the recorded events (.jsonl).")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Whose tracks; default: the id of the task.")] = None,
    since: Annotated[
        str | None, typer.Option(help="7d, 12h, 30m back from the newest frame, or a time; default: all.")
    ] = None,
    timezone: Annotated[str, typer.Option(help="Of hours and times, such as Asia/Shanghai.")] = "UTC",
    limit: Annotated[int, typer.Option(min=0, help="Alarms listed of each kind.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print one document of JSON instead.")] = False,
) -> None:
    """Run edited rules over stored tracks: which alarms they add, remove and keep.

    Neither video nor model is needed. The tracks are those that the sink `history` kept.

    Examples:
      camloom backtest --task new.yaml --against old.yaml --history out/history --since 7d

      camloom backtest --task new.yaml --against out/events.jsonl --history out/history
    """
    plugins.load_available("sinks", "history")  # says what is missing
    zone, task = zone_named(timezone), load_fitted(task_file)
    stored = History(history, source or task.id)
    begin = None if since is None else moment_of(since, stored, zone, "--since")
    result = backtest(task, stored, against=_against(against), since=begin)
    if as_json:
        sys.stdout.write(json.dumps(result.to_dict(zone), ensure_ascii=False, indent=1) + "\n")
        return
    _show(result, zone, limit, Console(highlight=False))


def _against(path: Path | None) -> TaskConfig | Path | None:
    if path is None or path.suffix == ".jsonl":
        return path
    return load_fitted(path)


def _show(result: Backtest, zone: tzinfo, limit: int, console: Console) -> None:
    spent = f"{result.wall_s:.1f} s, {result.times_real_time:,.0f} times real time"
    console.print(f"{escape(result.source_id)}: {result.frames:,} frames in {spent}")
    if result.left_out:
        console.print(f"Left out, they need pixels: {escape(', '.join(result.left_out))}")
    if result.unreadable:
        console.print(f"Passed over, cannot be read: {escape(', '.join(result.unreadable))}")
    if result.difference is None:
        _list("alarm", result.alarms, zone, limit, console)
        return
    _show_difference(result.difference, zone, console)
    _list("added", result.difference.added, zone, limit, console)
    _list("removed", result.difference.removed, zone, limit, console)
    _list_stages(result.difference, zone, limit, console)


def _list_stages(difference: Difference, zone: tzinfo, limit: int, console: Console) -> None:
    for new, old in difference.stage_changed[:limit]:
        when = old.began.astimezone(zone).isoformat(sep=" ", timespec="seconds")
        console.print(escape(f"kept  {when}  {old.rule_id}: reached {old.stage}, now {new.stage}"), soft_wrap=True)


def _show_difference(difference: Difference, zone: tzinfo, console: Console) -> None:
    rules = Table(title="Alarms per rule", title_justify="left")
    hours = Table(title="Alarms per hour of the day", title_justify="left")
    for table, first in ((rules, "rule"), (hours, "hour")):
        table.add_column(first)
        for kind in KINDS:
            table.add_column(kind, justify="right")
    for rule, counts in difference.per_rule().items():
        rules.add_row(escape(rule), *(f"{counts[kind]:,}" for kind in KINDS))
    per_hour = difference.per_hour(zone)
    hours.add_column("")
    most = max((sum(counts.values()) for counts in per_hour.values()), default=1)
    for hour, counts in per_hour.items():
        hours.add_row(f"{hour:02}", *(f"{counts[kind]:,}" for kind in KINDS), _bar(counts, most))
    console.print(rules, hours)


def _bar(counts: dict[str, int], most: int) -> str:
    signs = {"added": "+", "removed": "-", "kept": "="}
    return "".join(signs[kind] * round(counts[kind] / most * _BAR_CELLS) for kind in KINDS)


def _list(kind: str, alarms: list[Alarm], zone: tzinfo, limit: int, console: Console) -> None:
    for alarm in alarms[:limit]:
        when = alarm.began.astimezone(zone).isoformat(sep=" ", timespec="seconds")
        objects = " ".join(str(track_id) for track_id in sorted(alarm.track_ids))
        place = f" at {alarm.place}" if alarm.place else ""
        way = f" {alarm.direction}" if alarm.direction else ""
        shown = f"  {alarm.picture}" if alarm.picture else ""
        console.print(
            escape(f"{kind}  {when}  {alarm.rule_id}{place}{way}  objects {objects or '-'}{shown}"), soft_wrap=True
        )
    if len(alarms) > limit:
        console.print(f"... and {len(alarms) - limit:,} more {kind}; `--limit` shows them, `--json` has all")
    if not alarms and kind == "alarm":
        console.print("No alarm")
