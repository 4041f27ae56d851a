"""What `camloom run` shows while it runs."""

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from camloom.runner import StreamReport, StreamRow

_TICK_S = 0.1


class Engine(Protocol):
    """Runs tasks: `Runner` in this process, `Supervisor` in others."""

    def start(self) -> None:
        """Start every stream."""

    def stop(self) -> None:
        """Ask every stream to end."""

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until all have ended; tell whether they have."""

    @property
    def reports(self) -> list[StreamReport]:
        """What each stream did so far."""

    @property
    def rows(self) -> list[StreamRow]:
        """How far each stream is."""

    @property
    def model_lines(self) -> list[str]:
        """The models in use, in words."""


@contextmanager
def _signals_to_end() -> Iterator[threading.Event]:
    """Yield what Ctrl-C or SIGTERM sets; a second one does what it did before.

    An exception would not do: raised in the middle of a callback of the interpreter it is lost.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def take(_number: int, _frame: FrameType | None) -> None:
        asked.set()
        restore()

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    for number in before:
        signal.signal(number, take)
    try:
        yield asked
    finally:
        restore()


class RunProgress:
    """A bar for each stream, and a line for each model."""

    def __init__(self, console: Console, *, quiet: bool) -> None:
        self._console = console
        self._quiet = quiet
        self._told: set[str] = set()
        self._bars: dict[str, TaskID] = {}
        self._progress = Progress(
            TextColumn("[bold]{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[note]}"),
            TimeElapsedColumn(),
            console=console,
            disable=quiet or not console.is_terminal,
            transient=True,
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._progress.stop()

    def follow(self, engine: Engine) -> bool:
        """Show progress until the end; the first Ctrl-C ends cleanly (True), a second one at once."""
        started_s = time.monotonic()
        self._show(engine, 0.0)
        with _signals_to_end() as asked:
            while not engine.wait(_TICK_S):
                if asked.is_set():
                    sys.stderr.write("camloom: ending cleanly (Ctrl-C again to end at once)\n")
                    engine.stop()
                    while not engine.wait(_TICK_S):
                        pass
                    return True
                self._show(engine, time.monotonic() - started_s)
        return False

    def _show(self, engine: Engine, elapsed_s: float) -> None:
        self._tell_models(engine)
        for row in engine.rows:
            if row.source_id not in self._bars:
                self._bars[row.source_id] = self._progress.add_task(row.source_id, note="")
            note = f"{row.results / max(elapsed_s, 1e-9):.0f} fps"
            self._progress.update(self._bars[row.source_id], total=row.frames_total, completed=row.packets, note=note)

    def _tell_models(self, engine: Engine) -> None:
        """Name the models as they come: those of cameras are loaded when the first one is connected."""
        for line in engine.model_lines:
            if line not in self._told and not self._quiet:
                self._console.print(line, highlight=False)
            self._told.add(line)
