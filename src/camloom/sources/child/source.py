"""A source whose pictures come from a program."""

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator

import av
from pydantic import Field, ValidationError

from camloom.config import StrictModel
from camloom.errors import SourceError
from camloom.packets import Packet, StreamInfo
from camloom.sources.child.form import TIME_BASE, Form, new_packet
from camloom.sources.child.process import Child, Head, Program
from camloom.sources.child.programs import wire
from camloom.sources.live.clock import StreamClock

_START_TIMEOUT_S = 20.0  # an interpreter and its libraries; GStreamer looks through all its plug-ins the first time
_MAX_TEXT_BYTES = 1 << 17
_DEFAULT_FPS = 25.0
_PER_S = TIME_BASE.denominator
_REASONS = frozenset(
    (
        *("missing", "auth", "unreachable", "timeout", "closed", "busy", "policy", "unavailable"),
        *("not-a-video", "no-video", "unsupported", "read"),
    )
)


class _Ending(StrictModel):
    """What a program says last."""

    reason: str = Field(max_length=40)
    message: str = Field(max_length=1000)
    hint: str = Field(default="", max_length=500)


class ChildSource(ABC):
    """Base of sources that have a program of their own; an implementation says which.

    Args:
        timeout_s: longest silence, and longest wait for the first picture's form.
    """

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._child: Child | None = None
        self._form: Form | None = None
        self._count = 0
        self._stopped = False

    @abstractmethod
    def program(self) -> Program:
        """Return what to start."""

    def open(self) -> StreamInfo:
        """Start the program and wait until it says what comes.

        Raises:
            SourceError: what the program says, or that it died or hangs.
        """
        child = self._launch()
        try:
            until_s = time.monotonic() + self._timeout_s
            while self._form is None:
                if self._next_head(child, until_s, wire.FORMAT) is None:
                    raise self._nothing_came()
        except SourceError:
            self.close()
            raise
        return self._form.info()

    def packets(self) -> Iterator[Packet]:
        """Yield pictures on a clock that starts at 0, from the first keyframe on.

        Raises:
            SourceError: what the program says, or that it died or hangs.
        """
        child, form = self._child, self._form
        assert child is not None
        assert form is not None
        clock = StreamClock(live=form.live, frame_s=1 / (form.fps or _DEFAULT_FPS))
        whole = False
        while (raw := self._next_picture(child)) is not None and not self._stopped:
            changed = None if self._form is form else self._form
            whole = raw.is_keyframe or (whole and changed is None)
            if whole:
                yield self._timed(raw, clock, changed)
                form = self._form

    def stop(self) -> None:
        """End `packets` soon."""
        self._stopped = True
        if self._child is not None:
            self._child.hang_up()

    def close(self) -> None:
        """End the program."""
        if self._child is not None:
            self._child.close()

    def _launch(self) -> Child:
        """Start the program and wait until it runs."""
        self._child = Child(self.program())
        if self._stopped:
            self._child.hang_up()
        try:
            if self._next_head(self._child, time.monotonic() + _START_TIMEOUT_S, wire.READY) is None:
                raise self._nothing_came()
        except SourceError:
            self.close()
            raise
        return self._child

    def _nothing_came(self) -> SourceError:
        return SourceError(f"{self.program().name} ended before it sent a picture", reason="no-video")

    def _next_picture(self, child: Child) -> "av.Packet[av.VideoStream] | None":
        """Read the next picture; None at the end."""
        until_s = time.monotonic() + self._timeout_s
        head = self._next_head(child, until_s, wire.PICTURE)
        return None if head is None else self._picture(child, head, until_s)

    def _next_head(self, child: Child, until_s: float, wanted: int) -> Head | None:
        """Take records up to the next of a kind, of which a picture is not read yet; None at the end."""
        while (head := child.head(until_s)) is not None:
            if head.kind == wire.PICTURE:
                if wanted != wire.PICTURE:
                    raise child.failed("talks nonsense")
                return head
            if not self._heed(child, head, until_s):
                return None
            if head.kind == wanted:
                return head
        return None

    def _heed(self, child: Child, head: Head, until_s: float) -> bool:
        """Take a record that is no picture; False at the end."""
        if head.size_bytes > _MAX_TEXT_BYTES:
            raise child.failed("talks nonsense")
        text = bytearray(head.size_bytes)
        if not child.read_into(memoryview(text), until_s):
            return False
        try:
            return self._take(child, head.kind, bytes(text))
        except ValidationError as error:
            what = error.errors()[0]["msg"]
            raise child.failed(f"sends what cannot be right: {what}", reason="unsupported") from None

    def _take(self, child: Child, kind: int, text: bytes) -> bool:
        if kind == wire.END:
            return self._ended(_Ending.model_validate_json(text))
        if kind == wire.FORMAT:
            self._form = Form.model_validate_json(text)
        elif kind != wire.READY:
            raise child.failed("talks nonsense")
        return True

    def _ended(self, ending: _Ending) -> bool:
        if not ending.reason:
            return False
        program = self.program()
        reason = ending.reason if ending.reason in _REASONS else "read"
        raise SourceError(program.redact(ending.message), program.redact(ending.hint), reason=reason)

    def _picture(self, child: Child, head: Head, until_s: float) -> "av.Packet[av.VideoStream] | None":
        form = self._form
        assert form is not None
        if not form.fits(head.size_bytes):
            raise child.failed(f"sent a picture of {head.size_bytes} bytes, which does not fit {form.codec}")
        packet = new_packet(head.size_bytes)
        if not child.read_into(memoryview(packet), until_s):
            return None
        return self._stamped(form.convert(packet) if form.is_converted else packet, head)

    def _stamped(self, raw: "av.Packet[av.VideoStream]", head: Head) -> "av.Packet[av.VideoStream]":
        form = self._form
        assert form is not None
        pts_ns = head.pts_ns
        if pts_ns == wire.NO_TIME:
            pts_ns = time.monotonic_ns() if form.live else round(self._count * 1e9 / (form.fps or _DEFAULT_FPS))
        dts_ns = pts_ns if head.dts_ns == wire.NO_TIME else min(head.dts_ns, pts_ns)
        self._count += 1
        raw.time_base = TIME_BASE
        raw.pts, raw.dts = pts_ns // 1000, dts_ns // 1000
        raw.is_keyframe = form.codec in ("rawvideo", "mjpeg") or bool(head.flags & wire.KEYFRAME)
        raw.is_corrupt = bool(head.flags & wire.CORRUPT)
        return raw

    def _timed(self, raw: "av.Packet[av.VideoStream]", clock: StreamClock, changed: Form | None) -> Packet:
        assert raw.pts is not None
        assert raw.dts is not None
        now_s = time.monotonic()
        offset_s, jumped = clock.read(raw.pts / _PER_S, raw.dts / _PER_S, now_s)
        pts_s = raw.pts / _PER_S + offset_s
        ready_s = clock.ready(pts_s, now_s) if clock.live else now_s
        info = changed.info() if changed else None
        return Packet(raw, pts_s, ready_s, raw.is_keyframe, jumped or changed is not None, info)
