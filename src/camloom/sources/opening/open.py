"""Open a file or a stream safely, and say in one line why it cannot be read."""

import math
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import av
import av.error
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from camloom.assets import fetch
from camloom.config.addresses import AddressPolicy, policy_in_force
from camloom.config.source_url import SourceUrl, parse_source
from camloom.errors import SourceError
from camloom.sources.opening.connections import authorities, must_prove
from camloom.sources.opening.faults import explain, shown
from camloom.sources.opening.reach import KNOCK_S, Place, find_place, follow, led_astray, look_up
from camloom.sources.opening.web import Web

MAX_PIXELS = 1 << 26  # 8192 x 8192: beyond it is a picture bomb, not a camera

# FFmpeg follows playlists and lists inside of files: what it meets there must be of these kinds. Of the web it gets
# open files, never an address: see web.py.
_WHITELISTS = {
    "file": "file",
    "rtsp": "rtsp,rtp,udp,tcp",
    "rtsps": "rtsps,rtsp,rtp,udp,tcp,tls",
    "rtmp": "rtmp,tcp",
    "rtmps": "rtmps,tls,tcp",
    "http": "http,https",
    "https": "http,https",
}
# HLS would talk to its own connections, which are not there; a live one begins at what is newest.
_WEB_OPTIONS = {"http_persistent": "0", "http_multiple": "0", "live_start_index": "-1"}
_WEB_FORMATS = {
    "multipart/x-mixed-replace": "mpjpeg",
    "application/vnd.apple.mpegurl": "hls",
    "application/x-mpegurl": "hls",
    "audio/mpegurl": "hls",
    "audio/x-mpegurl": "hls",
}
# No `nobuffer`: it throws away what was read to find the format, and with it the first keyframe, so that
# the first picture comes a whole GOP later. What a short analysis holds back is gone after some packets.
_LOW_DELAY = {"flags": "low_delay", "max_delay": "0", "analyzeduration": "200000", "probesize": "1000000"}
_UDP_REORDER_US = "100000"  # UDP packets overtake each other; TCP needs no such wait
_NO_VIDEO_FORMATS = {"image2", "tty", "bin", "xbin", "adf", "idf"}  # pictures, and texts that FFmpeg would draw
_FAULTS = (av.error.FFmpegError, OSError, ValueError)
_CLEAR = ("auth", "missing", "busy")  # reasons that a server gave
_UNCLEAR = ("not-a-video", "unreachable", "unsupported", "read")  # reasons behind which another one may stand


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read a source.

    Attributes:
        live: with low delay; None decides by the URL.
        timeout_s: longest wait for the connection and for each packet.
        rtsp_transport: how RTSP carries the pictures.
        policy: which addresses may be read.
        verify_tls: whether a TLS server must prove who it is; None: those that are called by a name must.
    """

    live: bool | None = None
    timeout_s: float = 10.0
    rtsp_transport: Literal["tcp", "udp"] = "tcp"
    policy: AddressPolicy = field(default_factory=policy_in_force)
    verify_tls: bool | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A source that is open.

    Attributes:
        container: what FFmpeg reads; it has a video stream that can be decoded.
        web: the connections to the web, of a source that comes from there.
        endless: it is live, as far as can be told now.
    """

    container: InputContainer
    web: Web | None
    endless: bool

    def allow(self, seconds: float) -> None:
        """Let reading go on for so long, however slowly a web server sends; FFmpeg bounds the other kinds itself."""
        if self.web is not None:
            self.web.deadline_s = time.monotonic() + seconds

    def close(self) -> None:
        """Close the file or the connection."""
        self.container.close()
        if self.web is not None:
            self.web.close()


def open_container(
    url: str,
    *,
    live: bool | None = None,
    timeout_s: float = 10.0,
    rtsp_transport: Literal["tcp", "udp"] = "tcp",
) -> InputContainer:
    """Open a source for reading; see `open_source` and `Reading`."""
    return open_source(url, Reading(live, timeout_s, rtsp_transport)).container


def open_source(url: str, reading: Reading) -> Opened:
    """Open a source for reading. It has a video stream that can be decoded: see `video_stream`.

    Args:
        url: path, network URL or `sample:ID`; a password in it may hold any character.

    Raises:
        SourceError: it cannot be read; with a reason code and without the password.
        AssetError: the sample cannot be fetched.
    """
    source = parse_source(url)
    reading.policy.check_scheme(source.scheme)
    source = _locate(source)
    live = source.is_live if reading.live is None else reading.live
    began_s = time.monotonic()
    opened = _connect(source, reading, live=live)
    silent = time.monotonic() - began_s >= reading.timeout_s  # it agreed to all and sent nothing, and would again
    # Joined between two keyframes, and nobody said what comes.
    if live and not silent and _size_unknown(opened.container):
        opened.close()
        opened = _connect(source, reading, live=False)
    if problem := _unfit(opened.container, source):
        opened.close()
        raise problem
    video_stream(opened.container).codec_context.options = {"max_pixels": str(MAX_PIXELS)}
    return opened


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


def _connect(source: SourceUrl, reading: Reading, *, live: bool) -> Opened:
    options = _options(source, reading, live)
    if source.scheme in ("http", "https"):
        return _connect_to_web(source, reading, options)
    if source.is_network:
        return Opened(_connect_to(source, reading, options), None, source.is_live)
    try:
        return Opened(av.open(f"file:{Path(source.target).absolute()}", "r", options=options), None, False)
    except _FAULTS as error:
        problem = explain(error, source)
        if problem.reason in _UNCLEAR:
            problem = _not_a_video(source, _first_bytes(Path(source.target))) or problem
    raise problem


def _connect_to(source: SourceUrl, reading: Reading, options: dict[str, str]) -> InputContainer:
    """Let FFmpeg connect, and see that it is where it was sent: an RTSP server may send it on."""
    strict = reading.policy.level == "strict"
    place = find_place(source, reading.policy, reading.timeout_s)
    if not source.scheme.startswith("rtsp"):
        return _connect_at(place, reading, options, pinned=strict)
    if strict or place.source is not source:  # where the stream is was asked for
        return _connect_exactly(place, reading, options)
    try:
        container = _connect_at(place, reading, options, pinned=False)
    except SourceError as error:
        target = None if error.reason in _CLEAR else follow(place, reading.policy, KNOCK_S)
        if target is None:
            raise
    else:
        if place.is_connected() or look_up(source, reading.policy).is_connected():  # a name may have many addresses
            return container
        container.close()
        target = follow(place, reading.policy, reading.timeout_s)
        if target is None:
            raise led_astray(source)
    return _connect_exactly(target, reading, options)


def _connect_exactly(place: Place, reading: Reading, options: dict[str, str]) -> InputContainer:
    """Connect to an address that was checked, and to no other."""
    container = _connect_at(place, reading, options, pinned=True)
    if not place.is_connected():
        container.close()
        raise led_astray(place.source)
    return container


def _connect_at(place: Place, reading: Reading, options: dict[str, str], *, pinned: bool) -> InputContainer:
    source = place.pinned if pinned else place.source
    began_s = time.monotonic()
    try:
        timeout = (reading.timeout_s, reading.timeout_s)
        return av.open(source.url, "r", options=options | _tls_options(place, reading), timeout=timeout)
    except _FAULTS as error:
        problem = _why_not(error, source, began_s, reading.timeout_s)
    finally:
        place.release()
    raise problem  # outside of `except`: FFmpeg's exception holds the password and must not hang on to ours


def _connect_to_web(source: SourceUrl, reading: Reading, options: dict[str, str]) -> Opened:
    web = Web(source, reading.policy, reading.timeout_s, verify=reading.verify_tls)
    began_s = time.monotonic()
    web.deadline_s = began_s + reading.timeout_s
    file = web.open()
    try:
        container = av.open(
            file,
            "r",
            format=_WEB_FORMATS.get(file.content_type),
            options=options | _WEB_OPTIONS,
            timeout=(reading.timeout_s, reading.timeout_s),
            io_open=web.open_nested,
        )
    except (*_FAULTS, SourceError) as error:
        problem = _why_not(error, source, began_s, reading.timeout_s)
        if problem.reason in _UNCLEAR and not isinstance(error, SourceError):
            problem = web.refusal or _not_a_video(source, file.head) or problem
    else:
        web.deadline_s = math.inf
        listed = container.format.name == "hls"  # the list has an end, whatever has none
        whole = bool(container.duration) or not (listed or file.length_bytes is None)
        return Opened(container, web, source.is_live and not whole)
    web.close()
    raise problem


def _why_not(error: Exception, source: SourceUrl, began_s: float, timeout_s: float) -> SourceError:
    if isinstance(error, SourceError):
        return error
    # When the time is up it is silence, whatever FFmpeg calls it (invalid data, for RTSP).
    silent = time.monotonic() - began_s >= timeout_s
    return explain(TimeoutError() if silent else error, source, timeout_s)


def _options(source: SourceUrl, reading: Reading, live: bool) -> dict[str, str]:
    """Return FFmpeg's options; those that a protocol does not know it ignores."""
    options = {"protocol_whitelist": _WHITELISTS[source.scheme]}
    timeout_us = str(round(reading.timeout_s * 1_000_000))
    if source.scheme.startswith("rtsp"):
        options |= {"rtsp_transport": reading.rtsp_transport, "timeout": timeout_us}
    elif source.is_network:
        options["rw_timeout"] = timeout_us  # `timeout` would make RTMP listen
    if live:
        options |= _LOW_DELAY
        if reading.rtsp_transport == "udp":
            options["max_delay"] = _UDP_REORDER_US
    return options


def _tls_options(place: Place, reading: Reading) -> dict[str, str]:
    """Return what FFmpeg needs besides to trust a TLS server, whose name may be replaced by its address."""
    host = place.source.host.strip("[]")
    if not place.source.scheme.endswith("s") or not must_prove(host, reading.verify_tls):
        return {}
    return {"tls_verify": "1", "verifyhost": host, "ca_file": authorities()}


def _first_bytes(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(1024)
    except OSError:
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
    return SourceError(f"{shown(source)} {what}", hint, reason="not-a-video")


def _size_unknown(container: InputContainer) -> bool:
    # A stream that FFmpeg has no decoder for has no context at all.
    contexts = [getattr(stream, "codec_context", None) for stream in container.streams.video]
    return any(context is not None and not context.width for context in contexts)


def _unfit(container: InputContainer, source: SourceUrl) -> SourceError | None:
    """Say what is wrong with a source that opened."""
    where = shown(source)
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
