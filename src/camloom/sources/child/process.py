"""A source's program as a process: started, read within bounds, and always ended."""

import contextlib
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from camloom.errors import SourceError
from camloom.redaction import redact
from camloom.sources.child.programs import wire
from camloom.sources.xml import clean

SYSTEM_PYTHON = "/usr/bin/python3"
_FOLDER = Path(__file__).parent
_START = (
    "import sys; sys.path.append(sys.argv[1]); from importlib import import_module as load; "
    "load('programs.wire').run(load('programs.' + sys.argv[2]), sys.argv[3])"
)
# What a program may know of our environment; the rest may hold secrets that are none of its business.
_KEPT = ("PATH", "HOME", "USER", "LANG", "LANGUAGE", "TZ", "TMPDIR", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY")
_KEPT_GROUPS = ("LC_", "LD_", "XDG_", "GST_", "GI_", "ARV_", "MVCAM_", "GENICAM_", "CUDA_", "NVIDIA_", "EGL_", "LIBGL_")
_BUFFER_BYTES = 1 << 20
_GRACE_S = 1.0
_ASK_TIMEOUT_S = 20.0
_MAX_ANSWER_BYTES = 1 << 20
_MAX_LINE_BYTES = 2000
_LAST_LINES = 20
_MAX_QUOTE = 300
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Program:
    """What to start.

    Args:
        module: its name in `programs/`.
        name: what a user calls it.
        request: settings as JSON, passwords too: they go by stdin.
        python: the interpreter; empty for our own.
        environment: more variables for it.
        secrets: what must never be shown of what it says.
    """

    module: str
    name: str
    request: dict[str, Any] = field(default_factory=dict, repr=False)
    python: str = SYSTEM_PYTHON
    environment: dict[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def command(self, how: str) -> list[str]:
        """Return the command that runs it; no secret stands in it."""
        return [self.python or sys.executable, "-I", "-B", "-c", _START, str(_FOLDER), self.module, how]

    def redact(self, text: str) -> str:
        """Return a text of it in one line, without secrets and without what could paint a terminal."""
        return clean(redact(text, *self.secrets), _MAX_LINE_BYTES)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a record; see `programs/wire.py`."""

    kind: int
    flags: int
    size_bytes: int
    pts_ns: int
    dts_ns: int


def ask(program: Program, timeout_s: float = _ASK_TIMEOUT_S) -> dict[str, Any]:
    """Have a program answer one question.

    Raises:
        SourceError: it cannot be started, fails, takes too long or answers nonsense.
    """
    request = json.dumps(program.request).encode() + b"\n"
    try:
        done = subprocess.run(  # noqa: S603  # the interpreter is ours, the system's, or one that the user named
            program.command("ask"),
            input=request,
            env=_environment(program),
            capture_output=True,
            timeout=timeout_s,
            check=False,
        )
        answer = json.loads(done.stdout[-_MAX_ANSWER_BYTES:])
    except subprocess.TimeoutExpired:
        raise SourceError(f"{program.name} does not answer within {timeout_s:g} s", reason="timeout") from None
    except OSError as error:
        raise _cannot_start(program, error) from None
    except ValueError:
        said = program.redact(done.stderr.decode(errors="replace").strip().rpartition("\n")[2])[:_MAX_QUOTE]
        raise SourceError(f"{program.name} failed: {said or 'it says nothing'}", reason="unavailable") from None
    if not isinstance(answer, dict):
        raise SourceError(f"{program.name} answers nonsense", reason="unavailable")
    return answer


class Child:
    """A running program.

    It ends when this object is closed or forgotten, and when our process ends, however that comes about.

    Raises:
        SourceError: it cannot be started.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self._socket, theirs = socket.socketpair()
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
        with theirs:
            try:
                self._process = _start(program, theirs.fileno())
            except OSError as error:
                self._socket.close()
                raise _cannot_start(program, error) from None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._said = _LastLines(self._process.stdout, program)
        self._hung_up = False
        self._finalizer = weakref.finalize(self, _end, self._process, self._socket, self._said)
        self._ask(self._process.stdin)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def head(self, until_s: float) -> Head | None:
        """Wait for the next record and return its head; None after `hang_up`.

        Args:
            until_s: of `time.monotonic()`.

        Raises:
            SourceError: the program is silent, has ended, or talks nonsense.
        """
        data = bytearray(wire.HEAD.size)
        if not self.read_into(memoryview(data), until_s):
            return None
        magic, kind, flags, size, pts_ns, dts_ns = wire.HEAD.unpack(data)
        if magic != wire.MAGIC:
            raise self.failed("talks nonsense")
        return Head(kind, flags, size, pts_ns, dts_ns)

    def read_into(self, target: memoryview, until_s: float) -> bool:
        """Fill `target`; False after `hang_up`. SourceError: see `head`."""
        while target:
            self._socket.settimeout(max(until_s - time.monotonic(), 0.001))
            try:
                count = self._socket.recv_into(target)
            except TimeoutError:
                hint = "Check the camera and its cable"
                raise self.failed("sends nothing any more", hint, reason="timeout") from None
            except OSError:
                count = 0
            if not count:
                if self._hung_up:
                    return False
                raise self.failed("")
            target = target[count:]
        return True

    def hang_up(self) -> None:
        """End every wait, now and later; may be called from another thread."""
        self._hung_up = True
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it is closed already

    def failed(self, what: str, hint: str = "", *, reason: str = "closed") -> SourceError:
        """End it and return the error for what went wrong; `what` is empty where it ended by itself."""
        if what:
            _kill_group(self._process.pid)
            last = ""
        else:
            what = f"ended by itself ({_how_it_ended(self._process)})"
            last = self._said.last()
        self.close()
        text = f"the program of {self._program.name} {what}{': ' if last else ''}{last}"
        return SourceError(self._program.redact(text), hint, reason=reason)

    def close(self) -> None:
        """End it, kindly for a second."""
        self._finalizer()

    def _ask(self, stdin: IO[bytes]) -> None:
        try:
            stdin.write(json.dumps(self._program.request).encode() + b"\n")
            stdin.flush()
        except OSError:
            return  # it has died already: the first read tells


class _LastLines:
    """Reads what a program prints, so that it never waits for a reader, and keeps the last lines."""

    def __init__(self, stream: IO[bytes], program: Program) -> None:
        self._lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._thread = threading.Thread(target=self._read, args=(stream, program), name="child-log", daemon=True)
        self._thread.start()

    def last(self) -> str:
        """Return the last line of a program that has ended; empty where it said nothing."""
        self.join()
        return self._lines[-1][:_MAX_QUOTE] if self._lines else ""

    def join(self) -> None:
        """Wait until all was read that it printed."""
        self._thread.join(_GRACE_S)

    def _read(self, stream: IO[bytes], program: Program) -> None:
        with stream:
            while line := stream.readline(_MAX_LINE_BYTES):
                if text := program.redact(line.decode(errors="replace")):
                    self._lines.append(text)
                    _log.debug("%s: %s", program.name, text)


def _start(program: Program, descriptor: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  # the interpreter is ours, the system's, or one that the user named
        program.command(str(descriptor)),
        env=_environment(program),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,  # SDKs print their errors on either
        pass_fds=[descriptor],
        start_new_session=True,  # an interrupt from the keyboard is for Camloom; and it ends with all it started
    )


def _environment(program: Program) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith(_KEPT_GROUPS)}
    return kept | program.environment


def _cannot_start(program: Program, error: OSError) -> SourceError:
    python = program.python or sys.executable
    return SourceError(f"cannot start {python} for {program.name}: {error.strerror}", reason="unavailable")


def _end(process: subprocess.Popen[bytes], connection: socket.socket, said: _LastLines) -> None:
    connection.close()
    assert process.stdin is not None
    with contextlib.suppress(OSError):
        process.stdin.close()  # the program takes either as the end
    _wait_for_end(process, _GRACE_S)
    _kill_group(process.pid)
    process.wait()
    said.join()


def _kill_group(pid: int) -> None:
    """End a program that was not reaped yet (until then its number is nobody else's), and all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _wait_for_end(process: subprocess.Popen[bytes], timeout_s: float) -> os.waitid_result | None:
    """Wait without reaping; None if it still runs."""
    until_s = time.monotonic() + timeout_s
    while (ended := os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)) is None:
        if time.monotonic() >= until_s:
            return None
        time.sleep(0.005)
    return ended


def _how_it_ended(process: subprocess.Popen[bytes]) -> str:
    ended = _wait_for_end(process, _GRACE_S)
    if ended is None:
        return "it broke off the conversation"
    if ended.si_code == os.CLD_EXITED:
        return f"code {ended.si_status}"
    try:
        return signal.Signals(ended.si_status).name
    except ValueError:
        return f"signal {ended.si_status}"
