"""A sink behind a queue of its own, on a thread of its own, so that a slow one never stalls the pipeline."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from camloom.config import Scene
from camloom.errors import CamloomError, SinkError
from camloom.event import Event, FrameResult
from camloom.frame import FrameBuffer, ImageArray, PixelBox
from camloom.redaction import log_unexpected, unexpected
from camloom.sinks.base import Sink, SinkContext

MAX_EVENT_RESULTS = 10_000
_CAPACITY = 64
_CAPACITY_WITH_PIXELS = 8
_IDLE_S = 0.5
_LINGER_S = 0.1
_BATCH = 16
_logger = logging.getLogger(__name__)


class SizesOnly:
    """What is left of a picture when nobody needs its pixels."""

    def __init__(self, buffer: FrameBuffer) -> None:
        self.width = buffer.width
        self.height = buffer.height
        self.pix_fmt = buffer.pix_fmt

    def to_bgr(self) -> ImageArray:
        """Raise SinkError."""
        _no_pixels()

    def resize_into(self, target: ImageArray) -> None:
        """Raise SinkError."""
        del target
        _no_pixels()

    def crop_into(self, target: ImageArray, box_px: PixelBox) -> None:
        """Raise SinkError."""
        del target, box_px
        _no_pixels()

    def luma(self, width: int, height: int) -> ImageArray:
        """Raise SinkError."""
        del width, height
        _no_pixels()


def _no_pixels() -> NoReturn:
    raise SinkError("the pixels of this frame are gone", "A sink that reads them declares `needs_pixels`")


def without_pixels(result: FrameResult) -> FrameResult:
    """Return the result with a picture that weighs nothing."""
    buffer = result.frame.buffer
    if isinstance(buffer, SizesOnly):
        return result
    return replace(result, frame=replace(result.frame, buffer=SizesOnly(buffer)))


@dataclass(frozen=True, slots=True)
class _Item:
    """A result, an event without a frame, or (None) the wish that the sink writes what it holds back."""

    result: FrameResult | Event | None
    done: Callable[[], None] | None

    @property
    def events(self) -> int:
        """How many events it carries; a wish counts as one: it is not dropped, and nobody lingers."""
        return len(self.result.events) if isinstance(self.result, FrameResult) else 1

    def settle(self) -> None:
        if self.done is not None:
            self.done()


class SinkWorker:
    """Delivers results to one sink from a thread of its own.

    Lossless (files): nothing is dropped and `put` never waits; whoever puts holds a credit for each
    result and gets it back when `done` is called. Lossy (live): over `capacity` the oldest result
    without events goes; results with events stay, up to 10,000 of them, but over `capacity` without pixels.

    Events are delivered at once. Results without any, for a sink that needs no pixels, weigh nothing: they may
    gather for 0.1 s, so that the thread wakes once for many (waking costs more than writing a line).

    A sink that fails is stopped: its error is kept, later results are passed over, nobody else notices.

    Args:
        sink: not opened yet.
        name: for errors and logs, such as `jsonl`.
        lossy: drop rather than grow.
        capacity: results that may wait in lossy mode, or that give their credit back before they are written
            in lossless mode if they hold no pixels; default: 8 with pixels (a 1080p frame is 3 MiB), else 64.
    """

    def __init__(self, sink: Sink, name: str, *, lossy: bool, capacity: int | None = None) -> None:
        self.name = name
        self.error: SinkError | None = None
        self.written = 0
        self.dropped = 0
        self.events_lost = 0
        self.busy_s = 0.0
        self._sink = sink
        self._lossy = lossy
        self._capacity = capacity or (_CAPACITY_WITH_PIXELS if sink.needs_pixels else _CAPACITY)
        self._items: deque[_Item] = deque()
        self._plain = 0
        self._linger_s = 0.0 if sink.needs_pixels else _LINGER_S
        self._hurry = False
        self._waiting = False
        self._changed = threading.Condition()
        self._closing = False
        self._opened = threading.Event()
        self._idle: Callable[[], None] | None = getattr(sink, "idle", None)
        self._take_event: Callable[[Event], None] | None = getattr(sink, "take_event", None)
        self._flush: Callable[[], None] | None = getattr(sink, "flush", None)
        self._thread = threading.Thread(target=lambda: None)

    def open(self, context: SinkContext) -> None:
        """Start the thread and open the sink on it. SinkError when the sink cannot be opened."""
        self._thread = threading.Thread(target=self._run, args=(context,), name=f"sink-{self.name}", daemon=True)
        self._thread.start()
        self._opened.wait()
        if self.error is not None:
            self.close()
            raise self.error

    def put(self, result: FrameResult, done: Callable[[], None] | None = None) -> None:
        """Hand over a result; never waits.

        Args:
            result: for the sink.
            done: called once, from any thread: when a result with pixels is written, dropped or passed over;
                when one without has its place in the queue.
        """
        refused: _Item | None = _Item(result, done)
        if result.events or not self._sink.events_only:
            item = self._queued(result, done)
            with self._changed:
                if not self._closing and self.error is None:
                    refused = self._admit(item)
                    self._rouse(item)
        if refused is not None:
            refused.settle()

    @property
    def takes_events(self) -> bool:
        """Whether the sink has a use for events without a frame."""
        return self._take_event is not None

    def tell(self, event: Event) -> None:
        """Hand over an event that has no frame; never waits. A sink that has no use for it does not get it."""
        if self._take_event is None:
            return
        item = _Item(event, None)
        with self._changed:
            if not self._closing and self.error is None:
                self._admit(item)
                self._rouse(item)

    def rearrange(self, scene: Scene, versions: Mapping[str, Any]) -> None:
        """Let a sink that shows zones, lines or rules know that they are others now; see `Sink`."""
        take_edit: Callable[[Scene, Mapping[str, Any]], None] | None = getattr(self._sink, "take_edit", None)
        if take_edit is not None:
            take_edit(scene, versions)

    def flush(self, timeout_s: float) -> None:
        """Let a sink that holds something back write it, after all that waits; return when it has, or time is over."""
        written = threading.Event()
        with self._changed:
            if self._flush is None or self._closing or self.error is not None:
                return
            wish = _Item(None, written.set)
            self._items.append(wish)
            self._rouse(wish)
        written.wait(timeout_s)

    def close(self, timeout_s: float = 120.0) -> None:
        """Deliver what waits, close the sink, end the thread. May be called twice.

        A sink that does not come to an end in time is given up; `error` then says so.
        """
        with self._changed:
            self._closing = self._hurry = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
            if self._thread.is_alive():
                self._fail(
                    SinkError(
                        f"sink '{self.name}' did not finish within {timeout_s:g} s", "Its last results may be missing"
                    )
                )

    def _queued(self, result: FrameResult, done: Callable[[], None] | None) -> _Item:
        """Return what is to wait for the sink; one that weighs nothing gives its credit back now."""
        if self._sink.needs_pixels:
            return _Item(result, done)
        if done is not None and not self._lossy and len(self._items) < self._capacity:
            done()
            done = None
        return _Item(without_pixels(result), done)

    def _rouse(self, item: _Item) -> None:
        """Wake the thread if it has a reason to work now."""
        self._hurry |= bool(item.events) or not self._linger_s or len(self._items) >= _BATCH
        if self._waiting and (self._hurry or len(self._items) == 1):
            self._changed.notify()

    def _admit(self, item: _Item) -> _Item | None:
        """Queue an item; return the one that had to go for it, if any."""
        dropped = self._make_room(item) if self._lossy and len(self._items) >= self._capacity else None
        if dropped is item:
            return item
        if len(self._items) >= self._capacity and self._lossy and isinstance(item.result, FrameResult):
            item = replace(item, result=without_pixels(item.result))
        self._items.append(item)
        self._plain += not item.events
        return dropped

    def _make_room(self, item: _Item) -> _Item | None:
        if self._plain:
            index = next(i for i, waiting in enumerate(self._items) if not waiting.events)
            dropped = self._items[index]
            del self._items[index]
            self._plain -= 1
        elif not item.events or len(self._items) >= MAX_EVENT_RESULTS:
            dropped = item
        else:
            return None
        self._count_loss(dropped)
        return dropped

    def _count_loss(self, item: _Item) -> None:
        self.dropped += 1
        if item.events and not self.events_lost:
            _logger.error("sink '%s' is too slow: events are being lost", self.name)
        self.events_lost += item.events

    def _run(self, context: SinkContext) -> None:
        self._guarded(lambda: self._sink.open(context))
        self._opened.set()
        while (item := self._next()) is not None:
            if self.error is None:
                self._write(item)
            item.settle()
        self._guarded(self._sink.close)

    def _write(self, item: _Item) -> None:
        started_s = time.perf_counter()
        self._guarded(lambda: self._deliver(item.result))
        self.busy_s += time.perf_counter() - started_s
        self.written += self.error is None and item.result is not None

    def _deliver(self, result: FrameResult | Event | None) -> None:
        if isinstance(result, FrameResult):
            self._sink.write(result)
        elif result is None and self._flush is not None:
            self._flush()
        elif isinstance(result, Event) and self._take_event is not None:
            self._take_event(result)

    def _next(self) -> _Item | None:
        """Wait for the next item; None when closing and everything is delivered."""
        while True:
            with self._changed:
                awake = self._items or self._wait()
                if self._items:
                    item = self._items.popleft()
                    self._plain -= not item.events
                    return item
                if awake:
                    return None
            if self._idle is not None:
                self._guarded(self._idle)

    def _wait(self) -> bool:
        """Wait for an item, then a little for more of them; tell whether anything came, be it the end."""
        timeout_s = _IDLE_S if self._idle is not None and self.error is None else None
        self._hurry, self._waiting = self._closing, True
        awake = self._changed.wait_for(lambda: self._items or self._closing, timeout_s)
        if awake and self._linger_s:
            self._changed.wait_for(lambda: self._hurry, self._linger_s)
        self._waiting = False
        return bool(awake)

    def _guarded(self, action: Callable[[], None]) -> None:
        """Run a piece of the sink's own code; whatever it raises ends the sink, not the thread."""
        try:
            action()
        except SinkError as error:
            self._fail(error)
        except CamloomError as error:
            self._fail(SinkError(error.message, error.hint))
        except Exception as error:  # noqa: BLE001  # a stranger's sink may raise anything; the others go on
            log_unexpected(_logger, f"sink '{self.name}'", error)
            self._fail(SinkError(f"sink '{self.name}' failed: {unexpected(error)}"))

    def _fail(self, error: SinkError) -> None:
        if self.error is None:
            self.error = error
            _logger.debug("sink '%s' stopped: %s", self.name, error)
