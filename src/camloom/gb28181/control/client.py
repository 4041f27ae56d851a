"""Ask the service, from another process."""

import contextlib
import itertools
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from camloom.errors import SourceError
from camloom.gb28181.control.protocol import MAX_LINE_BYTES, MAX_QUESTION_BYTES, ProtocolError, decode, encode

_CHUNK_BYTES = 1 << 16


class ControlClient:
    """A connection to the service; what was started through it ends with it. Use it as a context manager.

    One thread asks. After that one thread may wait in `events`, while another may call `close`.

    Args:
        path: of the service's socket.
        timeout_s: longest wait for an answer.

    Raises:
        SourceError: no service is there; reason `unavailable`.
    """

    def __init__(self, path: Path, timeout_s: float = 15.0) -> None:
        self._path, self._timeout_s = path, timeout_s
        self._numbers = itertools.count(1)
        self._rest = b""
        self._early: deque[dict[str, Any]] = deque(maxlen=1024)
        self._closed = threading.Event()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(timeout_s)
            self._socket.connect(str(path))
        except OSError as error:
            self._socket.close()
            raise _not_running(path, error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, operation: str, **given: Any) -> Any:
        """Ask and return the result.

        Raises:
            SourceError: the service says no, with its reason; or it is gone (`unavailable`), or silent (`timeout`); or
                the question is longer than any that it takes (`refused`).
        """
        number = next(self._numbers)
        question = encode({"id": number, "op": operation, "with": given})
        if len(question) > MAX_QUESTION_BYTES:
            what = f"{len(question)} bytes are more than the GB/T 28181 service takes at once ({MAX_QUESTION_BYTES})"
            raise SourceError(what, reason="refused")
        self._send(question)
        deadline_s = time.monotonic() + self._timeout_s
        while True:
            message = self._receive(deadline_s)
            if message.get("id") == number:
                return _result(message)
            if "event" in message:
                self._early.append(message)

    def events(self) -> Iterator[dict[str, Any]]:
        """Yield what the service tells by itself, until `close`; ends too when the service is gone."""
        while not self._closed.is_set():
            if self._early:
                yield self._early.popleft()
                continue
            try:
                message = self._receive(None)
            except SourceError:
                return
            if "event" in message:
                yield message

    def close(self) -> None:
        """End it, and what was started through it."""
        self._closed.set()
        with contextlib.suppress(OSError):  # the service was gone before
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _send(self, data: bytes) -> None:
        try:
            self._socket.settimeout(self._timeout_s)
            self._socket.sendall(data)
        except OSError as error:
            raise _not_running(self._path, error) from None

    def _receive(self, deadline_s: float | None) -> dict[str, Any]:
        while b"\n" not in self._rest:
            data = self._read(deadline_s)
            if not data or len(self._rest) > MAX_LINE_BYTES * 32:
                raise _gone(self._path)
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        try:
            return decode(line)
        except ProtocolError as error:
            hint = "Use the same version of Camloom for both"
            raise SourceError(f"the GB/T 28181 service does not fit: {error}", hint, reason="unavailable") from None

    def _read(self, deadline_s: float | None) -> bytes:
        left_s = None if deadline_s is None else max(0.001, deadline_s - time.monotonic())
        try:
            self._socket.settimeout(left_s)
            return self._socket.recv(_CHUNK_BYTES)
        except TimeoutError:
            message = f"the GB/T 28181 service did not answer within {self._timeout_s:g} s"
            raise SourceError(message, "Look into its log", reason="timeout") from None
        except OSError:
            return b""


def _result(message: dict[str, Any]) -> Any:
    if "error" not in message:
        return message.get("result")
    error = message["error"]
    raise SourceError(str(error.get("message")), str(error.get("hint", "")), reason=str(error.get("reason", "read")))


def _not_running(path: Path, error: OSError) -> SourceError:
    if isinstance(error, PermissionError):
        hint = "Run both as the same user"
        return SourceError(f"the GB/T 28181 service on {path} is another user's", hint, reason="unavailable")
    hint = "Start it: camloom gb28181 serve --config platform.yaml"
    return SourceError(f"the GB/T 28181 service is not running (no one listens on {path})", hint, reason="unavailable")


def _gone(path: Path) -> SourceError:
    hint = "Start it: camloom gb28181 serve --config platform.yaml"
    return SourceError(f"the GB/T 28181 service on {path} ended", hint, reason="unavailable")
