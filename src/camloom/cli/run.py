"""camloom run: the main job."""

import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from camloom.cli.download import DownloadProgress
from camloom.cli.report import run_table
from camloom.config import TaskConfig, load_task, parse_task
from camloom.errors import CamloomError, ConfigError
from camloom.event import Event
from camloom.runner import Runner, StreamReport
from camloom.sinks.base import Sink

_TICK_S = 0.1
_DEFAULT_SINKS = ("console", "jsonl", "mot", "video", "evidence")


def run(
    task_files: Annotated[
        list[Path] | None, typer.Argument(metavar="[TASK.yaml]...", help="Task files; see examples/street.yaml.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="Instead of a task file: a video file, a URL, or sample:street.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Model card: a name of `camloom models list`, or a file.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for everything that is written.")] = None,
    fps: Annotated[float | None, typer.Option(help="Frames analysed per second; default: all.")] = None,
    runtime: Annotated[
        str | None, typer.Option(help="Such as ncnn or openvino:GPU; default: the fastest, timed now.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no table.")] = False,
) -> None:
    """Run tasks: decode, detect, track, apply the rules, write what happened.

    For example:

      camloom run examples/street.yaml --out out/street

      camloom run --source street.mp4 --model nanodet --out out

      camloom run --source 'rtsp://user:password@camera/stream' --fps 5
    """
    overrides = {"model": model, "out": out, "analysis_fps": fps, "runtime": runtime}
    tasks = _tasks(task_files or [], source, {key: value for key, value in overrides.items() if value is not None})
    console = Console(stderr=False)
    started_s = time.monotonic()
    reports, interrupted = _run(tasks, console, quiet=quiet)
    if not quiet:
        console.print(run_table(tasks, reports, time.monotonic() - started_s))
    if errors := [f"{report.source_id}: {line}" for report in reports for line in report.errors]:
        raise CamloomError("; ".join(errors))
    if interrupted:
        raise typer.Exit(130)


def _tasks(files: list[Path], source: str | None, overrides: dict[str, Any]) -> list[TaskConfig]:
    if bool(files) == (source is not None):
        raise ConfigError("give either task files or --source", "`camloom run --help` shows examples")
    if source is not None:
        return [parse_task({"source": source, "sinks": list(_DEFAULT_SINKS), **overrides}, where="command line")]
    tasks = [_changed(load_task(path), overrides) for path in files]
    if len({task.out.resolve() for task in tasks}) < len(tasks):
        # Two tasks in one folder would overwrite each other's files.
        tasks = [task.model_copy(update={"out": task.out / task.id}) for task in tasks]
    if len({task.id for task in tasks}) < len(tasks):
        raise ConfigError("two of these tasks have the same id", "Give each task file its own `id:`")
    return tasks


def _changed(task: TaskConfig, overrides: dict[str, Any]) -> TaskConfig:
    return parse_task({**{name: getattr(task, name) for name in TaskConfig.model_fields}, **overrides}, where=task.id)


def _run(tasks: list[TaskConfig], console: Console, *, quiet: bool) -> tuple[list[StreamReport], bool]:
    """Run to the end or to Ctrl-C; return the reports, and whether it was the latter."""
    bar = Progress(
        TextColumn("[bold]{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
        console=console,
        disable=quiet or not console.is_terminal,
        transient=True,
    )

    def adopt(sink: Sink) -> None:
        if hasattr(sink, "console"):
            sink.console = console

    def tell(event: Event) -> None:
        if event.source_id in untold:
            sys.stderr.write(f"camloom: {event.source_id}: {event.type.removeprefix('source.')}: {event.detail}\n")

    untold = {task.id for task in tasks if not any(sink.type == "console" for sink in task.sinks)}
    with bar:
        runner = Runner(tasks, progress=DownloadProgress(console, quiet=quiet), on_sink=adopt, on_event=tell)
        runner.start()
        _announce(runner, console, quiet=quiet)
        interrupted = _follow(runner, bar)
    return runner.reports, interrupted


def _announce(runner: Runner, console: Console, *, quiet: bool) -> None:
    if quiet:
        return
    for model in runner.models:
        console.print(f"model {model.card.name} on {model.runtime} ({model.compiled.description})", highlight=False)


def _follow(runner: Runner, bar: Progress) -> bool:
    """Show progress until the end; the first Ctrl-C ends cleanly (True), a second one at once."""
    rows = [bar.add_task(stream.report.source_id, total=stream.frames_total, note="") for stream in runner.streams]
    started_s = time.monotonic()
    try:
        while not runner.wait(_TICK_S):
            _update(runner, bar, rows, time.monotonic() - started_s)
    except KeyboardInterrupt:
        sys.stderr.write("camloom: ending cleanly (Ctrl-C again to end at once)\n")
        runner.stop()
        while not runner.wait(_TICK_S):
            pass
        return True
    return False


def _update(runner: Runner, bar: Progress, rows: list[TaskID], elapsed_s: float) -> None:
    for row, stream in zip(rows, runner.streams, strict=True):
        note = f"{stream.report.results / max(elapsed_s, 1e-9):.0f} fps"
        bar.update(row, completed=stream.counts.packets, note=note)
