"""What the system itself has to tell: it stands among the events of the next result."""

from collections import deque

from ulid import ULID

from camloom.event import Event, Phase
from camloom.frame import Frame

_MAX_NEWS = 16

SYSTEM_RULE = "system"
"""The rule id of events about the system itself."""


class News:
    """Waits for the next frame, the newest 16 of it."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[str, str]] = deque(maxlen=_MAX_NEWS)

    def announce(self, event_type: str, detail: str) -> None:
        """Let the next result carry an event; any thread."""
        self._waiting.append((event_type, detail))

    def told(self, frame: Frame) -> list[Event]:
        """Return what waits as events of a frame."""
        return [_system_event(frame, *self._waiting.popleft()) for _ in range(len(self._waiting))]


def _system_event(frame: Frame, event_type: str, detail: str) -> Event:
    return Event(
        id=str(ULID()),
        type=event_type,
        source_id=frame.source_id,
        rule_id=SYSTEM_RULE,
        phase=Phase.INSTANT,
        occurred_at=frame.captured_at,
        pts_s=frame.pts_s,
        track_ids=(),
        objects=(),
        incident_id=str(ULID()),
        detail=detail,
    )
