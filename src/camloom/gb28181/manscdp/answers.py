"""What devices tell: their channels, who they are, how they are, and alarms."""

import re
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element

from camloom.gb28181.manscdp.documents import Document
from camloom.gb28181.manscdp.xml import number_of, text_of

# Where a catalogue tells of a change, Event says which; the channel is gone with these.
GONE = ("DEL",)
_OFFLINE = ("OFF", "OFFLINE", "VLOST", "DEFECT")
# Digits 11 to 13 of an identity: what can send pictures.
_VIDEO_TYPES = ("131", "132")
_NEVER_VIDEO = ("134", "135", "136", "137", "215", "216", "200")
_REGION = re.compile(r"\d{1,8}")


@dataclass(frozen=True, slots=True)
class Channel:
    """One item of a catalogue.

    Attributes:
        event: ADD, DEL, ON, OFF, UPDATE and so on where it tells of a change; else empty.
        parent_id: of another item or of the device; empty for none.
        ptz_type: 0 unknown, 1 dome, 2 half dome, 3 fixed, 4 remote-controlled.
        longitude, latitude: degrees as sent; None for none.
    """

    id: str
    name: str = ""
    manufacturer: str = ""
    model: str = ""
    status: str = "ON"
    parent_id: str = ""
    address: str = ""
    ptz_type: int = 0
    longitude: float | None = None
    latitude: float | None = None
    event: str = ""

    @property
    def is_online(self) -> bool:
        """Whether its device says that it works."""
        return self.status.upper() not in _OFFLINE and self.event.upper() not in _OFFLINE

    @property
    def may_be_video(self) -> bool:
        """Whether it can be a camera: neither a region, a group, an alarm input nor a platform."""
        if _REGION.fullmatch(self.id):
            return False
        return len(self.id) < 13 or self.id[10:13] in _VIDEO_TYPES or self.id[10:13] not in _NEVER_VIDEO


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """Who a device says it is."""

    name: str
    manufacturer: str
    model: str
    firmware: str


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """How a device says it is."""

    online: bool
    ok: bool
    device_time: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm of a device.

    Attributes:
        device_id: what raised it: the device, a channel, or an alarm input.
        priority: 1 (highest) to 4; 0 unknown.
        method: 1 phone, 2 device, 3 SMS, 4 GPS, 5 video, 6 fault, 7 other; 0 unknown.
        kind: AlarmType, whose meaning depends on the method; 0 for none.
        time: as the device writes it, normally its local time without a zone.
    """

    device_id: str
    priority: int
    method: int
    kind: int
    time: str
    description: str
    longitude: float | None
    latitude: float | None


def read_channels(document: Document) -> list[Channel]:
    """Return the items of a part of a catalogue, or of a notice of changes; those without an id are passed over."""
    items = document.root.findall("DeviceList/Item") or document.root.findall("DeviceList/DeviceList/Item")
    return [channel for channel in map(_channel, items) if channel.id]


def read_sum(document: Document) -> int | None:
    """Return how many items the catalogue says it has; None if it does not say."""
    number = number_of(document.root, "SumNum")
    return int(number) if number is not None and number >= 0 else None


def read_info(document: Document) -> DeviceInfo:
    """Return who a device is."""
    root = document.root
    return DeviceInfo(*(text_of(root, name) for name in ("DeviceName", "Manufacturer", "Model", "Firmware")))


def read_status(document: Document) -> DeviceStatus:
    """Return how a device is."""
    root = document.root
    return DeviceStatus(
        online=text_of(root, "Online").upper() != "OFFLINE",
        ok=text_of(root, "Status").upper() in ("OK", ""),
        device_time=text_of(root, "DeviceTime", 32),
    )


def read_alarm(document: Document) -> Alarm:
    """Return an alarm."""
    root = document.root
    return Alarm(
        device_id=document.device_id,
        priority=_small(root, "AlarmPriority"),
        method=_small(root, "AlarmMethod"),
        kind=_small(root, "Info/AlarmType") or _small(root, "AlarmType"),
        time=text_of(root, "AlarmTime", 32),
        description=text_of(root, "AlarmDescription"),
        longitude=number_of(root, "Longitude"),
        latitude=number_of(root, "Latitude"),
    )


def device_time(now: datetime) -> str:
    """Return a time as GB/T 28181 writes it: local, to the millisecond, without a zone."""
    return now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}"


def _channel(item: Element) -> Channel:
    return Channel(
        id=text_of(item, "DeviceID", 64),
        name=text_of(item, "Name"),
        manufacturer=text_of(item, "Manufacturer"),
        model=text_of(item, "Model"),
        status=text_of(item, "Status", 16) or "ON",
        parent_id=text_of(item, "ParentID", 128).rpartition("/")[2],
        address=text_of(item, "Address"),
        ptz_type=_small(item, "Info/PTZType") or _small(item, "PTZType"),
        longitude=number_of(item, "Longitude"),
        latitude=number_of(item, "Latitude"),
        event=text_of(item, "Event", 16),
    )


def _small(element: Element, path: str) -> int:
    number = number_of(element, path)
    return int(number) if number is not None and 0 <= number < 1000 else 0
