"""WS-Discovery: who on the network says that it is an ONVIF device."""

import selectors
import socket
import struct
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from camloom.sources.xml import BadXmlError, all_named, clean, local_name, parse_xml, text_of

GROUP = "239.255.255.250"
PORT = 3702
MAX_DATAGRAM_BYTES = 65_535
MAX_FOUND = 4096
_MAX_TWINS = 64
_MAX_REPLIES = 20_000
_MAX_XADDRS = 8
_MAX_SCOPES = 32
_SCOPE = "onvif://www.onvif.org/"
# Some devices answer only to the one, some only to the other.
_TYPES = (
    ("dn", "http://www.onvif.org/ver10/network/wsdl", "NetworkVideoTransmitter"),
    ("tds", "http://www.onvif.org/ver10/device/wsdl", "Device"),
)
_PROBE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:{prefix}="{namespace}">'
    "<e:Header><w:MessageID>uuid:{message_id}</w:MessageID>"
    '<w:To e:mustUnderstand="true">urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>'
    '<w:Action e:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action>'
    "</e:Header><e:Body><d:Probe><d:Types>{prefix}:{type}</d:Types></d:Probe></e:Body></e:Envelope>"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One device that answered.

    Attributes:
        endpoint: its lasting name, `urn:uuid:...`; empty if it told none.
        senders: the addresses that it answered from; the first is the one to talk to.
        xaddrs: where it says that its device service is.
        name, hardware, vendor: of its scopes; empty where it has none.
    """

    endpoint: str
    senders: tuple[str, ...]
    xaddrs: tuple[str, ...]
    name: str = ""
    hardware: str = ""
    vendor: str = ""

    @property
    def service_url(self) -> str:
        """Where to ask: always at an address that it answered from, whatever it wrote.

        A device behind address translation or with an old setting names an address that is not its own; and a
        stranger must not be able to send us, with the user's login, to a third host.
        """
        sender = self.senders[0]
        offered = [urlsplit(xaddr) for xaddr in self.xaddrs]
        fitting = [parts for parts in offered if parts.hostname == sender]
        for parts in (*fitting, *offered):
            with suppress(ValueError):
                port = f":{parts.port}" if parts.port else ""
                return f"{parts.scheme}://{sender}{port}{parts.path or '/onvif/device_service'}"
        return f"http://{sender}/onvif/device_service"


def probe(seconds: float, addresses: Sequence[str] = (), interfaces: Sequence[str] = ()) -> list[Answer]:
    """Ask on every network interface, and `addresses` directly; return who answered within `seconds`.

    Raises:
        OSError: this machine has no network at all.
    """
    found = _Found()
    with ExitStack() as stack:
        sockets = [stack.enter_context(one) for one in _multicast_sockets(interfaces)]
        direct = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        direct.setblocking(False)
        for wait_until_s in _rounds(seconds):
            _ask(sockets, direct, addresses)
            for body, sender in _received([*sockets, direct], wait_until_s):
                found.take(body, sender)
    return found.answers


class _Found:
    """The answers so far. A flood of them ends in nothing but a full list."""

    def __init__(self) -> None:
        self._by_name: dict[str, list[Answer]] = {}
        self._count = 0
        self._replies = 0

    @property
    def answers(self) -> list[Answer]:
        return [answer for answers in self._by_name.values() for answer in answers]

    def take(self, body: bytes, sender: str) -> None:
        self._replies += 1
        if self._replies > _MAX_REPLIES:
            return
        for answer in read_answers(body, sender):
            self._merge(answer)

    def _merge(self, new: Answer) -> None:
        """Add an answer to what is known of the same device, or as another one.

        Cheap cameras share one endpoint name from the factory on: they are one only if an address says so too.
        """
        twins = self._by_name.setdefault(new.endpoint or new.senders[0], [])
        for index, known in enumerate(twins):
            if _places(known) & _places(new):
                senders = tuple(dict.fromkeys((*known.senders, *new.senders)))[:_MAX_XADDRS]
                xaddrs = tuple(dict.fromkeys((*known.xaddrs, *new.xaddrs)))[:_MAX_XADDRS]
                twins[index] = replace(known, senders=senders, xaddrs=xaddrs, name=known.name or new.name)
                return
        if self._count < MAX_FOUND and len(twins) < _MAX_TWINS:
            self._count += 1
            twins.append(new)


def read_answers(body: bytes, sender: str) -> list[Answer]:
    """Return the devices in one datagram; none if it is anything else than a reply to a probe."""
    try:
        root = parse_xml(body, MAX_DATAGRAM_BYTES)
    except BadXmlError:
        return []
    matches = list(islice(all_named(root, "ProbeMatch"), _MAX_XADDRS))
    return [_read_match(match, sender) for match in matches if _is_camera(match)]


def _rounds(seconds: float) -> Iterator[float]:
    """Yield when each round of waiting ends; the question goes out twice, for datagrams get lost."""
    now_s = time.monotonic()
    yield now_s + min(0.5, seconds / 2)
    yield now_s + seconds


def _multicast_sockets(interfaces: Sequence[str]) -> Iterator[socket.socket]:
    for index, name in socket.if_nameindex():
        if interfaces and name not in interfaces:
            continue
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sender.setblocking(False)
        try:
            by_index = struct.pack("4s4si", b"\0" * 4, b"\0" * 4, index)
            sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, by_index)
        except OSError:
            sender.close()  # an interface without an address
            continue
        yield sender


def _ask(sockets: Sequence[socket.socket], direct: socket.socket, addresses: Sequence[str]) -> None:
    for prefix, namespace, kind in _TYPES:
        text = _PROBE.format(prefix=prefix, namespace=namespace, type=kind, message_id=uuid.uuid4())
        for sender, address in (*((one, GROUP) for one in sockets), *((direct, one) for one in addresses)):
            with suppress(OSError):  # an interface that is down, an address without a route
                sender.sendto(text.encode(), (address, PORT))


def _received(sockets: Sequence[socket.socket], until_s: float) -> Iterator[tuple[bytes, str]]:
    with selectors.DefaultSelector() as selector:
        for one in sockets:
            selector.register(one, selectors.EVENT_READ)
        while (left_s := until_s - time.monotonic()) > 0:
            for key, _ in selector.select(left_s):
                with suppress(OSError):  # such as "port unreachable" for a direct question
                    body, (host, _) = key.fileobj.recvfrom(MAX_DATAGRAM_BYTES)  # type: ignore[union-attr]
                    yield body, host


def _is_camera(match: Element) -> bool:
    """Tell whether it is of the kind asked for: printers and computers answer to everything."""
    kinds = text_of(match, "Types")
    return not kinds or any(kind in kinds for _, _, kind in _TYPES) or _SCOPE in text_of(match, "Scopes")


def _read_match(match: Element, sender: str) -> Answer:
    endpoint = next((text_of(one, "Address") for one in match.iter() if local_name(one) == "EndpointReference"), "")
    scopes = _scopes(match)
    return Answer(
        endpoint=endpoint.lower(),
        senders=(sender,),
        xaddrs=tuple(one for one in _words(match, "XAddrs") if _is_http(one))[:_MAX_XADDRS],
        name=scopes.get("name", ""),
        hardware=scopes.get("hardware", ""),
        vendor=scopes.get("manufacturer", scopes.get("mfr", "")),
    )


def _words(match: Element, name: str) -> list[str]:
    found = next(all_named(match, name), None)
    return (found.text or "")[:16_384].split() if found is not None else []


def _scopes(match: Element) -> dict[str, str]:
    """Return the first value of each scope: `onvif://www.onvif.org/name/Gate%201` is {"name": "Gate 1"}."""
    found: dict[str, str] = {}
    for scope in _words(match, "Scopes")[:_MAX_SCOPES]:
        if scope.lower().startswith(_SCOPE):
            key, _, value = scope[len(_SCOPE) :].partition("/")
            found.setdefault(key.lower(), clean(unquote(value), 64))
    return found


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and len(url) <= 512 and clean(url) == url
    except ValueError:
        return False


def _places(answer: Answer) -> set[str]:
    return {*answer.senders, *(urlsplit(xaddr).hostname or "" for xaddr in answer.xaddrs)}
