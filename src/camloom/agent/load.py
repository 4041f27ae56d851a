"""How much of this machine is in use."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from camloom.agent.accelerators import AcceleratorMeter, Use
from camloom.exchange import HostLoad

_HOT = ("coretemp", "k10temp", "cpu_thermal", "soc_thermal", "acpitz")


class LoadMeter:
    """Measures since it was last asked.

    Args:
        data: on the disk that counts.
        clock: seconds, as `time.monotonic`.
        accelerator: returns the share of time and of memory of the first accelerator that are in use.
    """

    def __init__(
        self,
        data: Path,
        clock: Callable[[], float] = time.monotonic,
        accelerator: Callable[[], Use | None] | None = None,
    ) -> None:
        self._data = data
        self._clock = clock
        self._accelerator = accelerator or AcceleratorMeter()
        self._network = _network_bytes()
        self._asked_s = clock()
        psutil.cpu_percent()

    def measure(self) -> HostLoad:
        """Return how it is now."""
        memory, used = psutil.virtual_memory(), self._accelerator()
        coming, going = self._network_bps()
        disk, free = self._disk()
        return HostLoad(
            cpu=psutil.cpu_percent() / 100,
            memory=memory.percent / 100,
            memory_bytes=memory.total - memory.available,
            disk=disk,
            disk_free_bytes=free,
            network_in_bps=coming,
            network_out_bps=going,
            temperature_c=_temperature_c(),
            accelerator=None if used is None else used[0],
            accelerator_memory=None if used is None else used[1],
        )

    def _network_bps(self) -> tuple[float, float]:
        now, now_s = _network_bytes(), self._clock()
        before, spent_s = self._network, max(now_s - self._asked_s, 1e-3)
        self._network, self._asked_s = now, now_s
        # Counters begin anew when an interface goes away.
        coming, going = (max(0, new - old) * 8 / spent_s for new, old in zip(now, before, strict=True))
        return coming, going

    def _disk(self) -> tuple[float, int]:
        try:
            disk = psutil.disk_usage(str(self._data))
        except OSError:
            return 0.0, 0
        return disk.percent / 100, disk.free


def _network_bytes() -> tuple[int, int]:
    counters = psutil.net_io_counters(nowrap=True)
    return (counters.bytes_recv, counters.bytes_sent) if counters else (0, 0)


def _temperature_c() -> float | None:
    """Return the temperature of the processor: the hottest of its sensors; None where none is known."""
    sensors: dict[str, Any] = {}
    with suppress(AttributeError, OSError):  # not every system has them
        sensors = psutil.sensors_temperatures()
    for name in _HOT:
        if found := [one.current for one in sensors.get(name, ()) if one.current]:
            return float(max(found))
    return None
