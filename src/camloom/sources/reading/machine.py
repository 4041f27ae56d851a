"""How busy this machine is, as the kernel counts it."""

from pathlib import Path

_STAT = Path("/proc/stat")


class IdleCpu:
    """Tells what share of all cores did nothing since it was last asked.

    Args:
        stat: the kernel's counters (proc(5), `/proc/stat`); elsewhere than on Linux there are none.
    """

    def __init__(self, stat: Path = _STAT) -> None:
        self._stat = stat
        self._last = self._read()

    def __call__(self) -> float | None:
        """Return the idle share, 0..1; None where the kernel does not say."""
        now = self._read()
        if now is None or self._last is None:
            return None
        idle, total = now[0] - self._last[0], now[1] - self._last[1]
        self._last = now
        return idle / total if total > 0 else None

    def _read(self) -> tuple[int, int] | None:
        """Return jiffies idle (waiting for disks counts as idle) and in all."""
        try:
            fields = [int(field) for field in self._stat.read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]]
        except (OSError, ValueError):
            return None
        return fields[3] + fields[4], sum(fields)
