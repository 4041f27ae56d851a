"""Open a file or a stream safely, and say in one line why it cannot be read."""

import errno
import socket
import time
from pathlib import Path
from typing import Literal

import av
import av.error
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from camloom.assets import fetch
from camloom.errors import SourceError
from camloom.sources.url import SourceUrl, parse_source

MAX_PIXELS = 1 << 26  # 8192 x 8192: beyond it is a picture bomb, not a camera

# FFmpeg follows redirects, playlists and lists inside of files: what it meets there must be of these kinds.
_WHITELISTS = {
    "file": "file",
    "rtsp": "rtsp,rtp,udp,tcp",
    "rtsps": "rtsps,rtsp,rtp,udp,tcp,tls",
    "rtmp": "rtmp,tcp",
    "rtmps": "rtmps,tls,tcp",
    "http": "http,https,tcp,tls,crypto",
    "https": "http,https,tcp,tls,crypto",
}
# No `nobuffer`: it throws away what was read to find the format, and with it the first keyframe, so that
# the first picture comes a whole GOP later. What a short analysis holds back is gone after some packets.
_LOW_DELAY = {"flags": "low_delay", "max_delay": "0", "analyzeduration": "200000", "probesize": "1000000"}
_UDP_REORDER_US = "100000"  # UDP packets overtake each other; TCP needs no such wait
_NO_VIDEO_FORMATS = {"image2", "tty", "bin", "xbin", "adf", "idf"}  # pictures, and texts that FFmpeg would draw
_NO_NETWORK = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN)
_FAULTS = (av.error.FFmpegError, OSError, ValueError)


def open_container(
    url: str,
    *,
    live: bool | None = None,
    timeout_s: float = 10.0,
    rtsp_transport: Literal["tcp", "udp"] = "tcp",
) -> InputContainer:
    """Open a source for reading. It has a video stream that can be decoded: see `video_stream`.

    Args:
        url: path, network URL or `sample:ID`; a password in it may hold any character.
        live: read with low delay; None decides by the URL.
        timeout_s: longest wait for the connection and for each packet. FFmpeg says goodbye to a silent RTSP
            server too, so that the end may come after twice this time.
        rtsp_transport: how RTSP carries the pictures.

    Raises:
        SourceError: it cannot be read; with a reason code and without the password.
        AssetError: the sample cannot be fetched.
    """
    source = _locate(parse_source(url))
    live = source.is_live if live is None else live
    container = _connect(source, _options(source, live, timeout_s, rtsp_transport), timeout_s)
    if live and _size_unknown(container):  # joined between two keyframes, and the server did not say what comes
        container.close()
        container = _connect(source, _options(source, False, timeout_s, rtsp_transport), timeout_s)
    if problem := _unfit(container, source):
        container.close()
        raise problem
    video_stream(container).codec_context.options = {"max_pixels": str(MAX_PIXELS)}
    return container


def video_stream(container: InputContainer) -> VideoStream:
    """Return the video stream to read: FFmpeg's best, never the cover picture of a sound file.

    Raises:
        SourceError: there is none.
    """
    moving = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not moving:
        raise SourceError("there is no video in it", reason="no-video")
    best = container.streams.best("video")
    return next((stream for stream in moving if stream is best), moving[0])


def read_error(url: str, error: Exception) -> SourceError:
    """Return what to tell the user when reading from a source failed; holds no password.

    Raise it outside of the `except` block (or `from None`): the text of FFmpeg's exceptions holds the URL.
    """
    source = parse_source(url)
    if not isinstance(error, av.error.InvalidDataError):
        return _explain(error, source)
    what = f"{_shown(source)} {'sends' if source.is_network else 'holds'} data that cannot be decoded"
    return SourceError(what, "Check the network" if source.is_network else "The file is damaged here", reason="read")


def _locate(source: SourceUrl) -> SourceUrl:
    if source.scheme == "sample":
        source = SourceUrl("file", str(fetch(source.target)))
    if source.scheme == "file":
        _check_file(Path(source.target))
    return source


def _check_file(path: Path) -> None:
    """Say what is wrong with a file before FFmpeg looks into it."""
    try:
        if path.is_dir():
            raise SourceError(f"'{path}' is a folder", "Give one video file", reason="not-a-video")
        if path.exists() and not path.is_file():
            raise SourceError(f"'{path}' is not a regular file", "Give a video file or a URL", reason="unsupported")
        with path.open("rb") as file:
            empty = not file.read(1)
    except (FileNotFoundError, NotADirectoryError):
        raise SourceError(f"there is no file '{path}'", "Check the path and its spelling", reason="missing") from None
    except OSError as error:
        hint = "Check the rights of the user who runs this, and the disk"
        raise SourceError(f"cannot read '{path}': {error.strerror}", hint, reason="read") from None
    if empty:
        hint = "The recording or the download failed: get the file again"
        raise SourceError(f"'{path}' is empty (0 bytes)", hint, reason="not-a-video")


def _options(source: SourceUrl, live: bool, timeout_s: float, rtsp_transport: str) -> dict[str, str]:
    """Return FFmpeg's options; those that a protocol does not know it ignores."""
    options = {"protocol_whitelist": _WHITELISTS[source.scheme]}
    timeout_us = str(round(timeout_s * 1_000_000))
    if source.scheme.startswith("rtsp"):
        options |= {"rtsp_transport": rtsp_transport, "timeout": timeout_us}
    elif source.is_network:
        options["rw_timeout"] = timeout_us  # `timeout` would make RTMP listen
    if live:
        options |= _LOW_DELAY
        if rtsp_transport == "udp":
            options["max_delay"] = _UDP_REORDER_US
    return options


def _connect(source: SourceUrl, options: dict[str, str], timeout_s: float) -> InputContainer:
    began_s = time.monotonic()
    try:
        return av.open(_ffmpeg_url(source), "r", options=options, timeout=(timeout_s, timeout_s))
    except _FAULTS as error:
        # When the time is up it is silence, whatever FFmpeg calls it (invalid data, for RTSP).
        silent = time.monotonic() - began_s >= timeout_s
        problem = _explain(av.error.TimeoutError(errno.ETIMEDOUT, "silent") if silent else error, source, timeout_s)
        if not silent and isinstance(error, av.error.InvalidDataError | av.error.EOFError | av.error.PermissionError):
            problem = _not_a_video(source, _first_bytes(source, options, timeout_s)) or problem
    raise problem  # outside of `except`: FFmpeg's exception holds the password and must not hang on to ours


def _ffmpeg_url(source: SourceUrl) -> str:
    """Return the URL for FFmpeg; of a file the absolute path, so that no name is taken for a protocol."""
    return f"file:{Path(source.target).absolute()}" if source.scheme == "file" else source.url


def _first_bytes(source: SourceUrl, options: dict[str, str], timeout_s: float) -> bytes | None:
    """Return the beginning of what a file holds or a web server sends; None where it cannot be had."""
    if not source.scheme.startswith(("file", "http")):
        return None
    try:
        with av.open(_ffmpeg_url(source), "r", "data", options, timeout=(timeout_s, timeout_s)) as container:
            return bytes(next(container.demux()))
    except (*_FAULTS, StopIteration):
        return None


def _not_a_video(source: SourceUrl, head: bytes | None) -> SourceError | None:
    if head is None:
        return None
    text = head[:1024].lstrip().lower()
    if not head:
        what, hint = "is empty", "Get the file again, or check the path on the server"
    elif text.startswith((b"<!doctype html", b"<html")):
        what, hint = "is a web page, not a video", "Give the address of the stream or file itself, not of its page"
    elif text.startswith((b"#extm3u", b"ffconcat")):
        what = "is a list that names nothing that may be read"
        hint = "On disk it may lead to local files only, on the network to http and https only"
    elif head[4:8] == b"ftyp":
        what, hint = "is cut off: the index of the MP4 (moov) is missing", "The recording or the copy was not finished"
    else:
        what, hint = "is not a video that FFmpeg knows", "Check that a player can play it"
    return SourceError(f"{_shown(source)} {what}", hint, reason="not-a-video")


def _shown(source: SourceUrl) -> str:
    return str(source) if source.is_network else f"'{source}'"


def _size_unknown(container: InputContainer) -> bool:
    # A stream that FFmpeg has no decoder for has no context at all.
    contexts = [getattr(stream, "codec_context", None) for stream in container.streams.video]
    return any(context is not None and not context.width for context in contexts)


def _unfit(container: InputContainer, source: SourceUrl) -> SourceError | None:
    """Say what is wrong with a source that opened."""
    where = _shown(source)
    if container.format.name in _NO_VIDEO_FORMATS or container.format.name.endswith("_pipe"):
        return SourceError(f"{where} is a picture or a text, not a video", "Give a video", reason="not-a-video")
    try:
        stream = video_stream(container)
    except SourceError:
        kinds = ", ".join(sorted({s.type for s in container.streams})) or "nothing"
        return SourceError(f"{where} has no video, only {kinds}", "Check the file or the stream", reason="no-video")
    if getattr(stream, "codec_context", None) is None:
        hint = "Convert it, or set the camera to H.264"
        return SourceError(f"{where} is encoded in a way FFmpeg cannot decode", hint, reason="unsupported")
    size = stream.codec_context.width, stream.codec_context.height
    if not all(size):
        hint = "Check that the camera sends pictures, and that a player can play it"
        return SourceError(f"{where} sends no picture that can be decoded", hint, reason="no-video")
    if size[0] * size[1] > MAX_PIXELS:
        hint = f"At most {MAX_PIXELS >> 20} million pixels are read"
        return SourceError(f"{where} claims pictures of {size[0]}x{size[1]}", hint, reason="unsupported")
    return None


def _explain(error: Exception, source: SourceUrl, timeout_s: float | None = None) -> SourceError:
    """Translate one of PyAV's exceptions."""
    what, hint, reason = _words(error, source, timeout_s)
    problem = SourceError(f"{_shown(source)} {what}", hint, reason=reason)
    problem.add_note(source.redact(f"FFmpeg says: {type(error).__name__}: {error}"))
    return problem


def _words(error: Exception, source: SourceUrl, timeout_s: float | None) -> tuple[str, str, str]:
    """Return what is wrong, what to do and the reason code."""
    if isinstance(error, av.error.HTTPUnauthorizedError) and not source.password:
        return "asks for a user and a password (401)", "Write USER:PASSWORD and an at sign before the host", "auth"
    if isinstance(error, av.error.TimeoutError | av.error.ExitError):
        within = f"within {timeout_s:g} s" if timeout_s else "any more"
        return f"did not answer {within}", "Check the address, the network and the firewall", "timeout"
    fitting = (words for kind, words in _BY_KIND.items() if isinstance(error, kind))
    return next(fitting, None) or _words_of_system(error, source)


def _words_of_system(error: Exception, source: SourceUrl) -> tuple[str, str, str]:
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
# The first that fits counts: special kinds before general ones.
_BY_KIND: dict[type[Exception], tuple[str, str, str]] = {
    av.error.HTTPUnauthorizedError: (
        "refused the user or the password (401)",
        "Check both; some cameras lock after a few attempts",
        "auth",
    ),
    av.error.HTTPForbiddenError: ("forbids access (403)", "Check what this user may do on the camera", "auth"),
    av.error.HTTPNotFoundError: ("has no such path (404)", "Check the part behind the host", "missing"),
    av.error.HTTPClientError: (
        "refused the request (4xx)",
        "Check the path, and how many viewers it allows",
        "unreachable",
    ),
    av.error.HTTPServerError: ("has a fault of its own (5xx)", "Try later, or restart the camera", "unreachable"),
    av.error.ConnectionRefusedError: (
        "cannot be reached: nothing listens there",
        "Check the port, and that it is on",
        "unreachable",
    ),
    av.error.ConnectionResetError: _CLOSED,
    av.error.ConnectionAbortedError: _CLOSED,
    av.error.BrokenPipeError: _CLOSED,
    av.error.EOFError: _CLOSED,
    av.error.PermissionError: _NOT_ALLOWED,
    av.error.ArgumentError: _NOT_ALLOWED,
    av.error.InvalidDataError: _NO_VIDEO,
    av.error.LookupError: ("needs a part that FFmpeg lacks here", "Set the camera to H.264 over RTSP", "unsupported"),
}


def _resolves(host: str) -> bool:
    try:
        socket.getaddrinfo(host.strip("[]"), None)
    except OSError:
        return False
    return True
