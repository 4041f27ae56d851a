"""Say in one line, without a password, why a source cannot be read."""

import errno
import ssl

import av
import av.error

from camloom.config.names import look_up_name
from camloom.config.source_url import SourceUrl, parse_source
from camloom.errors import SourceError

Words = tuple[str, str, str]
"""What is wrong, what to do, and the reason code."""

_NO_NETWORK = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN)


def read_error(url: str, error: Exception) -> SourceError:
    """Return what to tell the user when reading from a source failed; holds no password.

    Raise it outside of the `except` block (or `from None`): the text of FFmpeg's exceptions holds the URL.
    """
    source = parse_source(url)
    if not isinstance(error, av.error.InvalidDataError):
        return explain(error, source)
    what = f"{shown(source)} {'sends' if source.is_network else 'holds'} data that cannot be decoded"
    return SourceError(what, "Check the network" if source.is_network else "The file is damaged here", reason="read")


def shown(source: SourceUrl) -> str:
    """Return what a user may see of a source; a file in quotes."""
    return str(source) if source.is_network else f"'{source}'"


def explain(error: Exception, source: SourceUrl, timeout_s: float | None = None) -> SourceError:
    """Translate an exception of PyAV or of the system.

    Args:
        timeout_s: how long was waited, if that is known.
    """
    what, hint, reason = _words(error, source, timeout_s)
    problem = SourceError(f"{shown(source)} {what}", hint, reason=reason)
    problem.add_note(source.redact(f"It says: {type(error).__name__}: {error}"))
    return problem


def refused_by_status(status: int, source: SourceUrl) -> SourceError:
    """Translate the status by which a web or RTSP server says no; 4xx or 5xx."""
    if status == 401:
        what, hint, reason = _unauthorized(source)
    elif status in _BUSY_STATUS:
        what, hint, reason = f"has no place left ({status})", _BUSY_HINT, "busy"
    else:
        what, hint, reason = _BY_STATUS.get(status) or (_CLIENT_FAULT if status < 500 else _SERVER_FAULT)
    return SourceError(f"{shown(source)} {what}", hint, reason=reason)


def no_more_pictures(source: SourceUrl, timeout_s: float, *, others: bool = False) -> SourceError:
    """Return the error for a live source that went silent.

    Args:
        others: sound or data still come.
    """
    if others:
        what = f"{shown(source)} sent no picture for {timeout_s:g} s, while other data comes"
        return SourceError(what, "Check the video settings of the camera", reason="no-video")
    what = f"{shown(source)} sent nothing any more for {timeout_s:g} s"
    return SourceError(what, "Check the camera and the network", reason="timeout")


def ended(source: SourceUrl) -> SourceError:
    """Return the error for a live source that ends, as only a file may."""
    return SourceError(f"{shown(source)} ended the stream", "Check that the camera is on", reason="closed")


def _words(error: Exception, source: SourceUrl, timeout_s: float | None) -> Words:
    if isinstance(error, av.error.HTTPUnauthorizedError):
        return _unauthorized(source)
    if isinstance(error, TimeoutError | av.error.ExitError):
        within = f"within {timeout_s:g} s" if timeout_s else "any more"
        return f"did not answer {within}", "Check the address, the network and the firewall", "timeout"
    if source.scheme.startswith("rtsp") and isinstance(error, av.error.HTTPClientError | av.error.HTTPServerError):
        fitting = (words for kind, words in _RTSP_BY_KIND.items() if isinstance(error, kind))
        return next(fitting, ("has no place left, or does not like the request", _BUSY_HINT, "busy"))
    by_kind = (words for kind, words in _BY_KIND.items() if isinstance(error, kind))
    return next(by_kind, None) or _words_of_system(error, source)


def _unauthorized(source: SourceUrl) -> Words:
    if not source.password:
        return "asks for a user and a password (401)", "Write USER:PASSWORD and an at sign before the host", "auth"
    return "refused the user or the password (401)", "Check both; some cameras lock after a few attempts", "auth"


def _words_of_system(error: Exception, source: SourceUrl) -> Words:
    code = getattr(error, "errno", None)
    if code in _NO_NETWORK:
        return "cannot be reached: no route to it", "Check the address and the network", "unreachable"
    if code == errno.EIO and source.is_network and not _resolves(source.host):
        hint = "Check the name, or give its address"
        return f"cannot be reached: no host is called '{source.host}'", hint, "unreachable"
    detail = getattr(error, "strerror", None) or type(error).__name__
    return f"cannot be read: {source.redact(detail)}", "Check that a player can play it", "read"


_CLOSED = (
    "closed the connection",
    "Check that the path is right and the camera is not at its limit of viewers",
    "unreachable",
)
_NOT_ALLOWED = (
    "is no valid address, or leads to one that is not allowed",
    "It may not lead from the network to files, nor from files to the network",
    "unsupported",
)
_NO_VIDEO = ("answers, but not with a video that FFmpeg knows", "Check the port and the path", "not-a-video")
_UNTRUSTED = (
    "cannot prove who it is: its certificate is not signed by an authority that is known here",
    "Set verify_tls: false if it is a camera with a certificate of its own making",
    "unreachable",
)
_BUSY_HINT = "Close other viewers of this camera, or raise its limit"
_BUSY_STATUS = (429, 453, 503)
_FORBIDDEN = ("forbids access (403)", "Check what this user may do on the camera", "auth")
_NO_PATH = ("has no such path (404)", "Check the part behind the host", "missing")
_CLIENT_FAULT = ("refused the request (4xx)", "Check the path, and how many viewers it allows", "unreachable")
_SERVER_FAULT = ("has a fault of its own (5xx)", "Try later, or restart the camera", "unreachable")
_BY_STATUS = {403: _FORBIDDEN, 404: _NO_PATH, 410: _NO_PATH}
_RTSP_BY_KIND: dict[type[Exception], Words] = {
    av.error.HTTPForbiddenError: _FORBIDDEN,
    av.error.HTTPNotFoundError: _NO_PATH,
    av.error.HTTPBadRequestError: _CLIENT_FAULT,
}
# The first that fits counts: special kinds before general ones.
_BY_KIND: dict[type[Exception], Words] = {
    av.error.HTTPForbiddenError: _FORBIDDEN,
    av.error.HTTPNotFoundError: _NO_PATH,
    av.error.HTTPClientError: _CLIENT_FAULT,
    av.error.HTTPServerError: _SERVER_FAULT,
    ssl.SSLCertVerificationError: _UNTRUSTED,
    ConnectionRefusedError: (
        "cannot be reached: nothing listens there",
        "Check the port, and that it is on",
        "unreachable",
    ),
    ConnectionResetError: _CLOSED,
    ConnectionAbortedError: _CLOSED,
    BrokenPipeError: _CLOSED,
    EOFError: _CLOSED,
    PermissionError: _NOT_ALLOWED,
    av.error.ArgumentError: _NOT_ALLOWED,
    av.error.InvalidDataError: _NO_VIDEO,
    av.error.LookupError: ("needs a part that FFmpeg lacks here", "Set the camera to H.264 over RTSP", "unsupported"),
}


def _resolves(host: str) -> bool:
    try:
        look_up_name(host.strip("[]"), 0)
    except (OSError, UnicodeError):
        return False
    return True
