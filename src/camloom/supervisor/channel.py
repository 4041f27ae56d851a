"""Whole messages over a socket between two processes of ours."""

import socket
import struct
import threading
from contextlib import suppress

MAX_MESSAGE_BYTES = 16 << 20
_LENGTH = struct.Struct("<I")
_READ_BYTES = 1 << 16
_BUFFER_BYTES = 1 << 20


class Channel:
    """Sends and receives messages, each with its length before it.

    Args:
        end: a connected stream socket; it is the channel's from now on.
    """

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._received = bytearray()
        self._posted = bytearray()
        self._lock = threading.Lock()
        with suppress(OSError):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)

    def fileno(self) -> int:
        """Return the descriptor, to wait for."""
        return self._end.fileno()

    def send(self, message: bytes) -> None:
        """Send a message; any thread, waits while the other side does not read. OSError: it is gone."""
        with self._lock:
            self._end.sendall(_LENGTH.pack(len(message)) + message)

    def post(self, message: bytes) -> None:
        """Put a message down for `push`; one thread."""
        self._posted += _LENGTH.pack(len(message)) + message

    def push(self) -> int:
        """Send as much of what was posted as goes without waiting, which the socket must be set to; return how much.

        Raises:
            OSError: the other side is gone.
        """
        sent = 0
        try:
            while self._posted:
                count = self._end.send(self._posted[:_READ_BYTES])
                del self._posted[:count]
                sent += count
        except BlockingIOError:
            pass
        except OSError:
            self._posted.clear()
            raise
        return sent

    @property
    def has_posted(self) -> bool:
        """Whether something is still to be pushed."""
        return bool(self._posted)

    def receive(self) -> list[bytes] | None:
        """Wait for something and return the messages that are whole by now; None when the other side is gone.

        Raises:
            ValueError: a message is longer than any that is sent here.
            BlockingIOError: nothing is there, and the socket is set not to wait.
        """
        try:
            read = self._end.recv(_READ_BYTES)
        except ConnectionError:
            return None
        if not read:
            return None
        self._received += read
        return self._whole()

    def close(self) -> None:
        """Close the socket; may be called twice."""
        self._end.close()

    def _whole(self) -> list[bytes]:
        found: list[bytes] = []
        while len(self._received) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._received)
            if length > MAX_MESSAGE_BYTES:
                raise ValueError(f"a message of {length} bytes")
            if len(self._received) < _LENGTH.size + length:
                break
            found.append(bytes(self._received[_LENGTH.size : _LENGTH.size + length]))
            del self._received[: _LENGTH.size + length]
        return found
