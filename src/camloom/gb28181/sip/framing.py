"""Messages out of a TCP stream, also where a device counts its bytes wrongly."""

import re

from camloom.gb28181.sip.message import (
    MAX_BODY_BYTES,
    MAX_HEAD_BYTES,
    START_LINE,
    SipMessage,
    SipSyntaxError,
    parse_message,
)

MAX_SKIPPED_BYTES = 64 << 10
_LENGTH = re.compile(rb"(?:^|\n)(?:content-length|l)[ \t]*:[ \t]*(\d{1,9})[ \t]*\r?(?=\n|$)", re.I)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_START = re.compile(rb"(?:(?<=\n)|(?<=>)|^)" + START_LINE.pattern)
_LONGEST_LINE_BYTES = 512


class FramingError(Exception):
    """The stream is no SIP any more: the connection must go."""


class StreamFramer:
    """Cuts a byte stream into messages. Memory is bounded by one message.

    Content-Length is the frame. Where it is too short, the rest is passed over up to the next start line; where it is
    too long, the message ends where the next one begins.

    Attributes:
        skipped_bytes: what was passed over in all.
        malformed: messages that could be framed but not read.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._body: tuple[int, int] | None = None
        self._searched = 0
        self._skipped_in_row = 0
        self.skipped_bytes = 0
        self.malformed = 0

    def feed(self, data: bytes) -> list[SipMessage]:
        """Take bytes and return the messages that are complete now.

        Raises:
            FramingError: too much of it is no SIP.
        """
        self._buffer += data
        messages: list[SipMessage] = []
        while (cut := self._next()) is not None:
            try:
                messages.append(parse_message(cut))
                self._skipped_in_row = 0
            except SipSyntaxError:
                self.malformed += 1
                self._count_skipped(len(cut))
        return messages

    @property
    def pending_bytes(self) -> int:
        """What waits for the rest of its message."""
        return len(self._buffer)

    def _next(self) -> bytes | None:
        """Return the bytes of the next complete message."""
        if self._body is None and self._find_start():
            self._body = self._find_body()
        end = self._end(*self._body) if self._body else None
        if end is None:
            return None
        cut = bytes(self._buffer[:end])
        del self._buffer[:end]
        self._body = None
        return cut

    def _find_body(self) -> tuple[int, int] | None:
        """Return where the body begins and where it should end; None while the head is not complete."""
        head = _HEAD_END.search(self._buffer, 0, MAX_HEAD_BYTES + 4)
        if head is None:
            if len(self._buffer) > MAX_HEAD_BYTES:
                raise FramingError("a head without an end")
            return None
        found = _LENGTH.search(bytes(self._buffer[: head.start()]))
        length = int(found[1]) if found else 0
        if length > MAX_BODY_BYTES:
            raise FramingError("a body too big")
        self._searched = head.end()
        return head.end(), head.end() + length

    def _end(self, begin: int, wanted: int) -> int | None:
        """Return where the message ends: before a start line inside of its body, as then its length was wrong."""
        until = min(wanted + _LONGEST_LINE_BYTES, len(self._buffer))
        early = _START.search(self._buffer, max(begin, self._searched - _LONGEST_LINE_BYTES), until)
        self._searched = until  # each byte is looked at once, in however small pieces it comes
        if early is not None and early.start() < wanted:
            return early.start()
        return wanted if len(self._buffer) >= wanted else None

    def _find_start(self) -> bool:
        """Drop what is before the next start line; tell whether one is there."""
        blank = len(self._buffer) - len(self._buffer.lstrip(b"\r\n"))
        del self._buffer[:blank]
        if START_LINE.match(self._buffer):
            return True
        if found := _START.search(self._buffer):
            self._drop(found.start())
            return True
        if b"\n" in self._buffer[:-1] or len(self._buffer) > _LONGEST_LINE_BYTES:
            self._drop(self._hopeless())
        return False

    def _hopeless(self) -> int:
        """Return how many bytes cannot belong to a start line that is still coming."""
        last_line = self._buffer.rfind(b"\n", 0, len(self._buffer) - 1) + 1
        return max(last_line, len(self._buffer) - _LONGEST_LINE_BYTES)

    def _drop(self, count: int) -> None:
        del self._buffer[:count]
        self._count_skipped(count)

    def _count_skipped(self, count: int) -> None:
        self.skipped_bytes += count
        self._skipped_in_row += count
        if self._skipped_in_row > MAX_SKIPPED_BYTES:
            raise FramingError("no SIP for too long")
