"""The tables that the commands end with."""

from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from camloom.config import TaskConfig
from camloom.runner import StreamReport

_STAGES = ("decode", "convert", "infer", "post", "track", "crops", "rules", "sinks")
_OPTIONAL_STAGES = frozenset({"crops"})


def run_table(tasks: list[TaskConfig], reports: list[StreamReport], wall_s: float) -> RenderableType:
    """Return what a run did: frames, speed, objects, events, time per stage, where the files are."""
    parts: list[RenderableType] = [_streams(reports, wall_s), _stages(reports)]
    if any(report.events for report in reports):
        parts.insert(1, _events(reports))
    for task in tasks:
        if task.out.is_dir() and task.sinks:
            parts.append(_files(task))
    return Group(*parts)


def _streams(reports: list[StreamReport], wall_s: float) -> Table:
    lost = {
        "shed": [report.shed_packets for report in reports],
        "asleep": [report.idle_packets for report in reports],
        "dropped": [report.dropped_frames + report.dropped_results for report in reports],
        "damaged": [report.corrupt_frames for report in reports],
        "breaks": [report.breaks for report in reports],
    }
    shown = [name for name, counts in lost.items() if any(counts)]
    table = Table(title=f"Run of {wall_s:.1f} s", title_justify="left")
    table.add_column("stream")
    for name in ("frames", "analysed", "fps", "objects", "events", *shown):
        table.add_column(name, justify="right")
    if cameras := any(report.state is not None for report in reports):
        table.add_column("state at the end")
    for row, report in enumerate(reports):
        rate = f"{report.results / max(report.running_s, 1e-9):.1f}"
        counts = (report.objects, sum(report.events.values()), *(lost[name][row] for name in shown))
        state = [str(report.state or "")] if cameras else []
        numbers = (f"{count:,}" for count in (report.packets, report.results))
        table.add_row(report.source_id, *numbers, rate, *(f"{count:,}" for count in counts), *state)
    return table


def _events(reports: list[StreamReport]) -> Table:
    table = Table(title="Events per rule", title_justify="left")
    table.add_column("stream")
    table.add_column("rule")
    table.add_column("events", justify="right")
    for report in reports:
        for rule_id, count in sorted(report.events.items()):
            table.add_row(report.source_id, rule_id, f"{count:,}")
    return table


def _stages(reports: list[StreamReport]) -> Table:
    results = max(sum(report.results for report in reports), 1)
    table = Table(
        title="Time per stage (threads overlap; a camera's decode includes the wait for it)", title_justify="left"
    )
    sums_s = {name: sum(report.stage_s.get(name, 0.0) for report in reports) for name in _STAGES}
    shown = {name: total_s for name, total_s in sums_s.items() if total_s or name not in _OPTIONAL_STAGES}
    for name in shown:
        table.add_column(name, justify="right")
    totals_s = shown.values()
    table.add_row(*(f"{total_s:.2f} s" for total_s in totals_s))
    table.add_row(*(f"{total_s / results * 1000:.2f} ms" for total_s in totals_s))
    return table


def _files(task: TaskConfig) -> Text:
    lines = [f"Files of {task.id} in {task.out}:"]
    for path in sorted(task.out.iterdir()):
        lines.append(f"  {path.name} ({_size(path)})")
    return Text("\n".join(lines))


def _size(path: Path) -> str:
    if path.is_dir():
        inside = list(path.iterdir())
        return f"{len(inside)} {'folders' if inside and inside[0].is_dir() else 'files'}"
    size_bytes = path.stat().st_size
    return f"{size_bytes / 1e6:.1f} MB" if size_bytes >= 1e6 else f"{size_bytes / 1e3:.0f} kB"
