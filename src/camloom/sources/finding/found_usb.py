"""USB cameras of this machine, by the names that do not change when they are plugged in somewhere else."""

from pathlib import Path

from camloom.sources.finding.found import FoundSource, Search
from camloom.sources.xml import clean

BY_ID = Path("/dev/v4l/by-id")
CLASS = Path("/sys/class/video4linux")
_SUFFIX = "-video-index0"
_MAX_FOUND = 256


def find_usb(_search: Search, by_id: Path = BY_ID, device_class: Path = CLASS) -> list[FoundSource]:
    """Return the USB cameras; of each the first of its devices, which is the one that gives pictures.

    Args:
        by_id: links named after maker, model and serial number, as udev makes them.
        device_class: where the kernel tells the name of each video device.
    """
    links = sorted(by_id.glob(f"*{_SUFFIX}"))[:_MAX_FOUND] if by_id.is_dir() else []
    return [_found(link, device_class) for link in links]


def _found(link: Path, device_class: Path) -> FoundSource:
    device = link.resolve()
    told = clean(link.name.removesuffix(_SUFFIX).removeprefix("usb-").replace("_", " "), 64)
    try:
        model = clean((device_class / device.name / "name").read_text(encoding="utf-8", errors="replace"), 64)
    except OSError:
        model = ""
    return FoundSource(type="usb", url=f"usb:{link}", address=str(device), model=model, name=told)
