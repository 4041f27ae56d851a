"""What is left of alarms long ago on this host: documents, and pictures and clips that no server has taken."""

import os
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from camloom.lived import lived_until

_MEDIA = "media"
_AT_ONCE = 2000


class Leftovers:
    """Removes the folders of alarms in which nothing was written for so long.

    The server takes pictures and clips away as soon as it has them. The rest has this time of its own, so that a host
    does not fill up, whatever becomes of its server. How late it is says `camloom.lived`: a clock that jumps ahead
    removes nothing.

    Args:
        streams: folder of what the streams write.
        keep: how long.
        clock: what time it is.
        monotonic: seconds that never jump.
    """

    def __init__(
        self,
        streams: Path,
        keep: timedelta,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._streams, self._keep = streams, keep
        self._clock, self._monotonic = clock, monotonic
        self._lived: datetime | None = None
        self._looked_s = monotonic()

    def sweep(self, promised: Collection[Path]) -> int:
        """Remove what is old, two thousand alarms at most, and return how many those were.

        Args:
            promised: files that somebody was told of and that are not taken; their alarms stay.
        """
        oldest_s = (self._late() - self._keep).timestamp()
        kept = {path.parent for path in promised}
        removed = 0
        for folder in self._folders():
            if removed >= _AT_ONCE:
                break
            if folder not in kept and _newest_s(folder) < oldest_s:
                shutil.rmtree(folder, ignore_errors=True)
                removed += 1
        return removed

    def _folders(self) -> Iterator[Path]:
        """Yield the folder of each alarm; no link is followed."""
        for task in _inside(self._streams):
            yield from _inside(task / _MEDIA)

    def _late(self) -> datetime:
        """Return how late it is, and keep that for the next start."""
        notes, now = self._streams / ".lived", self._clock()
        started, ran = self._lived is None, timedelta(seconds=self._monotonic() - self._looked_s)
        known = _read(notes) if started else self._lived
        self._looked_s += ran.total_seconds()
        self._lived = lived_until(known, now, ran, started=started)
        with suppress(OSError):  # a full disk is tidied all the same
            unfinished = notes.with_suffix(".part")
            unfinished.write_text(self._lived.isoformat())
            unfinished.replace(notes)
        return min(now, self._lived)


def _inside(folder: Path) -> list[Path]:
    with suppress(OSError), os.scandir(folder) as entries:
        return [Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False)]
    return []


def _newest_s(folder: Path) -> float:
    """Return when something was last written into a folder; now, if that cannot be told."""
    with suppress(OSError), os.scandir(folder) as entries:
        times = [entry.stat(follow_symlinks=False).st_mtime for entry in entries]
        return max([folder.stat().st_mtime, *times])
    return float("inf")


def _read(notes: Path) -> datetime | None:
    try:
        found = datetime.fromisoformat(notes.read_text())
    except (OSError, ValueError):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
