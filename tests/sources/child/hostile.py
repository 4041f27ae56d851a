"""A program that behaves as its request says; run as a source's program, with the arguments of one."""

import json
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

sys.path.append(sys.argv[-3])
from programs import wire  # type: ignore[import-not-found]

FORM = {"codec": "rawvideo", "pix_fmt": "gray", "width": 8, "height": 4, "fps": 10}
PICTURE = bytes(range(32))


def main() -> None:
    raw = socket.socket(fileno=os.dup(int(sys.argv[-1])))
    out = wire.Wire(int(sys.argv[-1]))
    request = json.loads(sys.stdin.readline())
    out.ready()
    mode = request["mode"]
    if mode in EARLY:
        EARLY[mode](out, raw)
    out.format(**{**FORM, **request.get("form", {})})
    for index in range(request.get("pictures", 2)):
        out.picture(PICTURE, index * 100_000_000)
    if mode in LATE:
        LATE[mode](out, raw)
    out.end(request.get("reason", ""), request.get("message", ""))


def head(kind: int, size: int, magic: bytes = b"CL") -> bytes:
    return bytes(wire.HEAD.pack(magic, kind, 0, size, 0, 0))


def drip(raw: socket.socket) -> None:
    for byte in head(wire.PICTURE, 32) + PICTURE[:20]:
        raw.sendall(bytes([byte]))
        time.sleep(0.2)


def chatter(out: Any) -> None:
    while True:
        out.ready()
        time.sleep(0.01)


def crash() -> None:
    os.write(2, b"camera library: the last word, at rtsp://admin:pa55word@10.0.0.1/x\n")
    os.kill(os.getpid(), signal.SIGSEGV)


def orphan() -> None:
    """Leave somebody behind who holds the socket."""
    if os.fork():
        os._exit(3)
    time.sleep(600)


def change(out: Any) -> None:
    out.format(**{**FORM, "width": 4})
    out.picture(PICTURE[:16], 200_000_000)
    out.picture(PICTURE[:16], 300_000_000)


def tell(out: Any) -> None:
    """Give away what it knows of where it runs."""
    out.end("read", f"{sorted(os.environ)} {Path('/proc/self/cmdline').read_text()}")
    time.sleep(600)


EARLY: dict[str, Any] = {
    "mute": lambda out, raw: time.sleep(600),
    "picture first": lambda out, raw: out.picture(PICTURE),
    "nonsense": lambda out, raw: raw.sendall(b"HTTP/1.1 200 OK\r\n\r\n".ljust(100)),
    "endless text": lambda out, raw: raw.sendall(head(wire.FORMAT, 1 << 31)),
    "no json": lambda out, raw: raw.sendall(head(wire.FORMAT, 3) + b"\xff{]"),
    "tell": lambda out, raw: tell(out),
}
LATE: dict[str, Any] = {
    "silent": lambda out, raw: time.sleep(600),
    "drip": lambda out, raw: drip(raw),
    "chatter": lambda out, raw: chatter(out),
    "huge": lambda out, raw: raw.sendall(head(wire.PICTURE, (1 << 32) - 1)),
    "short": lambda out, raw: out.picture(PICTURE[:31]),
    "unknown": lambda out, raw: raw.sendall(head(99, 0)),
    "crash": lambda out, raw: crash(),
    "orphan": lambda out, raw: orphan(),
    "change": lambda out, raw: change(out),
    "damage": lambda out, raw: out.picture(PICTURE, 200_000_000, corrupt=True),
}

if __name__ == "__main__":
    main()
