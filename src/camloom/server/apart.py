"""Work in a process of its own: a copy of this one, which lives and dies with it.

One interpreter does one thing at a time. Whoever reads would wait for whatever the server does by itself, several times
in each request; two interpreters have a core each, and the system divides them fairly where there is only one.
"""

import ctypes
import gc
import json
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

from structlog import get_logger

from camloom.server.trouble import Troubles

Work = Callable[[threading.Event, Troubles], None]
"""Works until the event is set, and says what is wrong."""

_TELL_S = 0.5
_PR_SET_PDEATHSIG = 1
_log = get_logger()


@contextmanager
def apart(work: Work, troubles: Troubles) -> Iterator[Callable[[], None]]:
    """Let something work in a copy of this process until the block is left; yield what lets it begin.

    To be called while there is one thread and nothing is open that two cannot share, such as a database. Where one of
    the two dies, so does the other, at once: to whoever keeps a server running it is one program.

    Args:
        troubles: hears what is wrong there.
    """
    ours, theirs = socket.socketpair()
    gc.freeze()  # the copy shares what there is: a collector that looks at it would make it double
    pid = os.fork()
    if pid == 0:
        ours.close()
        _be_the_copy(work, theirs)
    theirs.close()
    ending = threading.Event()
    listener = threading.Thread(target=_listen, args=(ours, pid, ending, troubles), name="apart", daemon=True)
    listener.start()
    try:
        yield lambda: ours.sendall(b"!")
    finally:
        ending.set()
        with suppress(OSError):
            ours.shutdown(socket.SHUT_WR)
        listener.join()


def _listen(line: socket.socket, pid: int, ending: threading.Event, troubles: Troubles) -> None:
    """Hear of troubles until the copy ends; if nobody has told it to, end as it did."""
    with line, line.makefile("rb") as told, suppress(OSError):
        for lines in told:
            troubles.hear(json.loads(lines))
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if ending.is_set():
        return
    try:
        _log.error("the process that takes events and sends pushes has ended, and the server with it", code=code)
    finally:
        os.kill(os.getpid(), signal.SIGKILL)


def _be_the_copy(work: Work, line: socket.socket) -> NoReturn:
    """Work, tell of troubles, and end the process: nothing of what called may go on in it."""
    code = 1
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        # Ctrl-C and the end of a service reach both: the other one says when it is time.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        if line.recv(1):
            _work(work, line)
        code = 0
    except Exception:  # noqa: BLE001  # it ends with this process, and the other one says so
        _log.exception("error")
    finally:
        os._exit(code)


def _work(work: Work, line: socket.socket) -> None:
    stop, troubles = threading.Event(), Troubles()
    threading.Thread(target=_wait_for_end, args=(line, stop), name="end", daemon=True).start()
    threading.Thread(target=_tell, args=(line, stop, troubles), name="tell", daemon=True).start()
    work(stop, troubles)


def _wait_for_end(line: socket.socket, stop: threading.Event) -> None:
    """Nothing more is ever sent: it reads until the other one has closed its end."""
    with suppress(OSError):
        line.recv(1)
    stop.set()


def _tell(line: socket.socket, stop: threading.Event, troubles: Troubles) -> None:
    told: dict[str, str] = {}
    with suppress(OSError):
        while not stop.wait(_TELL_S):
            lines = troubles.lines
            if lines != told:
                line.sendall(json.dumps(lines).encode() + b"\n")
                told = lines
