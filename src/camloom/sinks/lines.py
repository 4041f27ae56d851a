"""A text file that is complete after every line, whatever happens next."""

from pathlib import Path

from camloom.sinks.paths import writing


class LineFile:
    """Appends whole lines to a file, each with one system call.

    When the disk is full, the part of a line that still went through is taken back, so that whoever
    reads the file finds only whole lines.

    Args:
        path: an existing or a new file.
        append: keep what it holds already.

    Raises:
        SinkError: it cannot be opened or written.
    """

    def __init__(self, path: Path, *, append: bool = False) -> None:
        self.path = path
        with writing(path):
            self._file = path.open("ab" if append else "wb", buffering=0)

    def write(self, lines: str) -> None:
        """Write one or more lines, each with its newline."""
        data = lines.encode()
        with writing(self.path):
            written = 0
            try:
                while written < len(data):
                    written += self._file.write(data[written:])
            except OSError:
                self._take_back(written)
                raise

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._file.close()

    def _take_back(self, count: int) -> None:
        if count:
            self._file.truncate(self._file.tell() - count)
