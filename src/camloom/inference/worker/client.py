"""Camloom's side of a worker process: starts it, asks it, and says what happened when it dies or hangs."""

import json
import logging
import os
import signal
import socket
import subprocess
import threading
import weakref
from collections import deque
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import IO

from pydantic import Field, ValidationError

from camloom.config import StrictModel
from camloom.errors import ModelError
from camloom.inference.worker.shared import Answer, SharedTensors, Tensor, TensorSpec

SERVE = Path(__file__).parent / "serve.py"
_MAX_MESSAGE_BYTES = 65536
_MAX_LINE_BYTES = 2000
_LAST_LINES = 20
_MAX_QUOTE = 300
_LOAD_TIMEOUT_S = 300.0  # some SDKs compile a model for their chip when they load it
_RUN_TIMEOUT_S = 30.0
_END_TIMEOUT_S = 3.0
_PROBE_TIMEOUT_S = 30.0
_HINT = "Run `camloom runtime check` for this device; the vendor's log may say more"
_log = logging.getLogger(__name__)


class Probe(StrictModel):
    """What a backend finds under some Python; `error` says why it cannot run."""

    devices: tuple[str, ...] = Field(default=(), max_length=256)
    error: str = ""


class Worker:
    """A vendor's backend in a process of its own, under any Python from 3.5 on that has numpy and the vendor's SDK.

    It ends when this object is closed or forgotten, and when this process ends, however that comes about.

    Args:
        python: the interpreter, or a script that sets an environment and then starts one with its arguments.
        backend: file with the class `Backend`, see docs/hardware.md.
        run_timeout_s: a run that takes longer means that the worker hangs.
        load_timeout_s: the same for loading a model.
        script: the other side.

    Raises:
        ModelError: there is no such interpreter.
    """

    def __init__(
        self,
        python: str,
        backend: Path,
        run_timeout_s: float = _RUN_TIMEOUT_S,
        load_timeout_s: float = _LOAD_TIMEOUT_S,
        script: Path = SERVE,
    ) -> None:
        self.name = backend.stem
        self.run_timeout_s = run_timeout_s
        self.load_timeout_s = load_timeout_s
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = _start([python, "-B", str(script), str(backend), str(theirs.fileno())], theirs.fileno())
        assert self._process.stdout is not None
        self._said = _LastLines(self._process.stdout, self.name)
        self._finalizer = weakref.finalize(self, _end, self._process, self._control)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def open(self, model: Path, device: int) -> "Channel":
        """Load a model; each channel has its own instance of it.

        Raises:
            ModelError: the backend cannot load it, or the worker died or hung over it.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        channel = Channel(self, ours)
        request = json.dumps({"path": str(model), "device": device}).encode()
        with theirs:
            try:
                socket.send_fds(self._control, [request], [theirs.fileno(), *channel.descriptors])
            except OSError as error:
                channel.close()
                raise self.failed("") from error
        channel.load()
        return channel

    def close(self) -> None:
        """End it."""
        self._finalizer()

    def failed(self, what: str) -> ModelError:
        """End it and return the error for what went wrong; `what` is empty where it ended by itself."""
        if not what:
            what = _how_it_ended(self._process)
        else:
            self._process.kill()
        self.close()
        last = self._said.last()
        return ModelError(f"the worker process of {self.name} {what}{': ' if last else ''}{last}", _HINT)


class Channel:
    """One instance of a model in a worker; belongs to one thread at a time."""

    def __init__(self, worker: Worker, connection: socket.socket) -> None:
        self._worker = worker
        self._connection = connection
        self._given = SharedTensors()
        self._taken = SharedTensors()
        self._finalizer = weakref.finalize(self, _hang_up, connection, self._given, self._taken)
        self.inputs: tuple[TensorSpec, ...] = ()
        self.outputs: tuple[TensorSpec, ...] = ()

    @property
    def descriptors(self) -> tuple[int, int]:
        """Of the memory for what goes in, and for what comes out."""
        return self._given.descriptor, self._taken.descriptor

    def load(self) -> None:
        """Wait until the model is loaded, and note what it takes and gives."""
        answer = self._answer(self._worker.load_timeout_s)
        self.inputs, self.outputs = answer.inputs, answer.outputs

    def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Run the model; the outputs are views that the next run overwrites.

        Raises:
            ModelError: the backend failed, or the worker died, hung or talked nonsense.
        """
        request = json.dumps({"tensors": self._given.write(inputs)}).encode()
        try:
            self._connection.send(request)
        except OSError as error:
            raise self._worker.failed("") from error
        return self._taken.read(self._answer(self._worker.run_timeout_s).tensors)

    def close(self) -> None:
        """Unload the model; views of its outputs stay valid."""
        self._finalizer()

    def _answer(self, timeout_s: float) -> Answer:
        packet = self._receive(timeout_s)
        try:
            answer = Answer.model_validate_json(packet)
        except ValidationError as error:
            raise self._worker.failed("answered nonsense") from error
        if answer.error:
            raise ModelError(f"{self._worker.name}: {answer.error}", _HINT)
        return answer

    def _receive(self, timeout_s: float) -> bytes:
        self._connection.settimeout(timeout_s)
        try:
            packet, _, flags, _ = self._connection.recvmsg(_MAX_MESSAGE_BYTES)
        except TimeoutError as error:
            raise self._worker.failed(f"did not answer within {timeout_s:g} s") from error
        except OSError as error:
            raise self._worker.failed("") from error
        if flags & socket.MSG_TRUNC:
            raise self._worker.failed("sent an answer that is too long")
        if not packet:
            raise self._worker.failed("")
        return packet


@lru_cache(maxsize=64)
def probe(python: str, backend: Path) -> Probe:
    """Ask a backend under some Python which devices it finds; asked once in the life of this process."""
    command = [python, "-B", str(SERVE), str(backend), "probe"]
    try:
        done = subprocess.run(  # noqa: S603  # the interpreter that the user named
            command,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PROBE_TIMEOUT_S,
            check=False,
        )
        return Probe.model_validate_json(done.stdout[-_MAX_MESSAGE_BYTES:])
    except ValidationError:
        lines = done.stderr[-_MAX_LINE_BYTES:].decode(errors="replace").split("\n")
        return Probe(error=next((line.strip() for line in reversed(lines) if line.strip()), "it says nothing"))
    except subprocess.TimeoutExpired:
        return Probe(error=f"it does not answer within {_PROBE_TIMEOUT_S:g} s")
    except OSError as error:
        return Probe(error=f"cannot start {python}: {error.strerror}")


class _LastLines:
    """Reads what a worker prints, so that it never waits for a reader, and keeps the last lines."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._thread = threading.Thread(target=self._read, args=(stream, name), name=f"log-{name}", daemon=True)
        self._thread.start()

    def last(self) -> str:
        """Return the last line of a worker that has ended; empty where it said nothing."""
        self._thread.join(_END_TIMEOUT_S)
        return self._lines[-1][:_MAX_QUOTE] if self._lines else ""

    def _read(self, stream: IO[bytes], name: str) -> None:
        with stream:
            while line := stream.readline(_MAX_LINE_BYTES):
                text = line.decode(errors="replace").strip()
                if text:
                    self._lines.append(text)
                    _log.debug("%s: %s", name, text)


def _start(command: list[str], descriptor: int) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603  # the interpreter that the user named
            command,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,  # SDKs print their errors on either
            pass_fds=[descriptor],
            start_new_session=True,  # an interrupt from the keyboard is for Camloom, which then ends the worker
        )
    except OSError as error:
        hint = "Name a Python interpreter in the variable CAMLOOM_PYTHON_ of this runtime"
        raise ModelError(f"cannot start {command[0]}: {error.strerror}", hint) from error


def _environment() -> dict[str, str]:
    """Return the environment without what steers our own Python: the other one would load our packages."""
    ours = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")
    return {name: value for name, value in os.environ.items() if name not in ours}


def _end(process: subprocess.Popen[bytes], control: socket.socket) -> None:
    control.close()  # the worker takes that as the end
    try:
        process.wait(_END_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _hang_up(connection: socket.socket, *memory: SharedTensors) -> None:
    connection.close()
    for each in memory:
        each.close()


def _how_it_ended(process: subprocess.Popen[bytes]) -> str:
    try:
        code = process.wait(_END_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return "broke off the conversation"
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
