"""What a simulated camera says in MANSCDP: bodies of answers and notices, as real ones write them."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

CONTENT_TYPE = "Application/MANSCDP+xml"
_ENCODINGS = {"gb2312": "GB2312", "gb18030": "GB18030", "utf-8": "UTF-8"}


@dataclass(frozen=True)
class Channel:
    """One camera behind a device."""

    id: str
    name: str = "摄像机"
    status: str = "ON"
    parent: str = ""


@dataclass(frozen=True)
class Query:
    """What somebody asks for or orders."""

    root: str
    kind: str
    sn: str
    device_id: str
    text: str

    def field(self, name: str) -> str:
        """The text of the first element of that name."""
        return _field(self.text, name)


def read(body: bytes) -> Query:
    """Read as a simple camera does: with patterns."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("gb18030", "replace")
    root = re.search(r"<(Query|Control|Notify|Response)>", text)
    return Query(root[1] if root else "", _field(text, "CmdType"), _field(text, "SN"), _field(text, "DeviceID"), text)


def _field(text: str, name: str) -> str:
    found = re.search(rf"<{name}>([^<]*)</{name}>", text)
    return found[1].strip() if found else ""


def encode(xml: str, charset: str, habits: Collection[str] = ()) -> tuple[bytes, int]:
    """The body and the length that its sender declares for it."""
    text = f'<?xml version="1.0" encoding="{_ENCODINGS[charset]}"?>\r\n{xml}'
    if "content-length-gb" in habits:  # measured in one encoding, sent in another
        return text.encode("utf-8"), len(text.encode("gb18030"))
    body = text.encode("gb18030" if charset == "gb2312" else charset, "replace")
    return body, len(body) - (12 if "content-length-short" in habits else 0)


def element(**fields: object) -> str:
    return "".join(f"<{name}>{escape(str(value))}</{name}>\r\n" for name, value in fields.items())


def notice(root: str, kind: str, sn: object, device_id: str, inner: str) -> str:
    head = element(CmdType=kind, SN=sn, DeviceID=device_id)
    return f"<{root}>\r\n{head}{inner}</{root}>\r\n"


def catalog_parts(
    query_sn: str, device_id: str, channels: Sequence[Channel], part: int, habits: Collection[str]
) -> Iterator[str]:
    """The answer to a catalog query, `part` items a message."""
    items = [_item(channel, device_id, habits) for channel in channels]
    if "catalog-duplicates" in habits:
        items = [item for item in items for _ in range(2)]
    total = 0 if "sumnum-0" in habits else len(items) + (3 if "sumnum-wrong" in habits else 0)
    for at in range(0, max(1, len(items)), part):
        group = items[at : at + part]
        inner = f'<SumNum>{total}</SumNum>\r\n<DeviceList Num="{len(group)}">\r\n{"".join(group)}</DeviceList>\r\n'
        yield notice("Response", "Catalog", query_sn, device_id, inner)


def catalog_change(sn: object, device_id: str, channel: Channel, event: str) -> str:
    """What a subscriber of the catalog is told; `event` such as ON, OFF, ADD, DEL, UPDATE."""
    item = element(DeviceID=channel.id, Event=event)
    if event in ("ADD", "UPDATE"):
        item += element(Name=channel.name, Status=channel.status)
    inner = f'<SumNum>1</SumNum>\r\n<DeviceList Num="1">\r\n<Item>\r\n{item}</Item>\r\n</DeviceList>\r\n'
    return notice("Notify", "Catalog", sn, device_id, inner)


def _item(channel: Channel, device_id: str, habits: Collection[str]) -> str:
    dirty = "unescaped-amp" in habits
    name = f"{channel.name} A & B <1" if dirty else escape(channel.name)
    parental = 65535 if "parental-65535" in habits else 0
    fields = element(
        Manufacturer="Simulated",
        Model="S1",
        Owner="Owner",
        CivilCode=channel.id[:6],
        Address="Gate",
        Parental=parental,
        ParentID=channel.parent or device_id,
        SafetyWay=0,
        RegisterWay=1,
        Secrecy=0,
        Status=channel.status,
        Longitude=116.3,
        Latitude=39.9,
    )
    info = f"<Info>\r\n{element(PTZType=1)}</Info>\r\n"
    return f"<Item>\r\n<DeviceID>{channel.id}</DeviceID>\r\n<Name>{name}</Name>\r\n{fields}{info}</Item>\r\n"


def device_info(sn: str, device_id: str, channels: int, manufacturer: str) -> str:
    inner = element(
        Result="OK",
        DeviceName="NVR",
        Manufacturer=manufacturer,
        Model="S1",
        Firmware="V1.0",
        Channel=channels,
    )
    return notice("Response", "DeviceInfo", sn, device_id, inner)


def device_status(sn: str, device_id: str) -> str:
    inner = element(
        Result="OK", Online="ONLINE", Status="OK", Encode="ON", Record="OFF", DeviceTime="2026-11-29T01:02:03"
    )
    return notice("Response", "DeviceStatus", sn, device_id, inner)


def alarm(sn: object, channel: str, *, method: int, priority: int, kind: int, text: str, at: str) -> str:
    fields = element(
        AlarmPriority=priority, AlarmMethod=method, AlarmTime=at, AlarmDescription=text, Longitude=116.3, Latitude=39.9
    )
    info = f"<Info>\r\n{element(AlarmType=kind)}</Info>\r\n" if kind else ""
    return notice("Notify", "Alarm", sn, channel, fields + info)


def media_status(sn: object, channel: str) -> str:
    return notice("Notify", "MediaStatus", sn, channel, element(NotifyType=121))
