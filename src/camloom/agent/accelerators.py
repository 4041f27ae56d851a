"""How busy the accelerator of this machine is: an NVIDIA device by its library, others by what Linux tells of them."""

import importlib
import re
import time
from collections.abc import Callable
from pathlib import Path

Use = tuple[float, float | None]
"""Shares of time and of memory, 0 to 1; memory None: it cannot be told, or is that of the machine."""

_SYS = Path("/sys")
# Jetson: in thousandths.
_JETSON = ("devices/gpu.0/load", "devices/platform/gpu.0/load", "devices/platform/bus@0/*.gpu/load")
# Rockchip and other boards with devfreq: "37@800000000Hz".
_DEVFREQ = ("class/devfreq/*npu*/load", "class/devfreq/*gpu*/load")
# Intel NPU: how long it has worked since it was loaded, in microseconds.
_BUSY_US = "class/accel/accel*/device/npu_busy_time_us"
_LEADING_NUMBER = re.compile(r"\s*(\d{1,18})")


class AcceleratorMeter:
    """Tells how busy the first accelerator is that can be asked.

    Args:
        sys: where Linux tells of devices.
        clock: seconds, as `time.monotonic`.
        nvidia: returns the use of the first NVIDIA device; None: there is none.
    """

    def __init__(
        self,
        sys: Path = _SYS,
        clock: Callable[[], float] = time.monotonic,
        nvidia: Callable[[], Use | None] | None = None,
    ) -> None:
        self._sys, self._clock, self._nvidia = sys, clock, nvidia or nvidia_use
        self._busy: tuple[float, int] | None = None

    def __call__(self) -> Use | None:
        """Return its use; None: there is none, or nothing tells of it."""
        if (found := self._nvidia()) is not None:
            return found
        shares = (
            self._number(_JETSON, most=1000),
            self._busy_share(),
            self._number(_DEVFREQ, most=100),
        )
        share = next((one for one in shares if one is not None), None)
        return None if share is None else (share, None)

    def _number(self, places: tuple[str, ...], most: int) -> float | None:
        found = [number for place in places for path in self._sys.glob(place) if (number := _read(path)) is not None]
        return min(1.0, found[0] / most) if found else None

    def _busy_share(self) -> float | None:
        """Return the share of the time since the last call; None at the first one."""
        path = next(iter(sorted(self._sys.glob(_BUSY_US))), None)
        busy_us = None if path is None else _read(path)
        if busy_us is None:
            return None
        now_s, before = self._clock(), self._busy
        self._busy = (now_s, busy_us)
        if before is None or now_s <= before[0]:
            return None
        # The counter begins anew with the driver.
        return min(1.0, max(0.0, (busy_us - before[1]) / 1e6 / (now_s - before[0])))


def nvidia_use() -> Use | None:
    """Return the use of the first NVIDIA device; None where there is none, or nothing to ask it with."""
    try:
        nvml = importlib.import_module("pynvml")
        nvml.nvmlInit()
        device = nvml.nvmlDeviceGetHandleByIndex(0)
        rates, memory = nvml.nvmlDeviceGetUtilizationRates(device), nvml.nvmlDeviceGetMemoryInfo(device)
        return rates.gpu / 100, memory.used / memory.total
    except Exception:  # noqa: BLE001  # it raises what its driver says, and what that is called is its own
        return None


def _read(path: Path) -> int | None:
    """Return the number with which a file begins; None: it cannot be read, or says none."""
    try:
        with path.open(encoding="ascii", errors="replace") as file:
            found = _LEADING_NUMBER.match(file.read(64))
    except OSError:
        return None
    return int(found[1]) if found else None
