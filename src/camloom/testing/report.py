"""What a conformance suite found, on which machine and with which versions."""

import json
import os
import platform
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Literal

Outcome = Literal["passed", "failed", "does not apply"]

_FORMAT = 1


def describe_host() -> dict[str, str]:
    """Return what matters of this machine; its name is left out."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count() or 0),
        "memory_mib": _memory_mib(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
    }


def loaded_versions() -> dict[str, str]:
    """Return the versions of the packages that this process has imported."""
    tops = {name.partition(".")[0] for name in sys.modules}
    found = {package for top, packages in packages_distributions().items() if top in tops for package in packages}
    return {package: version(package) for package in sorted(found, key=str.lower)}


def _processor() -> str:
    return _field(Path("/proc/cpuinfo"), "model name") or platform.processor() or platform.machine()


def _memory_mib() -> str:
    kib = _field(Path("/proc/meminfo"), "MemTotal").removesuffix(" kB")
    return str(int(kib) // 1024) if kib.isdigit() else "unknown"


def _field(path: Path, name: str) -> str:
    """Return the first value of a `name : value` file; empty where there is no such file."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")


@dataclass(frozen=True, slots=True)
class Check:
    """One promise and whether it was kept.

    Attributes:
        detail: the figure behind a pass, or the reason of the rest.
    """

    name: str
    outcome: Outcome
    detail: str
    duration_s: float


@dataclass(frozen=True, slots=True)
class Report:
    """What a suite found.

    Attributes:
        runtime: its registered name.
        device: as asked for; empty: the usual one.
        description: of the compiled model, such as `CPU f32`.
        model: name of the card that was tried as well; empty if none was.
        checks: in the order they ran.
        host: processor, cores, memory, system.
        versions: of the packages that were loaded.
        finished_at: UTC, ISO 8601.
    """

    runtime: str
    device: str
    description: str
    model: str
    checks: tuple[Check, ...]
    host: dict[str, str] = field(default_factory=describe_host)
    versions: dict[str, str] = field(default_factory=loaded_versions)
    finished_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    @property
    def ok(self) -> bool:
        """Whether nothing failed, and more was tried than was left out: a device without files proves nothing."""
        return not self.failed and self.count("passed") > self.count("does not apply")

    @property
    def failed(self) -> list[Check]:
        """The promises that were not kept."""
        return [check for check in self.checks if check.outcome == "failed"]

    def count(self, outcome: Outcome) -> int:
        """Return how many checks ended like this."""
        return sum(check.outcome == outcome for check in self.checks)

    def to_json(self) -> str:
        """Return the report as a JSON document."""
        document = {"format": _FORMAT, "ok": self.ok, **asdict(self)}
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
