"""Connections to addresses that were checked, in the forms that web.py and reach.py need."""

import http.client
import io
import os
import socket
import ssl
import time
import urllib.request
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

_AUTHORITIES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")


class Line:
    """A connection as `http.client` uses it; `left_s` says how long it may still wait, or raises."""

    def __init__(self, line: socket.socket, left_s: Callable[[], float]) -> None:
        self._line = line
        self._left_s = left_s
        self._reading = False

    def sendall(self, data: bytes) -> None:
        """Send all of it."""
        self._line.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return what comes, as a file."""
        self._reading = True
        return io.BufferedReader(_Incoming(self._line, self._left_s))

    def close(self) -> None:
        """Close it unless an answer is still read from it: then that one closes it."""
        if not self._reading:
            self._line.close()


class _Incoming(io.RawIOBase):
    def __init__(self, line: socket.socket, left_s: Callable[[], float]) -> None:
        self._line = line
        self._left_s = left_s

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._line.settimeout(self._left_s())
        return self._line.recv_into(buffer)

    def close(self) -> None:
        self._line.close()
        super().close()


class Pages(urllib.request.AbstractHTTPHandler):
    """http and https over connections that are made elsewhere."""

    def __init__(self, connect: Any) -> None:
        super().__init__()
        self._connect = connect
        self.http_request = self.https_request = self.do_request_

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        """Ask a web server."""
        return self.do_open(partial(_Connection, self._connect, 80), request)

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        """Ask a web server over TLS."""
        return self.do_open(partial(_Connection, self._connect, 443), request)


class _Connection(http.client.HTTPConnection):
    def __init__(self, connect: Any, default_port: int, host: str, **options: Any) -> None:
        self.default_port = default_port
        super().__init__(host, **options)
        self._dial = connect

    def connect(self) -> None:
        self.sock = self._dial(self.host, self.port)


class OneDigest(urllib.request.HTTPDigestAuthHandler):
    """Logs in once: a camera locks whoever tries a wrong password five times, as the class above would."""

    def __init__(self, passwords: urllib.request.HTTPPasswordMgr) -> None:
        super().__init__(passwords)
        self.reset_retry_count()

    def reset_retry_count(self) -> None:
        """Leave one attempt."""
        self.retried = 5

    def http_error_401(self, request: Any, answer: Any, code: int, message: str, headers: Any) -> Any:
        """Take the one challenge of several that is understood; the class above looks at the first only."""
        offers = [offer for offer in headers.get_all("WWW-Authenticate", []) if offer.lower().startswith("digest")]
        if not offers:
            return None
        chosen = http.client.HTTPMessage()
        chosen["WWW-Authenticate"] = next((offer for offer in offers if "sha" not in offer.lower()), offers[0])
        return super().http_error_401(request, answer, code, message, chosen)


def dial(addresses: Iterable[str], port: int, timeout_s: float) -> socket.socket:
    """Connect to the first of some addresses that takes it. OSError: none does."""
    failure: OSError = OSError("no address")
    end_s = time.monotonic() + timeout_s
    for address in addresses:
        try:
            return socket.create_connection((address, port), max(0.1, end_s - time.monotonic()))
        except OSError as error:
            failure = error
    raise failure


def tls(*, proof: bool) -> ssl.SSLContext:
    """Return a client's TLS; without proof it believes whoever answers."""
    context = ssl.create_default_context(cafile=authorities() if proof else None)
    if not proof:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def authorities() -> str:
    """Return the file of the authorities that this machine trusts."""
    paths = ssl.get_default_verify_paths()
    known = (os.environ.get(paths.openssl_cafile_env), paths.cafile, *_AUTHORITIES)
    return next((path for path in known if path and Path(path).is_file()), paths.openssl_cafile)


def must_prove(host: str, verify: bool | None) -> bool:
    """Tell whether a TLS server must prove who it is: as asked for, else if it is called by a name.

    Cameras, which are called by their address, sign their certificates themselves.
    """
    if verify is not None:
        return verify
    return not host.strip("[]").replace(".", "").isdigit() and ":" not in host
