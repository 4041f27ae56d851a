"""What it costs to bring pictures from one process into another: a socket, a pipe and shared memory, side by side.

    python -m benchmarks.child_transport [--frames 250] [--size 1920x1080]

Each frame ends as an FFmpeg packet, as it does in a source. The ways take turns, so that other work on the machine
meets all of them.
"""

import argparse
import mmap
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import av
from rich.console import Console
from rich.table import Table

ROUNDS = 3
SLOTS = 4
_HEAD = bytes(24)
_SENDER = """
import mmap, os, socket, sys
way, descriptor, frames, size = sys.argv[1], *map(int, sys.argv[2:5])
picture = bytes(size)
if way == "shared memory":
    memory, talk = mmap.mmap(int(sys.argv[5]), size * 4), socket.socket(fileno=descriptor)
    for index in range(frames):
        at = index % 4 * size
        memory[at : at + size] = picture
        talk.send(at.to_bytes(8, "little"))
        if index >= 3:
            talk.recv(1)
else:
    for index in range(frames):
        for part in (bytes(24), picture):
            view = memoryview(part)
            while view:
                view = view[os.write(descriptor, view) :]
used = os.times()
sys.stderr.write(str(used.user + used.system))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one frame, in ms."""

    wall_ms: float
    ours_ms: float
    theirs_ms: float


def measure(way: str, frames: int, size: int) -> Cost:
    """Bring so many frames over."""
    ours, theirs, descriptors = _ends(way, size)
    command = [sys.executable, "-I", "-c", _SENDER, way, str(theirs), str(frames), str(size), *map(str, descriptors)]
    began_s, before = time.perf_counter(), os.times()
    with subprocess.Popen(command, pass_fds=[theirs, *descriptors], stderr=subprocess.PIPE, text=True) as sender:
        _RECEIVERS.get(way, _receive_bytes)(ours, frames, size, *descriptors)
        wall_s, after = time.perf_counter() - began_s, os.times()
        assert sender.stderr is not None
        theirs_s = float(sender.stderr.read())
    for descriptor in (ours, theirs, *descriptors):
        os.close(descriptor)
    ours_s = after.user + after.system - before.user - before.system
    return Cost(*(seconds / frames * 1000 for seconds in (wall_s, ours_s, theirs_s)))


def _ends(way: str, size: int) -> tuple[int, int, list[int]]:
    if way == "pipe":
        return *os.pipe(), []
    kind = socket.SOCK_SEQPACKET if way == "shared memory" else socket.SOCK_STREAM
    ours, theirs = (end.detach() for end in socket.socketpair(socket.AF_UNIX, kind))
    if way != "shared memory":
        return ours, theirs, []
    memory = os.memfd_create("frames")
    os.ftruncate(memory, size * SLOTS)
    return ours, theirs, [memory]


def _receive_bytes(descriptor: int, frames: int, size: int) -> None:
    for _ in range(frames):
        packet: Any = av.Packet(size)
        for target in (bytearray(_HEAD), packet):
            view = memoryview(target)
            while view:
                view = view[os.readv(descriptor, [view]) :]


def _receive_shared(descriptor: int, frames: int, size: int, memory: int) -> None:
    mapped = memoryview(mmap.mmap(memory, size * SLOTS))
    with socket.socket(fileno=os.dup(descriptor)) as talk:
        for index in range(frames):
            at = int.from_bytes(talk.recv(8), "little")
            memoryview(av.Packet(size))[:] = mapped[at : at + size]
            if index < frames - SLOTS + 1:
                talk.send(b"1")


_RECEIVERS: dict[str, Callable[..., None]] = {"shared memory": _receive_shared}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=250)
    parser.add_argument("--size", default="1920x1080")
    asked = parser.parse_args()
    width, height = map(int, asked.size.split("x"))
    ways = ("socket", "pipe", "shared memory")
    costs: dict[str, list[Cost]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way in ways:
            costs[way].append(measure(way, asked.frames, width * height * 3 // 2))
    table = Table(
        "way", "ms a frame", "of our CPU", "of the child's CPU", title=f"yuv420p {asked.size}, best of {ROUNDS}"
    )
    for way, found in costs.items():
        columns = zip(*((cost.wall_ms, cost.ours_ms, cost.theirs_ms) for cost in found), strict=True)
        table.add_row(way, *(f"{min(column):.2f}" for column in columns))
    Console().print(table)


if __name__ == "__main__":
    main()
