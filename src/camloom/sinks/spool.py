"""Lines that wait for somebody who is away: on disk, in order, and never more than fit."""

import contextlib
from collections import deque
from pathlib import Path

from camloom.errors import SinkError
from camloom.sinks.lines import LineFile
from camloom.sinks.paths import write_durably, writing

_COMPACT_AFTER = 256


class Spool:
    """A queue of lines that outlives the process. What was taken may come again after a crash: readers know ids.

    While the disk takes nothing the queue lives in memory alone.

    Args:
        path: in a folder that exists; what it holds from before comes first.
        max_lines: over it the oldest go; `lost` counts them.

    Attributes:
        problem: what the disk said last, if it did not take what it was given.

    Raises:
        SinkError: it cannot be read or made.
    """

    def __init__(self, path: Path, max_lines: int) -> None:
        self._path, self._max_lines = path, max_lines
        lines, cut = _read(path)
        self._lines: deque[str] = deque(lines)
        self._stale = int(cut)
        self.lost = 0
        self.problem: SinkError | None = None
        self._bound()
        self._file = LineFile(path, append=True)
        if self._stale:
            self._compact()

    def __len__(self) -> int:
        return len(self._lines)

    def put(self, line: str) -> None:
        """Add a line."""
        self._lines.append(line)
        self._bound()
        try:
            self._file.write(line + "\n")
        except SinkError as error:
            self.problem = error
        if self._stale >= _COMPACT_AFTER:
            self._compact()

    def __getitem__(self, index: int) -> str:
        return self._lines[index]

    def take(self, index: int = 0) -> None:
        """Forget a line; the oldest is 0."""
        del self._lines[index]
        self._stale += 1
        if not self._lines or self._stale >= _COMPACT_AFTER:
            self._compact()

    def close(self) -> None:
        """Leave on disk what waits, and nothing else; may be called twice.

        Raises:
            SinkError: something waits and the disk does not take it.
        """
        if self._stale or self.problem is not None:
            self._compact()
        self._file.close()
        if not self._lines:
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)
        elif self.problem is not None:
            raise self.problem

    def _bound(self) -> None:
        while len(self._lines) > self._max_lines:
            self._lines.popleft()
            self._stale += 1
            self.lost += 1

    def _compact(self) -> None:
        """Write anew what waits, so that a crash at any moment leaves either the old file or the new one."""
        self._stale = 0
        try:
            with writing(self._path):
                write_durably(self._path, "".join(f"{line}\n" for line in self._lines).encode())
            before, self._file = self._file, LineFile(self._path, append=True)  # if it cannot be had, the old one stays
            before.close()
            self.problem = None
        except SinkError as error:
            self.problem = error


def _read(path: Path) -> tuple[list[str], bool]:
    """Return the whole lines of before, and whether a crash cut the last one."""
    if not path.exists():
        return [], False
    with writing(path):
        text = path.read_text(encoding="utf-8", errors="replace")
    *lines, rest = text.split("\n")
    return [line for line in lines if line], bool(rest)
