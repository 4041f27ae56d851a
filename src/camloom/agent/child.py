"""Work that could harm the agent, since it decodes what strangers send or computes for long: in processes of its own.

What to do comes by the standard input, since passwords are in it, and the answer goes by the standard output.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

from camloom.errors import CamloomError, SourceError

_WORK = {
    "probe": ("camloom.agent.looking", "look_at_source"),
    "discover": ("camloom.agent.looking", "look_around"),
    "what_if": ("camloom.agent.trying", "what_if"),
}
_READY = b"\n"
_PROGRAM = "from camloom.agent.child import main; main()"
_MOST_BYTES = 24 << 20
_PR_SET_PDEATHSIG = 1


class ChildError(CamloomError):
    """What a child said that went wrong.

    Args:
        reason: short code, see `SourceError`.
    """

    def __init__(self, message: str, hint: str = "", *, reason: str = "") -> None:
        super().__init__(message, hint)
        self.reason = reason


def run_child(kind: str, arguments: dict[str, Any], timeout_s: float) -> dict[str, Any]:
    """Do one piece of work in a process of its own and return its result.

    Raises:
        ChildError: it went wrong, crashed, or took too long; then it is killed.
    """
    process = subprocess.Popen(  # noqa: S603  # our own module under our own interpreter
        [sys.executable, "-P", "-c", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # FFmpeg prints addresses, passwords included
    )
    late = threading.Event()

    def give_up() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(timeout_s, give_up)
    timer.start()
    try:
        ready, answer = _exchange(process, json.dumps({"kind": kind, "arguments": arguments}).encode())
    finally:
        timer.cancel()
        process.kill()
        process.wait()
    if late.is_set():
        raise _too_late(timeout_s, ready=ready)
    return _result(answer)


def _too_late(timeout_s: float, *, ready: bool) -> ChildError:
    told = f"it took longer than {round(timeout_s, 1):g} s"
    if ready:
        return ChildError(told, "Try again; ask for less", reason="timeout")
    return ChildError(f"{told} to begin", "This host has too much to do: try again", reason="host-busy")


def _exchange(process: "subprocess.Popen[bytes]", question: bytes) -> tuple[bool, bytes]:
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
        wrong, hint, reason = (str(document.get(key, "")) for key in ("error", "hint", "reason"))
        result = document.get("result", {})
    except (ValueError, AttributeError) as error:
        told = "the process that looked at it crashed"
        raise ChildError(told, "What the camera sends may be damaged", reason="crash") from error
    if wrong:
        raise ChildError(wrong, hint, reason=reason)
    return dict(result)


def main() -> None:
    """Be such a process."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        return
    out = os.dup(1)
    os.dup2(2, 1)  # whatever else prints does not get between
    asked = json.load(sys.stdin)
    module, function = _WORK[asked["kind"]]
    work = getattr(import_module(module), function)
    os.write(out, _READY)
    with os.fdopen(out, "w", encoding="utf-8") as answer:
        json.dump(_answer(work, asked["arguments"]), answer)


def _answer(work: Callable[[dict[str, Any]], dict[str, Any]], arguments: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"result": work(arguments)}
    except CamloomError as error:
        reason = error.reason if isinstance(error, SourceError) else ""
        return {"error": error.message, "hint": error.hint, "reason": reason}
    except Exception as error:  # noqa: BLE001  # its text may hold anything, the password of the camera too
        return {"error": f"unexpected {type(error).__name__}", "hint": "", "reason": "unexpected"}
