"""Shows what `camloom bench` found out: tables for people, JSON for programs."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from camloom.bench.bars import Bar, bars
from camloom.bench.figures import Figures, Realtime, carried, limit_fps, summarise, write_json

_VERDICTS = {True: "[green]passed[/]", False: "[red]missed[/]", None: "[dim]not measured[/]"}


def document(figures: Figures) -> dict[str, Any]:
    """Return all figures and the bars as plain data: what `--json` writes."""
    return figures.document() | {"bars": [bar.document() for bar in bars(figures)]}


def write_report(figures: Figures, path: Path) -> None:
    """Write all figures and the bars as JSON.

    Raises:
        SinkError: the file cannot be written.
    """
    write_json(document(figures), path)


def print_report(figures: Figures, console: Console) -> None:
    """Print the tables: parts, throughput, cameras, and the bars."""
    for table in (_parts(figures), _throughput(figures)):
        if table.row_count:
            console.print(table)
    for title, run in (("Cameras in real time", figures.realtime), ("Quiet cameras", figures.quiet)):
        if run:
            console.print(_cameras(title, run))
    console.print(_bars(bars(figures)))
    if figures.rounds:
        load = figures.document()["load_of_others"]
        console.print(f"Other processes used {load:.0%} of {figures.cores} cores meanwhile (median of the rounds).")


def _parts(figures: Figures) -> Table:
    parts = figures.parts_ms()
    table = _table("Parts alone", "part", "CPU ms per frame")
    for name, ms in parts.items():
        table.add_row(name.replace("_", " "), f"{ms:.2f}")
    if figures.document()["limit_fps"]:
        table.caption = f"limit of {figures.cores} cores: {limit_fps(parts, figures.cores):.1f} frames/s"
        if "bare_loop" in parts:
            table.caption += f"; of a loop of nothing but the parts: {1000 * figures.cores / parts['bare_loop']:.1f}"
    return table


def _throughput(figures: Figures) -> Table:
    columns = ("streams", "frames/s (min to max)", "CPU ms per frame", "latency p50 / p99 ms", "MiB", "engine is")
    table = _table("Every frame of every stream analysed", "program", *columns)
    engine = {row["streams"]: row for row in figures.engine()}
    for name, rows in {"camloom": list(engine.values()), **figures.peers()}.items():
        for row in rows:
            table.add_row(name, *_throughput_cells(row, engine.get(row["streams"]) if name != "camloom" else None))
        table.add_section()
    return table


def _throughput_cells(row: Mapping[str, Any], engine: Mapping[str, Any] | None) -> Iterable[str]:
    yield str(row["streams"])
    yield f"{row['fps']:.1f} ({row['fps_min']:.1f} to {row['fps_max']:.1f})"
    yield _number(row.get("cpu_ms_per_frame"))
    yield f"{_number(row.get('latency_p50_ms'), 0)} / {_number(row.get('latency_p99_ms'), 0)}"
    yield _number(row.get("mib"), 0)
    yield f"{engine['fps'] / row['fps']:.2f} x" if engine and row["fps"] else ""


def _cameras(title: str, run: Realtime) -> Table:
    table = _table(title, "program", "carried", "late by number of streams")
    for name, rows in {"camloom": run.get("engine", []), **run.get("peers", {})}.items():
        late = ", ".join(f"{row['streams']}: {row.get('late_share', 0):.1%}" for row in summarise(rows))
        table.add_row(name, str(carried(rows)), late)
    notes = [f"limit: {run['limit_streams']:.1f} cameras"] if "limit_streams" in run else []
    if "events_expected" in run:
        notes.append(f"events found: {run.get('events_found', 0)} of {run['events_expected']}")
    table.caption = "; ".join(notes)
    return table


def _bars(all_bars: Iterable[Bar]) -> Table:
    table = _table("Bars", "bar", "measured", "wanted", "")
    for bar in all_bars:
        unit = f" {bar.unit}" if bar.unit else ""
        wanted = f"{'≥' if bar.at_least else '≤'} {bar.threshold:g}{unit}"
        table.add_row(bar.name, _number(bar.value, 2) + (unit if bar.value is not None else ""), wanted, _verdict(bar))
    return table


def _verdict(bar: Bar) -> str:
    return _VERDICTS[bar.passed]


def _table(title: str, first: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", caption_justify="left")
    table.add_column(first)
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _number(value: float | None, digits: int = 1) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
