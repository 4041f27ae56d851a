"""camloom why: why a rule did not fire for a track."""

import json
import sys
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from camloom import plugins
from camloom.backtest.life import Life, present_at
from camloom.backtest.sight import Sight
from camloom.backtest.store import History
from camloom.backtest.why import Answer, rules_named, why
from camloom.cli.stored import load_fitted, moment_of, zone_named
from camloom.config import Scene
from camloom.errors import ConfigError
from camloom.event import Gate


def run_why(
    task_file: Annotated[Path, typer.Option("--task", help="The task with the rule.")],
    history: Annotated[Path, typer.Option(help="The folder that the sink `history` writes into.")],
    rule: Annotated[str | None, typer.Option(help="Id of the rule or the alarm.")] = None,
    track: Annotated[int | None, typer.Option(help="Which track: the newest of that id, or the one at `--at`.")] = None,
    at: Annotated[str | None, typer.Option(help="A time, or 30m, 2h back; without `--track`: who was there.")] = None,
    source: Annotated[str | None, typer.Option(help="Whose tracks; default: the id of the task.")] = None,
    timezone: Annotated[str, typer.Option(help="Of times, such as Asia/Shanghai.")] = "UTC",
    as_json: Annotated[bool, typer.Option("--json", help="Print one document of JSON instead.")] = False,
) -> None:
    """Say why a rule did not fire for a track: the first gate that failed, and what would have let it fire.

    The rule is played to the stored tracks again and again, with one setting changed at a time.

    Examples:
      camloom why --task yard.yaml --history out/history --at 2026-11-01T08:01:12

      camloom why --task yard.yaml --history out/history --rule loitering --track 12
    """
    plugins.load_available("sinks", "history")  # says what is missing
    zone, task = zone_named(timezone), load_fitted(task_file)
    stored = History(history, source or task.id)
    moment = None if at is None else moment_of(at, stored, zone, "--at")
    console = Console(highlight=False)
    if track is None:
        if moment is None:
            raise ConfigError("give `--track`, or `--at` for a list of the tracks there", "See `camloom why --help`")
        _list_present(stored, moment, task.scene(), zone, console)
        return
    if rule is None:
        known = ", ".join(sorted({block.config.id for block in task.rules}))
        raise ConfigError("give `--rule`", f"This task has {known or 'none'}")
    rules_named(task, rule)
    with Console(stderr=True).status("playing the past"):
        answers = why(task, stored, rule, track, moment)
    if as_json:
        sys.stdout.write(json.dumps([one.to_dict() for one in answers], ensure_ascii=False, indent=1) + "\n")
        return
    for one in answers:
        _show(one, zone, console)


def _list_present(stored: History, moment: datetime, scene: Scene, zone: tzinfo, console: Console) -> None:
    taken, present = present_at(stored, moment, scene)
    table = Table(title=f"{escape(stored.source_id)} at {_clock(taken, zone)}", title_justify="left")
    for title in ("track", "class", "confidence", "box, px", "in"):
        table.add_column(title, justify="right" if title == "confidence" else "left")
    for one in present:
        box = " ".join(f"{value:.0f}" for value in one.xyxy)
        table.add_row(
            str(one.track_id), escape(one.class_name), f"{one.confidence:.2f}", box, escape(", ".join(one.zones))
        )
    console.print(table if present else f"Nobody was there at {_clock(taken, zone)}")


def _show(answer: Answer, zone: tzinfo, console: Console) -> None:
    def say(text: str) -> None:
        console.print(escape(text), soft_wrap=True)

    rule, life = answer.rule_id, answer.life
    if answer.unable or answer.sight is None:
        say(f"{rule} cannot be asked: {answer.unable}")
        return
    say(_who(answer.sight, life, zone))
    if answer.event is not None:
        say(f"{rule} fired at {_clock(answer.event.occurred_at, zone)}:")
        console.print(_gates(answer.event.why))
        return
    say(f"{rule} did not fire.")
    if answer.missed is not None:
        when = "" if answer.missed.at is None else f" at {_clock(answer.missed.at, zone)}"
        say(f"First gate that failed: {answer.missed.name}: {answer.missed.words}{when}")
    elif answer.failed is not None:
        say(f"First gate that failed: {_missed_by(answer.failed)}")
    _show_remedies(answer, say)
    times = "1 replay" if answer.replays == 1 else f"{answer.replays} replays"
    say(f"Proven by {times} of {answer.frames:,} frames.")


def _show_remedies(answer: Answer, say: Callable[[str], None]) -> None:
    if answer.singles:
        say("It would have fired with any one of:")
    elif answer.together:
        say("No single setting would have done. It would have fired with all of:")
    elif answer.missed is None or answer.replays > 1:
        say("No set of up to three settings was found that would have let it fire.")
    for one in (*answer.singles, *answer.together):
        notes = [*([] if one.asked is None else [f"is {one.asked:g}"]), *([one.fixed] if one.fixed else [])]
        say(f"  {one}" + (f"  ({'; '.join(notes)})" if notes else ""))


def _who(sight: Sight, life: Life, zone: tzinfo) -> str:
    others = sorted(sight.ids - {life.track_id})
    also = f", the same object as track {', '.join(map(str, others))}" if others else ""
    return (
        f"Track {life.track_id}: {sight.class_name}, {_clock(life.first, zone)} to {_clock(life.last, zone)[11:]} "
        f"({life.lasts_s:.1f} s), confidence up to {sight.confidence:.2f}, "
        f"up to {sight.height_share:.2f} of the picture tall{also}"
    )


def _missed_by(gate: Gate) -> str:
    unit = f" {gate.unit}" if gate.unit else ""
    short = f"{abs(gate.margin):.3g}{unit} {'short' if gate.margin < 0 else 'too much'}"
    return f"{gate.name}: {gate.value:g}{unit} reached, {gate.threshold:g}{unit} asked for, {short}"


def _gates(gates: tuple[Gate, ...]) -> Table:
    table = Table()
    for title in ("gate", "measured", "asked for", "margin", "unit"):
        table.add_column(title, justify="left" if title in ("gate", "unit") else "right")
    for gate in gates:
        numbers = (f"{value:.3g}" for value in (gate.value, gate.threshold, gate.margin))
        table.add_row(escape(gate.name), *numbers, escape(gate.unit))
    return table


def _clock(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).isoformat(sep=" ", timespec="seconds")
