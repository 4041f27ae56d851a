"""How much memory there is to be had, for this process and those it starts."""

from collections.abc import Iterator
from pathlib import Path

_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/proc/self/cgroup")
_CGROUPS = Path("/sys/fs/cgroup")
_V2 = ("memory.max", "memory.current", "inactive_file")
_V1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")


def available_bytes(meminfo: Path = _MEMINFO, cgroup: Path = _CGROUP, cgroups: Path = _CGROUPS) -> int | None:
    """Return what is left, of the machine or of the container that this runs in; None where the kernel does not say.

    Args:
        meminfo: of the machine (proc(5), `/proc/meminfo`).
        cgroup: names the groups of this process (cgroups(7)).
        cgroups: where the groups are.
    """
    known = [each for each in (_of_machine(meminfo), _of_group(cgroup, cgroups)) if each is not None]
    return min(known, default=None)


def _of_machine(meminfo: Path) -> int | None:
    try:
        lines = meminfo.read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError, StopIteration, IndexError):
        return None


def _of_group(cgroup: Path, cgroups: Path) -> int | None:
    """Return what the tightest limit on the way up leaves."""
    try:
        lines = [line.split(":", 2) for line in cgroup.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return None
    groups = [(cgroups, _V2, path) for _, kinds, path in lines if not kinds]
    groups += [(cgroups / "memory", _V1, path) for _, kinds, path in lines if kinds == "memory"]
    left = [_left_in(folder, names) for top, names, path in groups for folder in _up(top, path)]
    return min((each for each in left if each is not None), default=None)


def _up(top: Path, path: str) -> Iterator[Path]:
    """Yield a group and those that it is in; in a container only the uppermost may be seen."""
    group = top / path.lstrip("/")
    yield from (folder for folder in (group, *group.parents) if folder.is_relative_to(top))


def _left_in(group: Path, names: tuple[str, str, str]) -> int | None:
    """Return what a group may still take; what it keeps of files for speed counts as free."""
    most, current, files = names
    try:
        limit = int((group / most).read_text(encoding="ascii"))
        used = int((group / current).read_text(encoding="ascii"))
        stat = dict(line.split() for line in (group / "memory.stat").read_text(encoding="ascii").splitlines())
        return limit - used + int(stat.get(files, 0))
    except (OSError, ValueError):
        return None  # such as "max": no limit
