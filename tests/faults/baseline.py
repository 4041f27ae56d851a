"""What a process holds: threads, descriptors, children, memory; before a fault, and after it."""

import gc
import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_PROC = Path("/proc/self")
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is held at one moment.

    Attributes:
        threads: names of Python's threads, and the number of all of the process under the name `native`.
        files: what each descriptor is open on, such as `socket` or a path.
        children: pids of child processes, and what they are.
        rss_mib: resident memory.
    """

    threads: Counter[str]
    files: Counter[str]
    children: Counter[str]
    rss_mib: float

    @classmethod
    def take(cls) -> Self:
        """Look at this process."""
        gc.collect()
        threads = Counter(thread.name for thread in threading.enumerate())
        threads["native"] = len(list((_PROC / "task").iterdir()))
        return cls(threads, _files(), _children(), _rss_mib())

    def leaks(self, within_s: float = 5.0, *, spare: Callable[[str], bool] = lambda _name: False) -> list[str]:
        """Return what is held now and was not then, after at most some seconds in which it may still go.

        Args:
            within_s: how long what ends by itself may take.
            spare: tells of what is not to be counted.
        """
        ends_s = time.monotonic() + within_s
        while (found := self._compare(spare)) and time.monotonic() < ends_s:
            time.sleep(0.1)
        return found

    def _compare(self, spare: Callable[[str], bool]) -> list[str]:
        now = Baseline.take()
        pairs = (
            ("thread", now.threads - self.threads),
            ("file", now.files - self.files),
            ("process", now.children - self.children),
        )
        return [f"{what} {name} x{count}" for what, more in pairs for name, count in more.items() if not spare(name)]


def _files() -> Counter[str]:
    found: Counter[str] = Counter()
    for link in (_PROC / "fd").iterdir():
        with suppress(OSError):
            target = str(link.readlink())
            found[target.split(":", maxsplit=1)[0] if ":[" in target else target] += 1
    found.pop(f"/proc/{os.getpid()}/fd", None)
    return found


def _children() -> Counter[str]:
    found: Counter[str] = Counter()
    for task in (_PROC / "task").iterdir():
        with suppress(OSError):
            for pid in (task / "children").read_text().split():
                found[_name_of(int(pid))] += 1
    return found


def _name_of(pid: int) -> str:
    with suppress(OSError):
        line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        return line[:80] or "ended, not waited for"
    return "gone"


def _rss_mib() -> float:
    pages = int((_PROC / "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / _MIB


def slope_mib(samples: list[float]) -> float:
    """Return by how much memory grows from one sample to the next; no outlier moves it (the slope of Theil and Sen)."""
    pairs = [(b - a) / (j - i) for i, a in enumerate(samples) for j, b in enumerate(samples) if j > i]
    ordered = sorted(pairs)
    return ordered[len(ordered) // 2] if ordered else 0.0
