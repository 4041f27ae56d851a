"""What Camloom tells the platform above of itself."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from importlib.metadata import version

from camloom.gb28181.cascade.config import CascadeConfig, ChannelConfig
from camloom.gb28181.manscdp.answers import device_time
from camloom.gb28181.manscdp.xml import Tree

_MANUFACTURER, _MODEL = "Camloom", "Analytics"
# By UDP a part must fit into one datagram that no network cuts: some platforms never see the rest of a cut one.
_ITEMS_A_PART = {"udp": 1, "tcp": 8}


def catalog_parts(config: CascadeConfig, online: Mapping[str, bool]) -> Iterator[Tree]:
    """Yield the children of each answer to a catalogue query.

    Args:
        online: by id of channel; one that is missing is online.
    """
    channels, step = config.channels, _ITEMS_A_PART[config.upstream.transport]
    for at in range(0, len(channels), step):
        group = channels[at : at + step]
        items = [_item(config, one, online.get(one.id, True)) for one in group]
        yield _device_list(len(channels), items)


def catalog_change(channel: ChannelConfig, event: str) -> Tree:
    """Return the children of a notice to whoever subscribed to the catalogue; `event` ON or OFF."""
    return _device_list(1, [(("DeviceID", channel.id), ("Event", event))])


def device_info(config: CascadeConfig) -> Tree:
    """Return the children of a DeviceInfo answer."""
    return (
        ("Result", "OK"),
        ("DeviceName", config.name),
        ("Manufacturer", _MANUFACTURER),
        ("Model", _MODEL),
        ("Firmware", version("camloom")),
        ("Channel", str(len(config.channels))),
    )


def device_status(now: datetime) -> Tree:
    """Return the children of a DeviceStatus answer."""
    return (
        ("Result", "OK"),
        ("Online", "ONLINE"),
        ("Status", "OK"),
        ("Encode", "ON"),
        ("Record", "OFF"),
        ("DeviceTime", device_time(now)),
    )


def _device_list(total: int, items: Sequence[Tree]) -> Tree:
    return ("SumNum", str(total)), ("DeviceList", [("Item", item) for item in items])


def _item(config: CascadeConfig, channel: ChannelConfig, online: bool) -> Tree:
    fields: list[tuple[str, str]] = [
        ("DeviceID", channel.id),
        ("Name", channel.name or channel.id),
        ("Manufacturer", _MANUFACTURER),
        ("Model", _MODEL),
        ("Owner", config.name),
        ("CivilCode", channel.id[:6]),
        ("Address", channel.address),
        ("Parental", "0"),
        ("ParentID", config.id),
        ("SafetyWay", "0"),
        ("RegisterWay", "1"),
        ("Secrecy", "0"),
        ("Status", "ON" if online else "OFF"),
    ]
    if channel.longitude is not None and channel.latitude is not None:
        fields += [("Longitude", f"{channel.longitude:.6f}"), ("Latitude", f"{channel.latitude:.6f}")]
    return fields
