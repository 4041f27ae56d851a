"""What a program costs: wall time, CPU time and memory of it and its children, and what others did meanwhile.

Linux only: `/proc` is the source of all but the clock.
"""

import json
import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from camloom.errors import CamloomError

_PROC = Path("/proc")
_SAMPLE_S = 1.0


@dataclass(frozen=True, slots=True)
class ProcessRun:
    """One finished command.

    Attributes:
        returncode: its exit code; negative: ended by that signal.
        wall_s: from start to end.
        cpu_s: user and system time of it and of the children that it waited for.
        mib: PSS of its process tree, sampled once a second; the last sample.
        peak_mib: the largest sample.
        others_share: CPU time of all other processes meanwhile, as a share of all cores, 0..1.
    """

    returncode: int
    stdout: str
    stderr: str
    wall_s: float
    cpu_s: float
    mib: float
    peak_mib: float
    others_share: float

    def json(self) -> dict[str, Any]:
        """Return the last line of its output, which the benchmark programs print as JSON.

        Raises:
            CamloomError: it failed, or printed something else. The last line of its errors says why.
        """
        lines = self.stdout.strip().splitlines()
        with suppress(IndexError, ValueError):
            document = json.loads(lines[-1])
            if self.returncode == 0 and isinstance(document, dict):
                return document
        reason = (self.stderr.strip().splitlines() or ["it printed no result"])[-1]
        raise CamloomError(f"the measured program failed with exit code {self.returncode}: {reason}")


class LoadOfOthers:
    """Tells how busy other processes keep this machine while this one and its children work."""

    def __init__(self) -> None:
        self._wall_s, self._others_s = time.monotonic(), _busy_s() - _own_s()

    def share(self) -> float:
        """Return their CPU time since the start as a share of all cores, 0..1.

        Children count as ours once they have ended. Time stolen by other virtual machines counts as others'.
        """
        wall_s = max(time.monotonic() - self._wall_s, 1e-6)
        others_s = _busy_s() - _own_s() - self._others_s
        return min(max(others_s / wall_s / (os.cpu_count() or 1), 0.0), 1.0)


def run_measured(command: Sequence[str], timeout_s: float, env: Mapping[str, str] | None = None) -> ProcessRun:
    """Run a command to its end and measure it.

    Args:
        command: program and arguments.
        timeout_s: after this it and its children are ended.
        env: variables to set besides this process's own.

    Raises:
        CamloomError: it cannot be started, or took too long.
    """
    load, started_s = LoadOfOthers(), time.monotonic()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        with _started(command, os.environ | dict(env or {}), (out.fileno(), err.fileno())) as process:
            cpu_s, samples = _watch(process, started_s + timeout_s)
        wall_s = time.monotonic() - started_s
        out.seek(0)
        err.seek(0)
        text, errors = out.read(), err.read()
    mib = samples or [0.0]
    return ProcessRun(process.returncode, text, errors, wall_s, cpu_s, mib[-1], max(mib), load.share())


@contextmanager
def _started(
    command: Sequence[str], env: Mapping[str, str], outputs: tuple[int, int]
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a command in a process group of its own; whatever of the group is left at the end is killed."""
    try:
        process = subprocess.Popen(  # noqa: S603  the benchmark's own commands
            command, env=env, stdin=subprocess.DEVNULL, stdout=outputs[0], stderr=outputs[1], start_new_session=True
        )
    except OSError as error:
        raise CamloomError(f"cannot start {command[0]}: {error.strerror}") from error
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        if process.returncode is None:
            process.wait()


def _watch(process: subprocess.Popen[bytes], deadline_s: float) -> tuple[float, list[float]]:
    """Wait for the end; return CPU s and the memory samples in MiB."""
    samples: list[float] = []
    exit_fd = os.pidfd_open(process.pid)
    try:
        poll = select.poll()
        poll.register(exit_fd, select.POLLIN)
        while not poll.poll(_SAMPLE_S * 1000):
            samples.append(pss_mib(process.pid))
            if time.monotonic() > deadline_s:
                raise CamloomError(f"{process.args!r} did not end in time", "Give it longer or fewer streams")
    finally:
        os.close(exit_fd)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, samples


def pss_mib(pid: int | None = None) -> float:
    """Return the memory of a process and all below it, shared pages counted by share, in MiB.

    Args:
        pid: default: this process.
    """
    return sum(_pss_kib(each) for each in _tree(pid or os.getpid())) / 1024


def _pss_kib(pid: int) -> int:
    with suppress(OSError):
        for line in (_PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def _tree(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def _parents() -> Iterator[tuple[int, int]]:
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                # The name in brackets may hold anything, so the fields count from its end: state, parent, ...
                after_name = (folder / "stat").read_text(errors="replace").rpartition(")")[2]
                yield int(folder.name), int(after_name.split()[1])


def _own_s() -> float:
    """CPU seconds of this process and of the children that have ended."""
    return sum(os.times()[:4])


def _busy_s() -> float:
    """CPU seconds of everything on this machine: user, nice, system, irq, softirq, steal."""
    fields = (_PROC / "stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
    user, nice, system, _idle, _iowait, irq, softirq, steal = (int(field) for field in fields[:8])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
