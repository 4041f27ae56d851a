"""Work that could harm the agent, since it decodes what strangers send or computes for long: in processes of its own.

What to do comes by the standard input, since passwords are in it, and the answer goes by the standard output.
"""

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

from camloom.errors import CamloomError, SourceError
from camloom.phrases import Phrase

_WORK = {
    "probe": ("camloom.agent.looking", "look_at_source"),
    "discover": ("camloom.agent.looking", "look_around"),
    "what_if": ("camloom.agent.trying", "what_if"),
    "import_model": ("camloom.agent.guessing", "import_model"),
    "try_model": ("camloom.agent.guessing", "try_model"),
    "add_state_example": ("camloom.agent.teaching", "add_example"),
    "train_state": ("camloom.agent.teaching", "train_place"),
    "judge_state": ("camloom.agent.teaching", "judge_place"),
}
# Files of strangers, which a runtime loads as they are; and what takes all of a core for a while.
_BOUNDED = frozenset({"import_model", "try_model", "train_state"})
_MEMORY_SHARE, _LEAST_MEMORY_BYTES = 0.5, 2 << 30
_FILE_BYTES = 4 << 30
_READY = b"\n"
_PROGRAM = "from camloom.agent.child import main; main()"
_MOST_BYTES = 24 << 20
_PR_SET_PDEATHSIG = 1
Process: TypeAlias = subprocess.Popen[bytes]


class ChildError(CamloomError):
    """What a child said that went wrong.

    Args:
        reason: short code, see `SourceError`.
    """

    def __init__(self, message: str, hint: str = "", *, reason: str = "") -> None:
        super().__init__(message, hint)
        self.reason = reason


def begin_child(*kinds: str) -> Process:
    """Begin a process that waits for a piece of work; it ends with the thread that has begun it.

    Args:
        kinds: what it may be asked for: it imports what that needs while it waits.
    """
    return subprocess.Popen(  # noqa: S603  # our own module under our own interpreter
        [sys.executable, "-P", "-c", _PROGRAM, *kinds],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # FFmpeg prints addresses, passwords included
        start_new_session=True,  # with whatever it starts itself, it can be ended
    )


def run_child(kind: str, arguments: dict[str, Any], timeout_s: float, process: Process | None = None) -> dict[str, Any]:
    """Do one piece of work in a process of its own and return its result.

    Args:
        process: one that has begun already; it ends with the work.

    Raises:
        ChildError: it went wrong, crashed, or took too long; then it is killed.
    """
    process = process or begin_child()
    late = threading.Event()

    def give_up() -> None:
        late.set()
        end_child(process)

    timer = threading.Timer(timeout_s, give_up)
    timer.start()
    try:
        ready, answer = _exchange(process, json.dumps({"kind": kind, "arguments": arguments}).encode())
    finally:
        timer.cancel()
        end_child(process)
        process.wait()
    if late.is_set():
        raise _too_late(timeout_s, ready=ready)
    return _result(answer)


def end_child(process: Process) -> None:
    """Kill a process, and whatever it has started itself."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _too_late(timeout_s: float, *, ready: bool) -> ChildError:
    told = f"it took longer than {round(timeout_s, 1):g} s"
    if ready:
        return ChildError(told, "Try again; ask for less", reason="timeout")
    return ChildError(f"{told} to begin", "This host has too much to do: try again", reason="host-busy")


def _exchange(process: Process, question: bytes) -> tuple[bool, bytes]:
    """Return whether it had begun, and what it answered."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(OSError):  # it has died: there will be no answer
        process.stdin.write(question)
        process.stdin.close()
    with process.stdout:
        return process.stdout.read(len(_READY)) == _READY, process.stdout.read(_MOST_BYTES + 1)


def _result(answer: bytes) -> dict[str, Any]:
    if len(answer) > _MOST_BYTES:
        raise ChildError("the answer is too long", "Ask for less, such as a shorter time", reason="too-long")
    try:
        document = json.loads(answer)
        hint, reason = (str(document.get(key, "")) for key in ("hint", "reason"))
        wrong, result = _phrase(document), document.get("result", {})
    except (ValueError, AttributeError, TypeError) as error:
        told = "the process that looked at it crashed"
        raise ChildError(told, "What it was given may be damaged", reason="crash") from error
    if wrong:
        raise ChildError(wrong, hint, reason=reason)
    return dict(result)


def _phrase(document: dict[str, Any]) -> Phrase:
    return Phrase(str(document.get("error", "")), str(document.get("code", "")), **document.get("values", {}))


def main() -> None:
    """Be such a process."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        return
    out = os.dup(1)
    os.dup2(2, 1)  # whatever else prints does not get between
    for kind in sys.argv[1:]:
        import_module(_WORK[kind][0])
    asked = json.load(sys.stdin)
    module, function = _WORK[asked["kind"]]
    if asked["kind"] in _BOUNDED:
        _bound()
    work = getattr(import_module(module), function)
    os.write(out, _READY)
    with os.fdopen(out, "w", encoding="utf-8") as answer:
        json.dump(_answer(work, asked["arguments"]), answer)


def _bound() -> None:
    """Take less than the streams get, and never all: a model may ask for any memory."""
    total_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    bound_bytes = max(_LEAST_MEMORY_BYTES, round(_MEMORY_SHARE * total_bytes))
    for kind, bound in ((resource.RLIMIT_DATA, bound_bytes), (resource.RLIMIT_FSIZE, _FILE_BYTES)):
        hard = resource.getrlimit(kind)[1]
        least = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(kind, (least, least))
    os.nice(10)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")  # before a stream is ended, this is


def _answer(work: Callable[[dict[str, Any]], dict[str, Any]], arguments: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"result": work(arguments)}
    except CamloomError as error:
        reason = error.reason if isinstance(error, SourceError) else ""
        told = {"error": error.message, "code": error.phrase.code, "values": dict(error.phrase.values)}
        return {**told, "hint": error.hint, "reason": reason}
    except Exception as error:  # noqa: BLE001  # its text may hold anything, the password of the camera too
        return {"error": f"unexpected {type(error).__name__}", "hint": "", "reason": "unexpected"}
