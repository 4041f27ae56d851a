"""Reads http and https for FFmpeg: each address on the way is looked up, checked and connected to here.

FFmpeg would follow redirects and playlists to any host, and look a name up again after it was checked. So it gets
open files from here instead of URLs: `Web.open` for the first, `Web.open_nested` for what a playlist names.
"""

import http.client
import io
import math
import socket
import threading
import time
import urllib.error
import urllib.request
import weakref
from functools import partial
from typing import Any, cast
from urllib.parse import quote, urljoin

from camloom.config.addresses import AddressPolicy
from camloom.config.source_url import SourceUrl, parse_source
from camloom.errors import SourceError
from camloom.sources.opening.connections import Line, OneDigest, Pages, dial, must_prove, tls
from camloom.sources.opening.encrypted import EncryptedFile
from camloom.sources.opening.faults import explain, refused_by_status, shown

_PORTS = {"http": 80, "https": 443}
_HEAD_BYTES = 1024
_SAFE_IN_PATH = "%/:=&?~+!$,;'@()*[]"
_ENCRYPTED = "crypto+"  # how FFmpeg marks an address whose content it holds the key for
_FOREIGN = "Give the address where the stream really is"


class WebFile:
    """What a web server sends, as a file.

    Attributes:
        name: its address, without credentials.
        content_type: what the server calls it, in lower case and without parameters; empty if it does not say.
        length_bytes: size of the whole; None for an endless stream.
        head: how it begins, as far as it was read.
    """

    def __init__(self, web: "Web", source: SourceUrl, response: http.client.HTTPResponse, first: int = 0) -> None:
        self.name = _plain(source)
        self.content_type = response.headers.get_content_type() if "Content-Type" in response.headers else ""
        self.head = b""
        self._web = web
        self._source = source
        self._response = response
        self._position = first
        self._left = _length(response)
        self.length_bytes = None if self._left is None else first + self._left
        self._ranges = response.status == 206 or response.headers.get("Accept-Ranges", "").lower() == "bytes"

    def read(self, size: int) -> bytes:
        """Return up to so many bytes as soon as there are some; none at the end.

        Raises:
            SourceError: the connection broke or is silent.
        """
        wanted = size if self._left is None else min(size, self._left)
        data = self._web.guarded(self._source, lambda: self._response.read1(wanted)) if wanted else b""
        if self._left is not None:
            if wanted and not data:
                raise SourceError(f"{shown(self._source)} closed the connection too early", _RETRY, reason="closed")
            self._left -= len(data)
        self._position += len(data)
        if len(self.head) < _HEAD_BYTES:
            self.head += data[: _HEAD_BYTES - len(self.head)]
        return data

    def seekable(self) -> bool:
        """Whether the server sends parts of it."""
        return self._ranges and self.length_bytes is not None

    def tell(self) -> int:
        """Return where the next read begins, in bytes."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a byte and return where that is."""
        assert self.length_bytes is not None, "only what has a length can be asked for in parts"
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.length_bytes}[whence]
        position = min(max(base + offset, 0), self.length_bytes)
        if position != self._position:
            self._response.close()
            self._left = self.length_bytes - position
            self._position = position
            if self._left:
                self._response = self._web.part(self._source, position)
        return position

    def close(self) -> None:
        """Hang up."""
        self._response.close()


_RETRY = "Check the network, and that the server is not overloaded"


class Web:
    """Opens pages of the web for one source.

    Args:
        source: an http or https address; its credentials go to this host only.
        policy: which addresses the user may name; what the server names must pass its stricter form.
        timeout_s: longest silence.
        verify: whether https servers must prove who they are; None: those that are called by a name must.

    Attributes:
        refusal: why something that a playlist names is not read; FFmpeg just leaves it out.
        deadline_s: `time.monotonic()` after which reading fails, whatever still trickles in.
    """

    def __init__(self, source: SourceUrl, policy: AddressPolicy, timeout_s: float, *, verify: bool | None) -> None:
        self.refusal: SourceError | None = None
        self.deadline_s = math.inf
        self._source = source
        self._policy = policy
        self._origin: list[str] = []
        self._timeout_s = timeout_s
        self._verify = verify
        self._lines: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._stopped = threading.Event()

    def open(self) -> WebFile:
        """Open the source itself, where it leads by one redirect at most.

        Raises:
            SourceError: it cannot be had, or leads where it may not.
        """
        return WebFile(self, *self._follow(self._source, self._policy))

    def open_nested(self, url: str, _flags: int, options: dict[str, str]) -> WebFile | EncryptedFile:
        """Open what a playlist names; the form that PyAV asks for.

        Raises:
            SourceError: see `open`; a refusal is kept as well.
        """
        first = int(options.get("offset", 0))
        end = int(options.get("end_offset", 0)) or None
        try:
            named = self._named(url.removeprefix(_ENCRYPTED))
            file = WebFile(self, *self._follow(named, self._policy.from_afar(self._origin), first, end), first)
        except SourceError as error:
            self.refusal = self.refusal or error
            raise
        return self._decrypted(file, options) if url.startswith(_ENCRYPTED) else file

    def _decrypted(self, file: WebFile, options: dict[str, str]) -> EncryptedFile:
        try:
            return EncryptedFile(file, options.get("key", ""), options.get("iv", ""))
        except ValueError:
            file.close()
            what = f"{shown(self._source)} names a key that is none"
        raise SourceError(what, "Check the server", reason="unsupported")

    def part(self, source: SourceUrl, first: int) -> http.client.HTTPResponse:
        """Ask for a page from a byte on that was opened before.

        Raises:
            SourceError: the server does not do that any more.
        """
        return self._follow(source, self._policy.from_afar(self._origin), first)[1]

    def guarded(self, source: SourceUrl, read: Any) -> bytes:
        """Read, and say in the user's words what goes wrong.

        Raises:
            SourceError: it does.
        """
        try:
            return cast("bytes", read())
        except (OSError, ValueError, http.client.HTTPException) as error:
            problem = self._broken(error, source)
        raise problem

    def stop(self) -> None:
        """Let everything that waits fail now; may be called from another thread."""
        self._stopped.set()
        for line in list(self._lines):
            try:
                line.shutdown(socket.SHUT_RDWR)
            except OSError:  # it is closed already
                continue

    def close(self) -> None:
        """Close every connection; by the thread that reads."""
        self._stopped.set()
        for line in list(self._lines):
            line.close()

    def left_s(self) -> float:
        """Return how long the next read may wait, in s.

        Raises:
            TimeoutError: the time is over.
        """
        left_s = min(self._timeout_s, self.deadline_s - time.monotonic())
        if left_s <= 0 or self._stopped.is_set():
            raise TimeoutError
        return left_s

    def _follow(
        self, source: SourceUrl, policy: AddressPolicy, first: int = 0, end: int | None = None
    ) -> tuple[SourceUrl, http.client.HTTPResponse]:
        for _ in range(2):
            answer = self._ask(source, policy, first, end)
            if isinstance(answer, http.client.HTTPResponse):
                return source, answer
            source = self._named(answer, _plain(source))
            policy = self._policy.from_afar(self._origin)
        raise SourceError(f"{shown(self._source)} redirects more than once", _FOREIGN, reason="policy")

    def _named(self, url: str, base: str = "") -> SourceUrl:
        """Take apart an address that a server named; the same host gets the same credentials again."""
        try:
            named = parse_source(urljoin(base, url))
        except (SourceError, ValueError):
            named = SourceUrl("", "")
        if named.scheme not in _PORTS:
            what = f"{shown(self._source)} leads to something that is not on the web"
            raise SourceError(what, "It may lead to http and https only", reason="policy")
        downgraded = (self._source.scheme, named.scheme) == ("https", "http")
        ours = named.host == self._source.host and not downgraded
        user, password = (self._source.user, self._source.password) if ours else ("", "")
        return SourceUrl(named.scheme, named.target, named.host, named.port, user, password)

    def _ask(
        self, source: SourceUrl, policy: AddressPolicy, first: int, end: int | None
    ) -> http.client.HTTPResponse | str:
        """Return the answer of a server, or where it says that the page is."""
        request = urllib.request.Request(  # noqa: S310  # the opener knows http and https only
            _plain(source), headers={"User-Agent": "camloom", "Accept": "*/*"}
        )
        if first or end:
            request.add_header("Range", f"bytes={first}-{end - 1 if end else ''}")
        try:
            policy.check_scheme(source.scheme)
            answer = self._opener(source, policy).open(request, timeout=self._timeout_s)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code in (301, 302, 303, 307, 308) and error.headers.get("Location"):
                return str(error.headers["Location"])
            problem = refused_by_status(error.code, source)
        except (OSError, ValueError, LookupError, http.client.HTTPException) as error:  # lookups: strange challenges
            problem = self._broken(getattr(error, "reason", error), source)
        else:
            if first and answer.status != 206:
                answer.close()
                raise SourceError(f"{shown(source)} does not send parts of a file", _RETRY, reason="read")
            return cast("http.client.HTTPResponse", answer)
        raise problem

    def _broken(self, error: object, source: SourceUrl) -> SourceError:
        if isinstance(error, SourceError):
            return error
        if isinstance(error, http.client.HTTPException):  # what comes is not HTTP
            what = f"{shown(source)} answers, but not as a web server does"
            closed = isinstance(error, http.client.RemoteDisconnected | http.client.IncompleteRead)
            return SourceError(what, "Check the port and the path", reason="unreachable" if closed else "not-a-video")
        known = error if isinstance(error, Exception) else OSError(str(error))
        return explain(known, source, self._timeout_s)

    def _opener(self, source: SourceUrl, policy: AddressPolicy) -> urllib.request.OpenerDirector:
        handlers: list[urllib.request.BaseHandler] = [
            Pages(partial(self._connect, source.scheme, policy)),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
        ]
        if source.user or source.password:
            passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
            passwords.add_password(None, _plain(source), source.user, source.password)
            handlers += [urllib.request.HTTPBasicAuthHandler(passwords), OneDigest(passwords)]
        opener = urllib.request.OpenerDirector()
        for handler in handlers:
            opener.add_handler(handler)
        return opener

    def _connect(self, scheme: str, policy: AddressPolicy, host: str, port: int) -> Line:
        """Connect to an address that was checked, and to no other."""
        addresses = policy.addresses(host, port)
        line = dial(addresses, port, self.left_s())
        self._origin = self._origin or [line.getpeername()[0].partition("%")[0]]
        if scheme == "https":
            line = tls(proof=must_prove(host, self._verify)).wrap_socket(line, server_hostname=host)
        self._lines.add(line)
        return Line(line, self.left_s)


def _plain(source: SourceUrl) -> str:
    """Return an address without credentials, with odd characters of its path percent-encoded."""
    place = source.host if source.port is None else f"{source.host}:{source.port}"
    return f"{source.scheme}://{place}{quote(source.target.partition('#')[0] or '/', safe=_SAFE_IN_PATH)}"


def _length(response: http.client.HTTPResponse) -> int | None:
    length = response.headers.get("Content-Length", "")
    chunked = response.headers.get("Transfer-Encoding", "").lower() == "chunked"
    return int(length) if length.isascii() and length.isdigit() and len(length) < 19 and not chunked else None
