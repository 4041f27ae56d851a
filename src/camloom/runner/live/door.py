"""Lets viewers in: a Unix socket in the folder of the task, and a thread that sleeps while nobody moves."""

import logging
import os
import selectors
import socket
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from camloom.exchange.live import MAX_REQUEST_BYTES, SOCKET, Channel, Ending
from camloom.runner.live.viewer import Viewer

MAX_VIEWERS = 64
_ASK_WITHIN_S = 2.0
_LOOK_EVERY_S = 1.0
_SAY_WITHIN_S = 0.5
_log = logging.getLogger(__name__)


class Audience(Protocol):
    """Where viewers go."""

    @property
    def lock(self) -> threading.RLock:
        """Held while a viewer is touched."""

    def admit(self, channel: Channel, viewer: Viewer) -> None:
        """Begin to serve it."""

    def forget(self, viewer: Viewer) -> None:
        """It is gone."""


@dataclass(slots=True, eq=False)
class _Guest:
    """Somebody at the door, or inside."""

    connection: socket.socket
    viewer: Viewer
    came_s: float
    asked: bytearray = field(default_factory=bytearray)
    inside: bool = False


class Door:
    """Accepts viewers of one stream, and serves those that are slow.

    Args:
        out: folder of the task.
        audience: where they go.
        name: of the stream.

    Raises:
        OSError: there can be no socket.
    """

    def __init__(self, out: Path, audience: Audience, name: str) -> None:
        self._out, self._audience = out, audience
        self._guests: list[_Guest] = []
        self._stopped = threading.Event()
        self._listener = socket.socket(socket.AF_UNIX)
        try:
            self._inode = _listen(self._listener, out)
        except OSError:
            self._listener.close()
            raise
        self._selector = selectors.DefaultSelector()
        self._woken, self._waker = socket.socketpair()
        for one in (self._listener, self._woken, self._waker):
            one.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, name=f"live-{name}", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Look at the viewers again; any thread."""
        with suppress(OSError):  # full: it wakes anyway; closed: it is over
            self._waker.send(b"\0")

    def stop(self) -> None:
        """Say goodbye to all, and end; any thread."""
        self._stopped.set()
        self.wake()

    def close(self) -> None:
        """Wait for the end and free everything; may be called twice."""
        self.stop()
        self._thread.join()
        for one in (self._listener, self._woken, self._waker):
            one.close()
        self._selector.close()

    def _run(self) -> None:
        try:
            while not self._stopped.is_set():
                for key, _ in self._selector.select(self._patience_s()):
                    self._serve(key)
                self._look_round()
            self._say_goodbye()
        finally:
            _unlink(self._out, self._inode)
            for guest in list(self._guests):
                self._dismiss(guest)

    def _patience_s(self) -> float | None:
        busy = any(not guest.inside or guest.viewer.waits for guest in self._guests)
        return _LOOK_EVERY_S if busy else None

    def _serve(self, key: selectors.SelectorKey) -> None:
        if key.fileobj is self._listener:
            self._accept()
        elif key.fileobj is self._woken:
            with suppress(BlockingIOError):
                self._woken.recv(4096)
        else:
            self._hear(key.data)

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError as error:  # it went away again, or this process has too many files open
            _log.debug("live view: %s", error)
            self._stopped.wait(0.05)
            return
        connection.setblocking(False)
        guest = _Guest(connection, Viewer(connection, self.wake), time.monotonic())
        if len(self._guests) >= MAX_VIEWERS:
            with closing(connection):
                guest.viewer.end(Ending.FULL)
            return
        self._guests.append(guest)
        self._selector.register(connection, selectors.EVENT_READ, guest)

    def _hear(self, guest: _Guest) -> None:
        """Take what a guest says: one word, and afterwards nothing but goodbye."""
        if guest.viewer.waits:
            with self._audience.lock:
                guest.viewer.flush()
        try:
            said = guest.connection.recv(MAX_REQUEST_BYTES)
        except BlockingIOError:
            return
        except OSError:
            said = b""
        guest.asked += said
        if not said or guest.inside or len(guest.asked) > MAX_REQUEST_BYTES:
            self._dismiss(guest)
        elif guest.asked.endswith(b"\n"):
            self._let_in(guest)

    def _let_in(self, guest: _Guest) -> None:
        try:
            channel = Channel(guest.asked[:-1].decode("ascii", "replace"))
        except ValueError:
            self._dismiss(guest)
            return
        guest.inside = True
        with self._audience.lock:
            self._audience.admit(channel, guest.viewer)

    def _look_round(self) -> None:
        now_s = time.monotonic()
        for guest in list(self._guests):
            late = not guest.inside and now_s - guest.came_s > _ASK_WITHIN_S
            if late or guest.viewer.over:
                self._dismiss(guest)
                continue
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if guest.viewer.waits else 0)
            if self._selector.get_key(guest.connection).events != wanted:
                self._selector.modify(guest.connection, wanted, guest)

    def _dismiss(self, guest: _Guest) -> None:
        self._guests.remove(guest)
        self._selector.unregister(guest.connection)
        with self._audience.lock:
            self._audience.forget(guest.viewer)
            guest.connection.close()

    def _say_goodbye(self) -> None:
        """Let the viewers know that it is over, as far as they listen."""
        until_s = time.monotonic() + _SAY_WITHIN_S
        with self._audience.lock:
            for guest in self._guests:
                guest.viewer.end(Ending.OVER)
        while time.monotonic() < until_s and any(guest.viewer.waits for guest in self._guests):
            self._look_round()
            for key, _ in self._selector.select(0.1):
                self._serve(key)


def _listen(listener: socket.socket, out: Path) -> int:
    """Bind a socket that only this user may use, whatever was there before; return its inode."""
    out.mkdir(parents=True, exist_ok=True)
    folder = os.open(out, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # By way of the descriptor: the address of a socket has room for 107 bytes only.
        place, unfinished = f"/proc/self/fd/{folder}/{SOCKET}", f"/proc/self/fd/{folder}/.{SOCKET}.{os.getpid()}"
        with suppress(FileNotFoundError):
            os.unlink(unfinished)  # noqa: PTH108  # these are no paths for anybody else
        os.fchmod(listener.fileno(), 0o600)  # before it has a name: nobody comes in between
        listener.bind(unfinished)
        listener.listen()
        os.rename(unfinished, place)  # noqa: PTH104
        return os.stat(place).st_ino  # noqa: PTH116
    finally:
        os.close(folder)


def _unlink(out: Path, inode: int) -> None:
    """Remove the socket, unless another worker has put its own there."""
    place = out / SOCKET
    with suppress(OSError):
        if place.lstat().st_ino == inode:
            place.unlink()
