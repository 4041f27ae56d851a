"""What this machine is, and what runs on it."""

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

from camloom import __version__, plugins

_CPUINFO = Path("/proc/cpuinfo")
_MODEL = Path("/proc/device-tree/model")
_TOLD = ("openvino", "onnxruntime", "av", "numpy")


def hardware() -> dict[str, Any]:
    """Return processor, cores, memory, accelerators and system."""
    return {
        "processor": _processor(),
        "machine": platform.machine(),
        "board": _read(_MODEL),
        "cores": psutil.cpu_count(logical=False) or psutil.cpu_count() or 1,
        "threads": psutil.cpu_count() or 1,
        "memory_bytes": psutil.virtual_memory().total,
        "accelerators": _accelerators(),
        "system": f"{platform.system()} {platform.release()}",
    }


def versions() -> dict[str, str]:
    """Return the versions of Camloom and of what matters to it."""
    found = {"camloom": __version__, "python": platform.python_version()}
    for name in _TOLD:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    for line in _read(_CPUINFO).splitlines():
        key, _, value = line.partition(":")
        if key.strip() in ("model name", "Model"):
            return value.strip()
    return platform.processor() or platform.machine()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip("\0\n ")
    except OSError:
        return ""


def _accelerators() -> list[str]:
    """Return the runtimes that work here: each stands for a device of its kind."""
    return [info.name for info in plugins.describe(["runtimes"]) if info.available]
