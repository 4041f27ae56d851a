"""Which of the promised pictures and clips are there by now."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from camloom.exchange import MediaMessage
from camloom.exchange.local import PendingMedia

PATIENCE_S = 900.0


class MediaWatch:
    """Tells what came of promised media: complete, or never to come.

    Sinks write such a file under another name and rename it when it is complete, so what is there is complete. How
    long one is waited for is counted here and begins anew with the process, so that no step of the clock cuts it short.

    Args:
        streams: folder of what the streams write; nothing outside is told to anybody.
        clock: seconds, as `time.monotonic`.
    """

    def __init__(self, streams: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._streams = streams
        self._clock = clock
        self._since_s: dict[str, float] = {}

    def look(self, pending: Iterable[PendingMedia]) -> list[MediaMessage]:
        """Return what is settled by now of all that is pending."""
        now_s, since_s = self._clock(), self._since_s
        self._since_s, settled = {}, []
        for one in pending:
            waited_s = now_s - since_s.get(one.id, now_s)
            self._since_s[one.id] = now_s - waited_s
            there = _is_there(one.path)
            if there or waited_s >= PATIENCE_S:
                path = one.path if there and self._is_ours(one) else None
                settled.append(MediaMessage(id=one.id, event_id=one.event_id, media_kind=one.media_kind, path=path))
        return settled

    def _is_ours(self, one: PendingMedia) -> bool:
        """Tell whether a file is where its task writes, also through links: a worker may have been taken over."""
        try:
            return one.path.resolve().is_relative_to((self._streams / one.task_id).resolve())
        except (OSError, ValueError, RuntimeError):
            return False


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False
