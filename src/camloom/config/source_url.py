"""What a user gives as a source, taken apart: where it is, who asks for it, and what may be shown of it.

Cameras have passwords such as `p@ss:w/r#1%?&!`, and people type them into the URL as they are. So the
user part is found by looking for the host behind it, and goes to FFmpeg percent-encoded.
"""

import re
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

from camloom.errors import SourceError
from camloom.redaction import HIDDEN, redact

NETWORK_SCHEMES = ("rtsp", "rtsps", "rtmp", "rtmps", "http", "https")
LIVE_SCHEMES = ("rtsp", "rtsps", "rtmp", "rtmps")
SCHEMES = ("file", "sample", *NETWORK_SCHEMES)
CAMERA_SCHEMES = (*NETWORK_SCHEMES, "onvif", "onvifs")
# A web server may send a file or a camera's endless stream: only the name tells before it is opened.
FILE_SUFFIXES = (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".wmv", ".ogv", ".3gp")
_ALLOWED = f"Give a path (./ before a name with a colon), sample:ID, or a URL with {', '.join(NETWORK_SCHEMES)}"

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)[:,]")
_HOST = re.compile(r"(?P<host>\[[0-9A-Fa-f:.%]+\]|[^\s@:/?#\[\]]+)(?::(?P<port>\d{1,5}))?(?=[/?#]|$)")
_IP = re.compile(r"\[.+\]|\d{1,3}(\.\d{1,3}){3}")


@dataclass(frozen=True, slots=True, repr=False)
class SourceUrl:
    """A source, taken apart.

    Attributes:
        scheme: one of `SCHEMES`.
        target: the path of a file, the id of a sample, or everything behind the host of a URL.
        host: name or address, IPv6 in brackets; empty for files and samples.
        port: None for the scheme's own.
        user: decoded, empty for none.
        password: decoded, empty for none.
    """

    scheme: str
    target: str
    host: str = ""
    port: int | None = None
    user: str = ""
    password: str = ""

    @property
    def is_network(self) -> bool:
        """Whether it is read over the network."""
        return self.scheme in NETWORK_SCHEMES

    @property
    def is_live(self) -> bool:
        """Whether pictures come at their own pace, as far as the URL tells."""
        if not self.scheme.startswith("http"):
            return self.scheme in LIVE_SCHEMES
        return not re.split(r"[?#]", self.target, maxsplit=1)[0].lower().endswith(FILE_SUFFIXES)

    @property
    def url(self) -> str:
        """What FFmpeg opens. Holds the password: never show it."""
        if not self.host:
            return f"{self.scheme}:{self.target}"
        user = quote(self.user, safe="")
        password = f":{quote(self.password, safe='')}" if self.password else ""
        return f"{self.scheme}://{user}{password}{'@' if user or password else ''}{self._place}{self.target}"

    def __str__(self) -> str:
        """What may be shown: no user, no password, no secret in the query."""
        if not self.host:
            return self.target if self.scheme == "file" else self.url
        hidden = f"{HIDDEN}@" if self.user or self.password else ""
        return f"{self.scheme}://{hidden}{self._place}{redact(self.target)}"

    __repr__ = __str__

    def with_login(self, user: str, password: str) -> "SourceUrl":
        """Return it with another user and password."""
        return replace(self, user=user, password=password)

    @property
    def masked(self) -> str:
        """What may be kept and shown to whoever sets it up: the user, but no password, and no secret in the query."""
        if not self.host:
            return self.url
        password = f":{HIDDEN}" if self.password else ""
        user = f"{quote(self.user, safe='')}{password}@" if self.user or self.password else ""
        return f"{self.scheme}://{user}{self._place}{redact(self.target)}"

    @property
    def _place(self) -> str:
        return self.host if self.port is None else f"{self.host}:{self.port}"

    def redact(self, text: str) -> str:
        """Hide this source's password, plain and percent-encoded, and every other credential in a text."""
        encoded = (quote(self.password, safe=""), quote(self.password))
        return redact(text, self.password, *encoded)


def parse_source(text: str) -> SourceUrl:
    """Take apart a path, `file:` URL, `sample:ID` or network URL.

    Raises:
        SourceError: the scheme is not allowed, or it is no URL.
    """
    if "\0" in text or not text.strip():
        raise SourceError("the source is empty or not text", "Give the path of a video or a URL", reason="missing")
    found = _SCHEME.match(text)
    if found is None:
        return SourceUrl("file", text)
    scheme, rest = found.group(1).lower(), text[found.end() :]
    if scheme == "file":
        return SourceUrl("file", _file_path(rest))
    if scheme == "sample":
        return SourceUrl("sample", rest.lstrip("/"))
    if scheme not in NETWORK_SCHEMES:
        raise SourceError(f"sources of the kind '{scheme}:' are not allowed", _ALLOWED, reason="unsupported")
    return _parse_network(scheme, rest.removeprefix("//"))


def parse_camera_url(text: str) -> SourceUrl:
    """Take apart the URL of a camera on the network: those that FFmpeg reads, and ONVIF's.

    Raises:
        SourceError: it is none.
    """
    scheme, _, rest = text.partition(":")
    if scheme.lower() not in CAMERA_SCHEMES:
        raise SourceError("this is no URL of a camera", f"Known: {', '.join(CAMERA_SCHEMES)}", reason="unsupported")
    return _parse_network(scheme.lower(), rest.removeprefix("//"))


def is_live(text: str) -> bool:
    """Return whether pictures come at their own pace and cannot be asked for again.

    Raises:
        SourceError: see `parse_source`.
    """
    return parse_source(text).is_live


def with_credentials(text: str, user: str, password: str) -> str:
    """Return the URL with this user and password, percent-encoded; any in it before are replaced.

    Raises:
        SourceError: see `parse_source`.
    """
    return parse_source(text).with_login(user, password).url


def _file_path(rest: str) -> str:
    """Return the path of a `file:` URL: `file:a`, `file:/a`, `file:///a`, `file://localhost/a`."""
    if not rest.startswith("//"):
        return rest
    host, slash, path = rest[2:].partition("/")
    if host not in ("", "localhost"):
        raise SourceError(
            f"'file://{host}/...' names another machine", "Write file:///path for a file", reason="unsupported"
        )
    return unquote(slash + path)


def _parse_network(scheme: str, rest: str) -> SourceUrl:
    # A line break would begin another line of what is sent to the server.
    found = None if re.search(r"[\x00-\x1f\x7f]", rest) else _find_host(rest)
    if found is None:
        hint = f"The form is {scheme}://host:port/path; a user and password go before the host, odd characters as %XX"
        raise SourceError(f"no host in the {scheme} URL", hint, reason="unsupported")
    user, _, password = rest[: max(found.start() - 1, 0)].partition(":")
    port = int(found["port"]) if found["port"] else None
    return SourceUrl(scheme, rest[found.end() :], found["host"], port, unquote(user), unquote(password))


def _find_host(rest: str) -> re.Match[str] | None:
    """Find the host in `user:password@host:port/path`, where a raw password may hold @ : / # ? too.

    The reading of RFC 3986 wins if its host looks like one (`10.0.0.5`, `cam.lan`), or if no better
    candidate comes later: an address or a host with a port.
    """
    starts = [0, *(m.end() for m in re.finditer("@", rest))]
    candidates = [m for m in (_HOST.match(rest, start) for start in starts) if m]
    authority_end = len(re.split(r"[/?#]", rest, maxsplit=1)[0])
    standard = next((m for m in candidates if m.end() == authority_end), None)
    if standard and ("." in standard["host"] or _IP.fullmatch(standard["host"]) or standard["host"] == "localhost"):
        return standard
    later = [m for m in candidates if m is not standard and "://" not in rest[: m.start()]]
    sure = next((m for m in later if m["port"] or _IP.fullmatch(m["host"])), None)
    dotted = next((m for m in later if "." in m["host"]), None)
    return sure or standard or dotted or next(iter(later), None)
