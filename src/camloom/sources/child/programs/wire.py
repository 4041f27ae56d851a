"""What a source's program and Camloom say to each other.

Camloom starts the program with one end of a socket, writes the request, one line of JSON, to its stdin and leaves that
open: when it ends, the program has a moment to let go of its camera, and ends. What the program prints is its
diagnosis. On the socket go records, each a head and `size` bytes:

    READY     it has loaded what it needs and read the request
    FORMAT    JSON: what the pictures from here on are (`form.py`)
    PICTURE   one encoded or plain picture; times in ns, NO_TIME where there is none
    END       JSON: {"reason", "message", "hint"}; nothing comes after it
"""

import json
import os
import socket
import struct
import sys
import threading
import time
from typing import Any, Callable, Dict  # noqa: UP035

HEAD = struct.Struct("<2sBBIqq")  # magic, kind, flags, size, pts_ns, dts_ns
MAGIC = b"CL"
READY, FORMAT, PICTURE, END = range(1, 5)
KEYFRAME, CORRUPT = 1, 2  # of a corrupt picture parts were lost on the way
NO_TIME = -(1 << 63)
LEFT_S = 0.7

Request = Dict[str, Any]  # noqa: UP006  # a board's Python may be as old as 3.6


class ProgramError(Exception):
    """Why the program cannot go on.

    Args:
        reason: a code of Camloom's `SourceError`.
    """

    def __init__(self, message: str, hint: str = "", reason: str = "read") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.reason = reason


class Gone(Exception):  # noqa: N818  # no error: Camloom wants nothing more
    """Nobody listens any more."""


class Wire:
    """The program's end of the socket; may be used from several threads.

    Attributes:
        closing: Camloom wants nothing more. What the program has left to do it must do within `LEFT_S`.
    """

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._lock = threading.Lock()
        self.closing = threading.Event()

    def ready(self) -> None:
        """Say that the program runs."""
        self._send(READY)

    def format(self, **form: Any) -> None:
        """Say what the pictures from here on are."""
        self._send(FORMAT, json.dumps(form).encode())

    def picture(
        self, data: bytes, pts_ns: int = NO_TIME, dts_ns: int = NO_TIME, keyframe: bool = True, corrupt: bool = False
    ) -> None:
        """Hand over a picture; waits while Camloom is busy."""
        flags = (KEYFRAME if keyframe else 0) | (CORRUPT if corrupt else 0)
        self._send(PICTURE, data, flags, pts_ns, dts_ns)

    def end(self, reason: str, message: str, hint: str = "") -> None:
        """Say why nothing more comes; an empty reason means that the end was reached."""
        self._send(END, json.dumps({"reason": reason, "message": message[:800], "hint": hint[:400]}).encode())

    def _send(self, kind: int, data: bytes = b"", flags: int = 0, pts_ns: int = 0, dts_ns: int = 0) -> None:
        try:
            with self._lock:
                self._socket.sendall(HEAD.pack(MAGIC, kind, flags, len(data), pts_ns, dts_ns))
                self._socket.sendall(data)
        except OSError:
            self.closing.set()
            raise Gone from None


def run(program: Any, how: str) -> None:
    """Run a program and end the process.

    Args:
        program: a module with `stream(wire, request)`, and `ask(request)` if it can answer a question.
        how: the socket's descriptor to stream on, or `ask`: the answer then goes to stdout as JSON.
    """
    if how == "ask":
        print(json.dumps(program.ask(json.loads(sys.stdin.readline()))))  # noqa: T201  # that is the answer
    else:
        _stream(program.stream, Wire(int(how)))
    sys.stdout.flush()
    os._exit(0)  # a vendor's threads may never end, and its destructors may crash


def _stream(stream: "Callable[[Wire, Request], None]", wire: Wire) -> None:
    request = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_camloom, args=(wire,), daemon=True).start()
    try:
        _tell_the_end(stream, wire, request)
    except Gone:
        return


def _tell_the_end(stream: "Callable[[Wire, Request], None]", wire: Wire, request: Request) -> None:
    try:
        stream(wire, request)
    except ProgramError as error:
        wire.end(error.reason, error.message, error.hint)
    else:
        wire.end("", "")


def _end_with_camloom(wire: Wire) -> None:
    while sys.stdin.read(4096):
        pass
    wire.closing.set()
    time.sleep(LEFT_S)
    os._exit(0)
