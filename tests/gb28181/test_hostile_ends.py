"""What must not stay behind, and must not go on for ever, whatever the other side does."""

import asyncio
import io
import socket
import threading
from collections.abc import AsyncGenerator, Iterator
from types import SimpleNamespace
from typing import Any, cast

import av
import numpy as np
import pytest

from camloom.errors import ConfigError
from camloom.gb28181.cascade.live import LiveChannel
from camloom.gb28181.cascade.operations import CascadePart
from camloom.gb28181.cascade.registration import RefusedError
from camloom.gb28181.cascade.service import Cascade
from camloom.gb28181.cascade.viewer import Viewer
from camloom.gb28181.control.protocol import decode, encode
from camloom.gb28181.control.server import Question
from camloom.gb28181.manscdp.documents import Document, parse_document
from camloom.gb28181.media.psmux import crc32_mpeg
from camloom.gb28181.media.rtp import RtpPacket
from camloom.gb28181.media.transport import MediaCounts, TcpTransport
from camloom.gb28181.media.ts import TsReader
from camloom.gb28181.platform.catalog import fetch_catalog
from camloom.gb28181.sip.sdp import parse_sdp
from camloom.packets import Packet, StreamInfo


class _Path:
    """A way for media that breaks as the test says."""

    port = 9

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error

    def open(self) -> None:
        if self._error is not None:
            raise self._error

    def send(self, packet: bytes) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class _EmptySource:
    """A camera that ends as soon as it is open."""

    def open(self) -> StreamInfo:
        template = SimpleNamespace(codec_context=SimpleNamespace(extradata=b""))
        return StreamInfo("h264", 64, 48, 25.0, live=True, template=cast(Any, template))

    def packets(self) -> Iterator[Packet]:
        return iter(())

    def stop(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


def test_a_payload_type_that_rtp_has_no_room_for_is_not_taken() -> None:
    video = parse_sdp(b"m=video 6000 RTP/AVP 96\na=rtpmap:999 PS/90000\na=rtpmap:127 PS/90000\n").video
    assert video is not None
    assert list(video.encodings) == [127]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_viewer_that_breaks_in_any_way_says_that_it_ended() -> None:
    told: list[str] = []
    viewer = Viewer(_Path(ValueError("whatever")), 1, 96, told.append)
    viewer.start()
    viewer._thread.join(5)
    assert len(told) == 1


def test_a_camera_that_ends_at_once_ends_its_viewer_too(monkeypatch: pytest.MonkeyPatch) -> None:
    begin = threading.Thread.start

    def begin_and_wait(thread: threading.Thread) -> None:
        begin(thread)
        thread.join(5)

    told: list[str] = []
    viewer = Viewer(_Path(), 1, 96, told.append)
    channel = LiveChannel(cast(Any, SimpleNamespace(id="1")), lambda _: _EmptySource())
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", begin_and_wait)
        channel.join(viewer)
    viewer.start()
    viewer._thread.join(5)
    assert told == ["source"]


def test_a_connection_that_waits_for_its_turn_is_closed_too() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    transport = TcpTransport(MediaCounts(), listener=listener)
    with socket.create_connection(("127.0.0.1", port)), socket.create_connection(("127.0.0.1", port)) as second:
        for _ in range(2):
            assert list(transport.receive(listener)) == []
        transport.close()
        second.settimeout(5)
        assert second.recv(1) == b""


def test_a_device_that_tells_its_channels_for_ever_is_not_listened_to_for_ever() -> None:
    part = parse_document(
        b"<Response><CmdType>Catalog</CmdType><SN>1</SN><DeviceID>1</DeviceID>"
        b"<DeviceList><Item><DeviceID>34020000001320000001</DeviceID></Item></DeviceList></Response>"
    )

    class Endless:
        async def answers(self, *_: object, **__: object) -> AsyncGenerator[Document, None]:
            for _again in range(1000):
                await asyncio.sleep(0.02)
                yield part

    async def run() -> int:
        fetching = fetch_catalog(cast(Any, Endless()), cast(Any, None), first_s=1, next_s=1, longest_s=0.2)
        return len(await asyncio.wait_for(fetching, 5))

    assert asyncio.run(run()) == 1


def test_a_time_beyond_the_calendar_is_no_event() -> None:
    class Overflowing:
        async def deliver(self, *_: object) -> str:
            raise OverflowError("date value out of range")

    async def run() -> None:
        ask = CascadePart([cast(Cascade, Overflowing())]).operations["cascade.alarm"]
        with pytest.raises(ConfigError, match="no event"):
            await ask(Question({"event": {}}, cast(Any, None)))

    asyncio.run(run())


def test_what_a_platform_says_steers_no_terminal() -> None:
    assert str(RefusedError(403, "\x1b[2J" + "no")) == "403 [2Jno"


def test_half_a_character_breaks_no_line() -> None:
    assert decode(encode({"error": "\ud800 gone"}))["error"] == "? gone"


def test_a_transport_stream_of_a_codec_without_a_name_is_said_to_be_so() -> None:
    data = _of_type(_transport_stream(), 0xD4)  # AVS3: named by TS, without a decoder in FFmpeg
    pieces = (data[at : at + 1316] for at in range(0, len(data), 1316))
    reader = TsReader()
    assert not list(reader.units(RtpPacket(33, i, 0, 1, False, piece) for i, piece in enumerate(pieces)))
    assert reader.assembler.unread


def _transport_stream() -> bytearray:
    file = io.BytesIO()
    with av.open(file, "w", format="mpegts") as container:
        stream = container.add_stream("mpeg2video", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((96, 64), np.uint8), format="yuv420p")
        container.mux([*stream.encode(frame), *stream.encode()])
    return bytearray(file.getvalue())


def _of_type(data: bytearray, kind: int) -> bytes:
    """Write another stream type into the map of a stream."""
    for at in range(0, len(data), 188):
        if data[at + 1 : at + 3] == b"\x50\x00":  # the map begins in this packet
            section = at + 5
            end = section + 3 + int.from_bytes(data[section + 1 : section + 3], "big") % 4096
            data[section + 12 + int.from_bytes(data[section + 10 : section + 12], "big") % 4096] = kind
            data[end - 4 : end] = crc32_mpeg(bytes(data[section : end - 4])).to_bytes(4, "big")
    return bytes(data)
