"""What is known of the camera behind a live stream: its state, its pace, its damage."""

import time
from collections.abc import Callable

from ulid import ULID

from camloom.event import Event, Phase
from camloom.packets import StreamInfo
from camloom.pipeline import SYSTEM_RULE
from camloom.runner.faults import line_of, reason_of
from camloom.sources.live.flow import FlowWatch
from camloom.sources.live.reconnect import ReconnectingSource
from camloom.sources.live.states import StateBoard
from camloom.sources.reading.ingest import IngestCounts
from camloom.state import Condition, SourceState

SILENCE_S = 9.5
"""A source that sent nothing for so long is offline, whatever the thread that reads it waits for, unless its own
`timeout_s` is longer."""


class CameraWatch:
    """Looks after one camera: what is wrong with it, and how it ends.

    Args:
        source: of which nothing but the times of its packets is used.
        clock: seconds, as `time.monotonic`.
    """

    def __init__(self, source: ReconnectingSource, clock: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._board: StateBoard = source.board
        self._clock = clock
        self._flow = FlowWatch()
        self._breaks = 0

    def look(self, counts: IngestCounts, info: StreamInfo | None, damaged: bool) -> None:
        """Take what the stream counted so far, and bring the state up to date."""
        now_s = self._clock()
        if self._source.breaks != self._breaks:
            self._breaks = self._source.breaks
            self._flow.begin()
        if not self._board.connected:
            return
        if now_s - self._source.last_packet_s > self._source.silence_s:
            self._board.offline("timeout", f"no picture came for {self._source.silence_s:g} s")
            return
        self._flow.see(now_s, counts.packets, info.fps if info else 0.0)
        self.judge("slow", f"only {self._flow.fps:.1f} pictures a second come" if self._flow.slow else "")
        loss = "more than 2 % of the pictures come damaged: use TCP, or look at the network"
        self.judge("loss", loss if damaged else "")

    def judge(self, reason: str, line: str) -> None:
        """Take what is wrong with what it sends, in a line; an empty one: that is over."""
        if line:
            self._board.degrade(reason, line)
        else:
            self._board.mend(reason)

    def end(self, fault: Exception | None) -> None:
        """No more comes; None: the stream came to its end."""
        if fault is None:
            self._board.offline("closed", "the stream came to its end")
        else:
            self._board.offline(reason_of(fault), line_of(fault))


def state_event(source_id: str, state: SourceState, pts_s: float) -> Event:
    """Return a change of state as an event that has no frame: `source.online`, `source.offline` ..."""
    detail = f"{state.reason}: {state.detail}" if state.reason else state.detail
    if state.condition is Condition.OFFLINE and state.retry_s is not None:
        detail += f" (next attempt within {state.retry_s:.0f} s)"
    return Event(
        id=str(ULID()),
        type=f"source.{state.condition}",
        source_id=source_id,
        rule_id=SYSTEM_RULE,
        phase=Phase.INSTANT,
        occurred_at=state.since,
        pts_s=pts_s,
        track_ids=(),
        objects=(),
        incident_id=str(ULID()),
        detail=detail,
        reason=state.reason,
    )
