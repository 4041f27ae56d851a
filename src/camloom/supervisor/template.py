"""The process that workers are copies of: all modules loaded, no model, no thread.

A worker that crashed is there again in some hundredths of a second, since nothing has to be loaded but its model. It
shares the memory of what was loaded here with all others. Forking is safe as long as no thread runs; those of the
numeric libraries are switched off by `QUIET`.

The supervisor asks for a worker with one byte and the descriptors that it is to have; it is told `[pid]` when one
was born and `[pid, exit code]` when one has ended. When the supervisor is gone, so are the workers.
"""

import gc
import json
import logging
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping

from camloom.redaction import log_unexpected

QUIET: Mapping[str, str] = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Environment in which loading the modules starts no thread."""

DESCRIPTORS = 3
"""Given to each worker: its channel, its marks, the file for the fault handler."""

_GRACE_S = 10.0
_logger = logging.getLogger(__name__)


class _GoneError(Exception):
    """The supervisor is gone."""


class _Template:
    """Makes workers and waits for their end."""

    def __init__(self, supervisor: socket.socket, work: Callable[[list[int]], None]) -> None:
        self._supervisor = supervisor
        self._work = work
        self._waits = selectors.DefaultSelector()
        self._waits.register(supervisor, selectors.EVENT_READ, 0)
        self._born: dict[int, int] = {}  # descriptor that tells of the end -> process

    def serve(self) -> None:
        """Do what is asked until the supervisor is gone, then end the workers."""
        try:
            while True:
                for key, _ in self._waits.select():
                    self._bury(key.fd) if key.data else self._answer()
        except _GoneError:
            self._end_all()

    def _answer(self) -> None:
        asked, descriptors, _, _ = socket.recv_fds(self._supervisor, 1, DESCRIPTORS)
        if not asked:
            raise _GoneError
        pid = os.fork()
        if pid == 0:
            self._become_worker(descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        pidfd = os.pidfd_open(pid)
        self._born[pidfd] = pid
        self._waits.register(pidfd, selectors.EVENT_READ, pid)
        self._tell([pid])

    def _become_worker(self, descriptors: list[int]) -> None:
        code = 1
        try:
            self._waits.close()
            self._supervisor.close()
            for pidfd in self._born:
                os.close(pidfd)
            self._work(descriptors)
            code = 0
        except BaseException as error:
            log_unexpected(_logger, "a worker failed", error)
            raise
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)  # nothing of the template is to be wound up here

    def _bury(self, pidfd: int) -> None:
        pid = self._born.pop(pidfd)
        self._waits.unregister(pidfd)
        os.close(pidfd)
        _, status = os.waitpid(pid, 0)
        self._tell([pid, os.waitstatus_to_exitcode(status)])

    def _tell(self, news: list[int]) -> None:
        try:
            self._supervisor.sendall(json.dumps(news).encode() + b"\n")
        except OSError:
            raise _GoneError from None

    def _end_all(self) -> None:
        """Wait for the workers, which end by themselves when their supervisor is gone; kill those that do not."""
        ends_s = time.monotonic() + _GRACE_S
        self._waits.unregister(self._supervisor)
        while self._born and (left_s := ends_s - time.monotonic()) > 0:
            for key, _ in self._waits.select(left_s):
                os.waitpid(self._born.pop(key.fd), 0)
                self._waits.unregister(key.fd)
        for pid in self._born.values():
            os.kill(pid, signal.SIGKILL)


def main() -> None:
    """Load everything, then make workers."""
    from camloom.supervisor.worker import load_all, work

    for request in (signal.SIGINT, signal.SIGTERM):  # are the supervisor's, though a whole group may get them
        signal.signal(request, signal.SIG_IGN)
    supervisor = socket.socket(fileno=int(sys.argv[1]))
    load_all()
    gc.freeze()  # what is loaded stays shared: the collector of a worker does not write into it
    _Template(supervisor, work).serve()
