"""What a search for cameras looks for, and what it finds. A source plug-in that can look around has `discover`."""

from collections.abc import Callable
from dataclasses import dataclass, field

Discover = Callable[["Search"], list["FoundSource"]]
"""The optional `discover` of a source plug-in (static or class method): returns within about `Search.seconds`."""


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for.

    Attributes:
        seconds: how long answers are waited for.
        addresses: also ask these directly, where no multicast reaches: IPv4 addresses, with a port or without.
        interfaces: names of the network interfaces to look on; empty: all.
        user, password: log in to what is found, and ask for its streams; where `addresses` are named, only to those;
            empty: do not.
        details_s: how long each camera may take to say what it is and sends.
    """

    seconds: float = 3.0
    addresses: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()
    user: str = ""
    password: str = field(default="", repr=False)
    details_s: float = 10.0


@dataclass(frozen=True, slots=True)
class FoundStream:
    """One stream that a camera offers.

    Attributes:
        token: what the camera calls it.
        name: what people call it.
        channel: which picture sensor or channel of the device, from 1.
        role: `main`, `sub`, or empty for another one.
        url: where it is; no user and no password in it; empty if the camera did not say.
        codec: such as `h264`; empty if unknown.
        width, height: in px; 0 if unknown.
        fps: 0 if unknown.
    """

    token: str
    name: str = ""
    channel: int = 1
    role: str = ""
    url: str = ""
    codec: str = ""
    width: int = 0
    height: int = 0
    fps: float = 0.0


@dataclass(frozen=True, slots=True)
class FoundSource:
    """A camera that answered.

    Attributes:
        type: name of the source plug-in that reads it.
        url: what stands in `source:`; no user and no password in it.
        address: where it is: IP address, device path, bus address.
        more_addresses: others that it answered from.
        note: what could not be learnt, and why.
    """

    type: str
    url: str
    address: str
    vendor: str = ""
    model: str = ""
    name: str = ""
    serial: str = ""
    more_addresses: tuple[str, ...] = ()
    streams: tuple[FoundStream, ...] = ()
    note: str = ""
