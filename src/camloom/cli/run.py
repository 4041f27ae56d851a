"""camloom run: the main job."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from camloom.cli.download import DownloadProgress
from camloom.cli.progress import Engine, RunProgress
from camloom.cli.report import run_table
from camloom.config import TaskConfig, load_task, parse_task
from camloom.errors import CamloomError, ConfigError
from camloom.event import Event
from camloom.runner import Runner, StreamReport
from camloom.sinks.base import Sink
from camloom.supervisor import Limits, Screen, Supervisor, is_camera

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
    in_process: Annotated[
        bool, typer.Option("--in-process", help="Cameras too run in this process, not in workers of their own.")
    ] = False,
) -> None:
    """Run tasks: decode, detect, track, apply the rules, write what happened.

    For example:

      camloom run examples/street.yaml --out out/street

      camloom run --source street.mp4 --model nanodet --out out

      camloom run --source 'rtsp://camera/stream' --fps 5
    """
    overrides = {"model": model, "out": out, "analysis_fps": fps, "runtime": runtime}
    tasks = _tasks(task_files or [], source, {key: value for key, value in overrides.items() if value is not None})
    console = Console(stderr=False)
    started_s = time.monotonic()
    reports, interrupted = _run(tasks, console, quiet=quiet, in_process=in_process)
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


def _run(
    tasks: list[TaskConfig], console: Console, *, quiet: bool, in_process: bool
) -> tuple[list[StreamReport], bool]:
    """Run to the end or to Ctrl-C; return the reports, and whether it was the latter."""
    untold = {task.id for task in tasks if not any(sink.type == "console" for sink in task.sinks)}

    def tell(event: Event) -> None:
        if event.source_id in untold and event.type.startswith("source."):
            sys.stderr.write(f"camloom: {event.source_id}: {event.type.removeprefix('source.')}: {event.detail}\n")

    progress = DownloadProgress(console, quiet=quiet)
    with _asked_to_end(), RunProgress(console, quiet=quiet) as shown:
        workers = not in_process and any(map(is_camera, tasks))
        engine = (_in_workers if workers else _in_process)(tasks, console, progress, tell)
        engine.start()
        interrupted = shown.follow(engine)
    return engine.reports, interrupted


@contextmanager
def _asked_to_end() -> Iterator[None]:
    """Take SIGTERM, with which systemd and Docker ask a program to end, as Ctrl-C: files and alarms are finished."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)


def _in_process(
    tasks: list[TaskConfig], console: Console, progress: DownloadProgress, tell: Callable[[Event], None]
) -> Engine:
    def adopt(sink: Sink) -> None:
        if hasattr(sink, "console"):
            sink.console = console

    return Runner(tasks, progress=progress, on_sink=adopt, on_event=tell)


def _in_workers(
    tasks: list[TaskConfig], console: Console, progress: DownloadProgress, tell: Callable[[Event], None]
) -> Engine:
    """Cameras run in processes of their own: one that brings down its decoder must not bring down the others."""

    def show(text: str) -> None:
        console.print(Text.from_ansi(text), soft_wrap=True, highlight=False)

    limits = Limits(screen=Screen(console.width, console.is_terminal, console.color_system))
    return Supervisor(tasks, limits=limits, progress=progress, on_event=tell, on_print=show)
