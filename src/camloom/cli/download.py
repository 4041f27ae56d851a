"""Progress of a download on the console."""

import time

from rich.console import Console

_EVERY_S = 2.0


class DownloadProgress:
    """Prints a line when a download starts and every other second while it goes on."""

    def __init__(self, console: Console, *, quiet: bool) -> None:
        self._console = console
        self._quiet = quiet
        self._what = ""
        self._next_s = 0.0

    def __call__(self, what: str, done_bytes: int, total_bytes: int | None) -> None:
        """Take (what is fetched, bytes so far, bytes in all if known)."""
        now_s = time.monotonic()
        if self._quiet or (what == self._what and now_s < self._next_s):
            return
        self._what, self._next_s = what, now_s + _EVERY_S
        total = f" of {total_bytes / 1e6:.0f}" if total_bytes else ""
        self._console.print(f"fetching {what}: {done_bytes / 1e6:.0f}{total} MB", highlight=False, markup=False)
