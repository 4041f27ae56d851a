"""Where workers come from: the supervisor's side of the template process."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from camloom.errors import CamloomError
from camloom.supervisor.template import QUIET

_END_S = 15.0
_PROGRAM = "from camloom.supervisor.template import main; main()"


@dataclass(frozen=True, slots=True)
class Birth:
    """A worker was born: the one that was asked for first and not born yet."""

    pid: int


@dataclass(frozen=True, slots=True)
class Death:
    """A worker has ended.

    Attributes:
        status: its exit code; negative: the signal that ended it.
    """

    pid: int
    status: int


class Nursery:
    """Runs the template process, see `template.py`.

    Raises:
        CamloomError: it cannot be started.
    """

    def __init__(self) -> None:
        ours, its = socket.socketpair()
        self._socket = ours
        self._unread = b""
        command = [sys.executable, "-P", "-c", _PROGRAM, str(its.fileno())]
        try:
            self._process = subprocess.Popen(  # noqa: S603  # our own module under our own interpreter
                command, env={**os.environ, **QUIET}, stdin=subprocess.DEVNULL, pass_fds=[its.fileno()]
            )
        except OSError as error:
            ours.close()
            raise CamloomError(f"no worker process can be started: {error.strerror}") from error
        finally:
            its.close()

    @property
    def pid(self) -> int:
        """Of the template process."""
        return self._process.pid

    def fileno(self) -> int:
        """Return the descriptor, to wait for."""
        return self._socket.fileno()

    def ask(self, descriptors: Sequence[int]) -> None:
        """Ask for a worker that has these descriptors; `news` tells when it is born."""
        with suppress(OSError):  # if the template is gone, `news` says so
            socket.send_fds(self._socket, [b"w"], list(descriptors))

    def news(self) -> list[Birth | Death] | None:
        """Return what happened; waits if nothing did. None: the template is gone, and all workers with it."""
        try:
            read = self._socket.recv(1 << 16)
        except OSError:
            return None
        if not read:
            return None
        *lines, self._unread = (self._unread + read).split(b"\n")
        told = [json.loads(line) for line in lines]
        return [Birth(*each) if len(each) == 1 else Death(*each) for each in told]

    def close(self) -> None:
        """End the template; workers that are still there end too. May be called twice."""
        self._socket.close()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
