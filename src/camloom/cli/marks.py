"""camloom rules mark | test: alarms marked as true or false, and whether the rules still agree."""

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
from camloom.backtest.marks import add_mark, mark_of, read_marks
from camloom.backtest.regression import Outcome, Verdict, check_marks
from camloom.backtest.store import History
from camloom.cli.stored import load_fitted, zone_named
from camloom.errors import CamloomError, ConfigError

_STYLES = {Outcome.LOST: "red", Outcome.FALSE_ALARM: "red", Outcome.UNKNOWN: "yellow"}
_WORTH = {"true": True, "false": False}


def mark_alarm(
    event: Annotated[str, typer.Argument(metavar="EVENT_ID", help="Id of an event or of its incident.")],
    worth: Annotated[str, typer.Argument(metavar="true|false", help="Was the alarm right?")],
    events: Annotated[Path, typer.Option(help="The events that were recorded.")] = Path("out/events.jsonl"),
    marks: Annotated[Path, typer.Option(help="The file that the mark is added to.")] = Path("marks.jsonl"),
    note: Annotated[str, typer.Option(help="What a colleague should know.")] = "",
) -> None:
    """Mark an alarm as true or false; `camloom rules test` holds edited rules against such marks."""
    if worth not in _WORTH:
        raise ConfigError(f"'{worth}' is neither true nor false", "camloom rules mark EVENT_ID true")
    made = mark_of(events, event, verdict=_WORTH[worth], note=note)
    count = add_mark(marks, made)
    objects = " ".join(map(str, made.track_ids)) or "-"
    when = made.began.isoformat(sep=" ", timespec="seconds")
    sys.stdout.write(f"{worth}: {made.rule_id} at {when}, objects {objects}; {count} alarms marked in {marks}\n")


def check_alarms(
    task_file: Annotated[Path, typer.Option("--task", help="The task with the edited rules.")],
    history: Annotated[Path, typer.Option(help="The folder that the sink `history` writes into.")],
    marks: Annotated[Path, typer.Option(help="Marked alarms: JSON lines, or a YAML list.")] = Path("marks.jsonl"),
    source: Annotated[str | None, typer.Option(help="Whose tracks; default: the id of the task.")] = None,
    timezone: Annotated[str, typer.Option(help="Of times, such as Asia/Shanghai.")] = "UTC",
    as_json: Annotated[bool, typer.Option("--json", help="Print one document of JSON instead.")] = False,
) -> None:
    """Check edited rules against marked alarms: none that is true may be lost, none that is false may be there.

    Ends with 1 if any is. Neither video nor model is needed.
    """
    plugins.load_available("sinks", "history")  # says what is missing
    zone, task, marked = zone_named(timezone), load_fitted(task_file), read_marks(marks)
    stored = History(history, source or task.id)
    verdicts = check_marks(task, stored, marked)
    if as_json:
        sys.stdout.write(json.dumps([one.to_dict() for one in verdicts], ensure_ascii=False, indent=1) + "\n")
    else:
        Console(highlight=False).print(_table(verdicts, zone), _summary(verdicts))
    _end(verdicts, marks, stored.source_id)


def _end(verdicts: list[Verdict], marks: Path, source_id: str) -> None:
    if all(one.outcome is Outcome.UNKNOWN for one in verdicts):
        reason = f"{len(verdicts)} marks, none of which can be told" if verdicts else "no mark"
        raise ConfigError(f"{marks} has {reason} of '{source_id}'", "Nothing was tested")
    if failed := sum(one.failed for one in verdicts):
        raise CamloomError(f"the rules disagree with {failed} of {len(verdicts)} marks", "See the table")


def _table(verdicts: list[Verdict], zone: tzinfo) -> Table:
    table = Table(title="Marked alarms", title_justify="left")
    for title in ("outcome", "marked", "rule", "began", "objects", "note"):
        table.add_column(title, no_wrap=title in ("outcome", "began"))
    for one in sorted(verdicts, key=lambda one: not one.failed):
        mark = one.mark
        objects = " ".join(map(str, mark.track_ids)) or "any"
        began = f"{mark.began.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        style = _STYLES.get(one.outcome, "green")
        note = "; ".join(text for text in (one.reason, mark.note) if text)
        row = ("true" if mark.verdict else "false", escape(mark.rule_id), began, objects, escape(note))
        table.add_row(f"[{style}]{one.outcome}[/]", *row)
    return table


def _summary(verdicts: list[Verdict]) -> str:
    counts = {outcome: sum(one.outcome is outcome for one in verdicts) for outcome in Outcome}
    return ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count) or "no marks"
