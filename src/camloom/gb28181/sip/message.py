"""One SIP message: taken apart tolerantly, put together strictly."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

MAX_HEAD_BYTES = 16 << 10
MAX_BODY_BYTES = 1 << 20
MAX_HEADERS = 128
MAX_CSEQ = (1 << 32) - 1

START_LINE = re.compile(rb"(?:SIP/2\.0 [1-6]\d\d(?: [^\r\n]{0,200})?|[A-Z]{3,12} [^\s]{1,300} SIP/2\.0)[ \t]*\r?\n")
_REQUEST_LINE = re.compile(r"([A-Z]{3,12}) (\S{1,300}) SIP/2\.0\s*")
_STATUS_LINE = re.compile(r"SIP/2\.0 ([1-6]\d\d)(?: (.{0,200}))?\s*")
_URI = re.compile(
    r"sips?:(?:(?P<user>[^@;?<>\s]{0,128})@)?(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[^:;?<>\s@]{0,255})(?::(?P<port>\d{1,5}))?",
    re.I,
)
_ADDRESS = re.compile(r'(?:"(?:[^"\\]|\\.){0,300}"\s{0,9}|[^<"]{0,300})<(?P<uri>[^>]{0,300})>(?P<params>.*)', re.S)
_PARAM = re.compile(r';\s{0,9}([\w.!%*+`~-]{1,64})\s{0,9}(?:=\s{0,9}("(?:[^"\\]|\\.){0,300}"|[^;,\s]*))?')

_COMPACT = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "m": "contact",
    "l": "content-length",
    "c": "content-type",
    "e": "content-encoding",
    "o": "event",
    "s": "subject",
    "k": "supported",
}
_SPELLING = {"call-id": "Call-ID", "cseq": "CSeq", "www-authenticate": "WWW-Authenticate", "x-gb-ver": "X-GB-Ver"}
# Without these a message can neither be answered nor matched.
_ESSENTIAL = ("via", "from", "to", "call-id", "cseq")

REASONS = {
    100: "Trying",
    180: "Ringing",
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    413: "Request Entity Too Large",
    415: "Unsupported Media Type",
    423: "Interval Too Brief",
    481: "Call/Transaction Does Not Exist",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    489: "Bad Event",
    500: "Server Internal Error",
    503: "Service Unavailable",
    603: "Decline",
}


class SipSyntaxError(ValueError):
    """These bytes are not a SIP message that can be answered."""


@dataclass(frozen=True, slots=True)
class Address:
    """A From, To or Contact header, taken apart.

    Attributes:
        uri: such as `sip:34020000001320000001@3402000000`.
        user: what stands before the at sign: the identity of a device, any text.
        host: behind it; port None where there is none.
        params: of the header, names in lower case.
    """

    uri: str
    user: str
    host: str
    port: int | None
    params: dict[str, str]

    @property
    def tag(self) -> str:
        """The dialog's tag, or empty."""
        return self.params.get("tag", "")


@dataclass(frozen=True)
class SipMessage:
    """A request, or a response.

    Attributes:
        method: of a request; of a response the method of its CSeq.
        uri: of a request; empty for a response.
        status: of a response; 0 for a request.
        reason: the words behind the status.
        headers: (name in lower case and long form, value) in the order of the wire.
    """

    method: str
    uri: str = ""
    status: int = 0
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def is_request(self) -> bool:
        """Whether it asks."""
        return not self.status

    def get(self, name: str, default: str = "") -> str:
        """Return the first header of that name (lower case)."""
        return next((value for key, value in self.headers if key == name), default)

    def every(self, name: str) -> list[str]:
        """Return all headers of that name, in order."""
        return [value for key, value in self.headers if key == name]

    @cached_property
    def call_id(self) -> str:
        """Call-ID, as written."""
        return self.get("call-id")

    @cached_property
    def cseq(self) -> int:
        """The number of the CSeq."""
        return int(self.get("cseq").split()[0])

    @cached_property
    def sender(self) -> Address:
        """The From header."""
        return parse_address(self.get("from"))

    @cached_property
    def target(self) -> Address:
        """The To header."""
        return parse_address(self.get("to"))

    @cached_property
    def branch(self) -> str:
        """The branch of the topmost Via; empty where a device writes none."""
        return params_of(self.get("via")).get("branch", "")

    @cached_property
    def expires(self) -> int | None:
        """The Expires header, or that of the Contact; None for neither."""
        found = self.get("expires") or params_of(self.get("contact")).get("expires", "")
        return min(int(found), MAX_CSEQ) if found.isdecimal() and found.isascii() and len(found) < 12 else None

    def with_headers(self, *headers: tuple[str, str]) -> "SipMessage":
        """Return it with these headers in the place of those of the same names."""
        names = {name for name, _ in headers}
        return replace(self, headers=tuple(one for one in self.headers if one[0] not in names) + headers)

    def with_first(self, name: str, value: str) -> "SipMessage":
        """Return it with one more header before all others."""
        return replace(self, headers=((name, value), *self.headers))

    def to_bytes(self) -> bytes:
        """Return what goes over the wire; Content-Length is that of the body.

        Raises:
            ValueError: a header holds a line break.
        """
        first = f"SIP/2.0 {self.status} {self.reason}" if self.status else f"{self.method} {self.uri} SIP/2.0"
        lines = [first, *(f"{_spelt(name)}: {value}" for name, value in self.headers if name != "content-length")]
        if any("\r" in line or "\n" in line for line in lines):
            raise ValueError("a SIP header holds a line break")
        head = "\r\n".join([*lines, f"Content-Length: {len(self.body)}", "", ""])
        return head.encode("latin-1", "replace") + self.body


def parse_message(data: bytes) -> SipMessage:
    """Take apart one message; the body is all that follows the head, whatever Content-Length says.

    Headers are Latin-1, so that what is copied into an answer is the same bytes again.

    Raises:
        SipSyntaxError: it is too big, no SIP, or lacks a header that an answer needs.
    """
    data = data.lstrip(b"\r\n")
    if len(data) > MAX_HEAD_BYTES + MAX_BODY_BYTES:
        raise SipSyntaxError("message too big")
    head, body = _split(data)
    lines = head.decode("latin-1").replace("\r\n", "\n").split("\n")
    headers = tuple(_headers(lines[1:]))
    _check_essential([name for name, _ in headers])
    message = _start(lines[0], headers, body)
    _check_cseq(message)
    return message


def request(
    method: str, uri: str, headers: Iterable[tuple[str, str]], body: bytes = b"", content_type: str = ""
) -> SipMessage:
    """Return a request; names of headers in lower case. The Via is put on when it is sent."""
    typed = (("content-type", content_type),) if body else ()
    return SipMessage(method, uri, headers=(("max-forwards", "70"), *headers, *typed), body=body)


def response_to(
    asked: SipMessage,
    status: int,
    *headers: tuple[str, str],
    reason: str = "",
    tag: str = "",
    body: bytes = b"",
    content_type: str = "",
) -> SipMessage:
    """Return the answer to a request.

    Args:
        tag: put on the To header where it has none yet.
    """
    copied = [(name, value) for name, value in asked.headers if name in ("via", "from", "call-id", "cseq")]
    to = asked.get("to")
    if tag and not asked.target.tag:
        to = f"{to};tag={tag}"
    typed = (("content-type", content_type),) if body else ()
    words = reason or REASONS.get(status, "Status")
    return SipMessage(asked.method, "", status, words, (*copied, ("to", to), *headers, *typed), body)


def parse_address(text: str) -> Address:
    """Take apart `"name" <sip:user@host:port>;tag=x`, or the same without brackets."""
    found = _ADDRESS.match(text.strip())
    if found:
        uri, rest = found["uri"].strip(), found["params"]
    else:
        uri, semicolon, rest = text.strip().partition(";")
        rest = semicolon + rest
    place = _URI.match(uri)
    if place is None:
        return Address(uri, "", "", None, params_of(rest))
    port = int(place["port"]) if place["port"] and int(place["port"]) < 65536 else None
    return Address(uri, place["user"] or "", place["host"], port, params_of(rest))


def params_of(text: str) -> dict[str, str]:
    """Return the `;name=value` parts of a header, names in lower case, values without quotes."""
    return {name.lower(): (value or "").strip('"') for name, value in _PARAM.findall(text)}


def _split(data: bytes) -> tuple[bytes, bytes]:
    found = re.search(rb"\r?\n\r?\n", data[: MAX_HEAD_BYTES + 4])
    if found is None:
        if len(data) > MAX_HEAD_BYTES:
            raise SipSyntaxError("head too big")
        return data.rstrip(b"\r\n"), b""
    return data[: found.start()], data[found.end() :]


def _headers(lines: list[str]) -> Iterable[tuple[str, str]]:
    unfolded: list[str] = []
    for line in lines:
        if line[:1] in (" ", "\t") and unfolded:
            unfolded[-1] += " " + line.strip()
        elif line.strip():
            unfolded.append(line)
    if len(unfolded) > MAX_HEADERS:
        raise SipSyntaxError("too many headers")
    for line in unfolded:
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if colon and name:
            yield _COMPACT.get(name, name), value.replace("\r", " ").strip()


def _start(line: str, headers: tuple[tuple[str, str], ...], body: bytes) -> SipMessage:
    if found := _REQUEST_LINE.fullmatch(line):
        return SipMessage(found[1], found[2], headers=headers, body=body)
    if found := _STATUS_LINE.fullmatch(line):
        words = dict(headers)["cseq"].split()
        return SipMessage(words[-1].upper() if words else "", "", int(found[1]), found[2] or "", headers, body)
    raise SipSyntaxError("no SIP start line")


def _check_essential(names: list[str]) -> None:
    for name in _ESSENTIAL:
        if name not in names:
            raise SipSyntaxError(f"no {name} header")
        if name != "via" and names.count(name) > 1:
            raise SipSyntaxError(f"two {name} headers")  # which of them counts, each reader would decide for itself


def _check_cseq(message: SipMessage) -> None:
    words = message.get("cseq").split()
    if len(words) != 2 or not (words[0].isascii() and words[0].isdecimal()) or len(words[0]) > 10:
        raise SipSyntaxError("CSeq is not a number and a method")
    if int(words[0]) > MAX_CSEQ or words[1].upper() != message.method:
        raise SipSyntaxError("CSeq does not fit the request")


def _spelt(name: str) -> str:
    return _SPELLING.get(name) or name.title()
