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
from camloom.backtest.page import page
from camloom.backtest.pictures import attach_pictures, kept_pictures
from camloom.backtest.run import Backtest, backtest
from camloom.backtest.store import History
from camloom.cli.stored import load_fitted, moment_of, zone_named
from camloom.config import TaskConfig
from camloom.errors import ConfigError

_BAR_CELLS = 24
_EVENTS = "events.jsonl"


def run_backtest(
    task_file: Annotated[Path, typer.Option("--task", "--rules", help="The task with the edited rules.")],
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
    html: Annotated[Path | None, typer.Option(help="Write a page with thumbnails, hour by hour.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one document of JSON instead.")] = False,
) -> None:
    """Run edited rules over stored tracks: which alarms they add, remove and keep.

    Neither video nor model is needed. The tracks are those that the sink `history` kept.

    Examples:
      camloom backtest --task new.yaml --against old.yaml --history out/history --since 7d

      camloom backtest --task new.yaml --against out/events.jsonl --history out/history --html edit.html
    """
    plugins.load_available("sinks", "history")  # says what is missing
    zone, task = zone_named(timezone), load_fitted(task_file)
    stored = History(history, source or task.id)
    begin = None if since is None else moment_of(since, stored, zone, "--since")
    held = _against(against)
    events = _events(against, history)
    recorded = [] if events is None else kept_pictures(events, stored.source_id)
    result = backtest(task, stored, against=held, since=begin)
    attach_pictures(_shown(result), recorded)
    if html is not None:
        old = held if isinstance(held, TaskConfig) else task
        _write(html, page(result, zone, task.scene(), old.scene()))
    if as_json:
        sys.stdout.write(json.dumps(result.to_dict(zone), ensure_ascii=False, indent=1) + "\n")
        return
    _show(result, zone, limit, Console(highlight=False))
    if html is not None:
        sys.stdout.write(f"Thumbnails, hour by hour: {html}\n")


def _events(against: Path | None, history: Path) -> Path | None:
    """Return the file of events whose pictures are shown: the one compared with, or the one beside the history."""
    if against is not None and against.suffix == ".jsonl":
        return against
    beside = history.resolve().parent / _EVENTS
    return beside if beside.is_file() else None


def _shown(result: Backtest) -> list[Alarm]:
    return [alarm for _, alarm in result.difference.all()] if result.difference else result.alarms


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}", "Name another file with `--html`") from error


def _against(path: Path | None) -> TaskConfig | Path | None:
    if path is None or path.suffix == ".jsonl":
        return path
    return load_fitted(path)


def _show(result: Backtest, zone: tzinfo, limit: int, console: Console) -> None:
    spent = f"{result.wall_s:.1f} s, {result.times_real_time:,.0f} times real time"
    console.print(f"{escape(result.source_id)}: {result.frames:,} frames in {spent}")
    if result.left_out:
        console.print(f"Left out, they need pixels or joints: {escape(', '.join(result.left_out))}")
    if result.unreadable:
        console.print(f"Passed over, cannot be read: {escape(', '.join(result.unreadable))}")
    if result.difference is None:
        _list("alarm", result.alarms, zone, limit, console)
        return
    _show_difference(result.difference, zone, console)
    _list("added", result.difference.added, zone, limit, console)
    _list("removed", result.difference.removed, zone, limit, console)
    _list_changed(result.difference, zone, limit, console)


def _list_changed(difference: Difference, zone: tzinfo, limit: int, console: Console) -> None:
    for new, old in difference.changed[:limit]:
        when = old.began.astimezone(zone).isoformat(sep=" ", timespec="seconds")
        console.print(escape(f"changed  {when}  {old.rule_id}: {_changes(new, old)}"), soft_wrap=True)
    if (more := len(difference.changed) - limit) > 0:
        console.print(f"... and {more:,} more changed")


def _changes(new: Alarm, old: Alarm) -> str:
    lost, gained = sorted(old.track_ids - new.track_ids), sorted(new.track_ids - old.track_ids)
    words = [
        f"reached {old.stage}, now {new.stage}" if old.stage != new.stage else "",
        f"happened {old.count} times, now {new.count}" if old.count != new.count else "",
        f"without objects {' '.join(map(str, lost))}" if lost else "",
        f"with objects {' '.join(map(str, gained))}" if gained else "",
    ]
    return ", ".join(word for word in words if word)


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
