"""Loads and runs a model once in a child process: what would end this process is one clear line instead.

Native loaders trust their files. A damaged or hostile one may crash them, hang them or take all memory; each of
the scripts here that is run this way loads a file and runs it on an empty canvas, under limits.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from camloom.errors import ModelError

_TIMEOUT_S = 120
_LONGEST_REASON = 200
_HINT = "The file is damaged, made for another version, or needs operators that this runtime does not have"


def try_in_child(script: str, request: Mapping[str, object], path: Path, runtime: str) -> dict[str, Any]:
    """Run a script of this folder on a model and return what it found out.

    Args:
        script: name of a file beside this one; reads a JSON object from standard input and writes one.
        request: what it is told.
        path: the model, for the error.
        runtime: who reads it, for the error.

    Raises:
        ModelError: the script ended with an error, crashed, or took too long.
    """
    # -P keeps this folder out of the child's path: its modules have the names of the packages they use.
    command = [sys.executable, "-P", str(Path(__file__).with_name(script))]
    try:
        done = subprocess.run(  # noqa: S603  # our own script under our own interpreter
            command, input=json.dumps(request).encode(), capture_output=True, timeout=_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ModelError(f"{runtime} cannot use {path.name}: no answer within {_TIMEOUT_S} s", _HINT) from error
    answer = _last_json(done.stdout)
    if done.returncode == 0 and "error" not in answer and answer:
        return answer
    reason = str(answer.get("error", "")) or _end_of(done.returncode)
    said = _last_line(done.stderr)
    told = f"{reason} ({said})" if said and said not in reason else reason
    raise ModelError(f"{runtime} cannot use {path.name}: {told[:_LONGEST_REASON]}", _HINT)


def answer_parent(work: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Do the work of a child process: read the request, answer with what `work` makes of it, or with the error."""
    try:
        answer = work(json.load(sys.stdin))
    except Exception as error:  # noqa: BLE001  # whatever a native loader raises is the answer
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        answer = {"error": lines[0] if lines else type(error).__name__}
    sys.stdout.write("\n" + json.dumps(answer) + "\n")
    sys.stdout.flush()


def limit_memory(max_bytes: int = 8 << 30) -> None:
    """Bound the address space of this process, where the system can. Not for GPUs: their drivers take far more."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (max_bytes, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _last_json(output: bytes) -> dict[str, Any]:
    lines = output.decode("utf-8", "replace").split("\n")
    for line in reversed(lines):
        if line.startswith("{"):
            try:
                found = json.loads(line)
            except ValueError:
                return {}
            return found if isinstance(found, dict) else {}
    return {}


def _last_line(output: bytes) -> str:
    lines = [line.strip() for line in output.decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1] if lines else ""


def _end_of(code: int) -> str:
    if code < 0:
        known = {each.value: each.name for each in signal.Signals}
        return f"it ends the whole process with {known.get(-code, f'signal {-code}')}"
    return f"the trial ended with code {code}"
