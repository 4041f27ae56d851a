"""Session descriptions (SDP) with the two lines that GB/T 28181 adds: y= (the SSRC) and f= (what is sent)."""

from dataclasses import dataclass, field

MAX_SDP_BYTES = 16 << 10
MAX_LINES = 256
MAX_MEDIA = 8
MAX_PAYLOADS = 64


class SdpSyntaxError(ValueError):
    """This is not a session description."""


@dataclass(slots=True)
class Media:
    """One m= section.

    Attributes:
        kind: `video` or `audio`.
        port: 0 where the other side refuses it.
        protocol: such as `RTP/AVP` or `TCP/RTP/AVP`.
        payload_types: 0 to 127, in order of preference.
        encodings: payload type -> encoding such as `PS/90000`.
        attributes: (name, value) of the other a= lines.
        host: of its own c= line, else empty.
    """

    kind: str
    port: int
    protocol: str
    payload_types: tuple[int, ...]
    encodings: dict[int, str] = field(default_factory=dict)
    attributes: list[tuple[str, str]] = field(default_factory=list)
    host: str = ""

    @property
    def is_tcp(self) -> bool:
        """Whether RTP goes over TCP (RFC 4571)."""
        return self.protocol.upper().startswith("TCP/")

    def attribute(self, name: str) -> str:
        """Return the value of the first a= line of that name; empty for none."""
        return next((value for key, value in self.attributes if key == name), "")


@dataclass(slots=True)
class Sdp:
    """A session description.

    Attributes:
        owner: the name in o=, a device or channel id.
        session: s=, such as `Play`.
        host: the c= of the session, or of o= where there is none.
        media: the m= sections.
        ssrc: y= as written, ten digits; empty where a device sends none.
        format: f= as written.
    """

    owner: str = ""
    session: str = ""
    host: str = ""
    media: list[Media] = field(default_factory=list)
    ssrc: str = ""
    format: str = ""

    @property
    def video(self) -> Media | None:
        """The first video section."""
        return next((one for one in self.media if one.kind == "video"), None)

    @property
    def video_host(self) -> str:
        """Where the video comes from, or goes to, as the description says."""
        return (self.video.host if self.video else "") or self.host


def parse_sdp(data: bytes) -> Sdp:
    """Take apart a session description, line by line; lines that nothing knows are passed over.

    Raises:
        SdpSyntaxError: it is too big, or a line that is needed cannot be read.
    """
    if len(data) > MAX_SDP_BYTES:
        raise SdpSyntaxError("too big")
    lines = data.decode("utf-8", "replace").replace("\r", "\n").split("\n")
    sdp = Sdp()
    for line in [line.strip() for line in lines if line.strip()][:MAX_LINES]:
        if line[1:2] == "=":
            _take(sdp, line[0], line[2:].strip())
    return sdp


def _take(sdp: Sdp, kind: str, value: str) -> None:
    if kind == "m":
        _take_media(sdp, value)
    elif kind == "c":
        _take_host(sdp, value)
    elif kind == "a" and sdp.media:
        _take_attribute(sdp.media[-1], value)
    elif kind == "o":
        words = value.split()
        sdp.owner, sdp.host = (words[0] if words else ""), (words[5] if len(words) > 5 else "")
    elif kind == "s":
        sdp.session = value
    elif kind == "y":
        sdp.ssrc = value if len(value) <= 10 and value.isascii() and value.isdecimal() else ""
    elif kind == "f":
        sdp.format = value[:200]


def _take_media(sdp: Sdp, value: str) -> None:
    words = value.split()
    port = words[1].partition("/")[0] if len(words) > 2 else ""
    if not (port.isascii() and port.isdecimal()) or len(port) > 5 or int(port) > 65535 or len(sdp.media) >= MAX_MEDIA:
        raise SdpSyntaxError("the m= line cannot be read")
    types = [int(word) for word in words[3:] if word.isascii() and word.isdecimal() and len(word) < 4]
    sdp.media.append(Media(words[0].lower(), int(port), words[2], tuple(t for t in types if t < 128)[:MAX_PAYLOADS]))


def _take_host(sdp: Sdp, value: str) -> None:
    words = value.split()
    host = words[2].partition("/")[0] if len(words) > 2 else ""
    if sdp.media:
        sdp.media[-1].host = host
    else:
        sdp.host = host or sdp.host


def _take_attribute(media: Media, value: str) -> None:
    name, _, text = value.partition(":")
    number, _, encoding = text.strip().partition(" ")
    is_type = number.isascii() and number.isdecimal() and len(number) < 4 and int(number) < 128
    if name == "rtpmap" and is_type and len(media.encodings) < MAX_PAYLOADS:
        media.encodings[int(number)] = encoding.strip()
    else:
        media.attributes.append((name.strip().lower(), text.strip()))
