"""Pipelines of a real GStreamer."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from camloom import plugins
from camloom.bench.camera import RtspServer
from camloom.cli.plugins import plugins as plugins_command
from camloom.config.blocks import SourceBlock
from camloom.errors import SourceError
from camloom.packets import Packet, StreamInfo
from camloom.sources.gstreamer import GstreamerConfig, GstreamerSource, ready_pipelines
from camloom.sources.live.reconnect import ReconnectingSource
from camloom.sources.live.states import StateBoard
from camloom.sources.reading.decode import Decoder

pytestmark = pytest.mark.usefixtures("rtsp_packages")
BARS = "videotestsrc num-buffers=4 pattern=smpte100"
SIZE = "width=326,height=246"  # no multiple of 8 or 4: GStreamer pads its rows
SOON_S = 5.0


@contextmanager
def opened(pipeline: str = "", **settings: object) -> Iterator[tuple[GstreamerSource, StreamInfo]]:
    source = GstreamerSource(GstreamerConfig.model_validate({"pipeline": pipeline, **settings}))
    try:
        yield source, source.open()
    finally:
        source.close()


def read(pipeline: str = "", **settings: object) -> tuple[StreamInfo, list[Packet]]:
    with opened(pipeline, **settings) as (source, info):
        return info, list(source.packets())


def error_of(pipeline: str, **settings: object) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read(pipeline, **{"timeout_s": 4, **settings})
    return caught.value


def colours(info: StreamInfo, packets: list[Packet]) -> list[list[int]]:
    """Return the colours of the seven bars of the last picture, BGR."""
    [(_, picture)] = Decoder(info).decode(packets[-1])
    bgr = picture.to_bgr()
    middles = [round((index + 0.5) * bgr.shape[1] / 7) for index in range(7)]
    return [bgr[100, x].tolist() for x in middles]


BARS_BGR = [
    [255, 255, 255],
    [0, 255, 255],
    [255, 255, 0],
    [0, 255, 0],
    [255, 0, 255],
    [0, 0, 255],
    [255, 0, 0],
]


@pytest.mark.parametrize(
    "pixels", ["I420", "NV12", "NV21", "Y42B", "NV16", "Y444", "YUY2", "UYVY", "RGB", "BGR", "BGRx"]
)
def test_plain_pictures_have_their_colours_whatever_their_layout(pixels: str) -> None:
    info, packets = read(f"{BARS} ! video/x-raw,format={pixels},{SIZE},colorimetry=bt601", live=False)
    assert (info.codec, info.width, info.height, len(packets)) == ("rawvideo", 326, 246, 4)
    assert np.abs(np.subtract(colours(info, packets), BARS_BGR)).max() <= 12


@pytest.mark.parametrize("order", ["bggr", "grbg"])
def test_a_mosaic_has_its_colours(order: str) -> None:
    info, packets = read(f"{BARS} ! video/x-bayer,format={order},{SIZE}", live=False)
    assert (info.width, info.height) == (326, 246)
    assert np.abs(np.subtract(colours(info, packets), BARS_BGR)).max() <= 12


@pytest.mark.parametrize(
    ("encoder", "codec"),
    [
        ("x264enc tune=zerolatency ! h264parse", "h264"),
        ("x264enc tune=zerolatency ! video/x-h264,stream-format=avc", "h264"),
        ("x265enc tune=zerolatency ! h265parse", "hevc"),
        ("jpegenc", "mjpeg"),
    ],
)
def test_encoded_pictures_stay_encoded(encoder: str, codec: str) -> None:
    info, packets = read(f"{BARS} ! video/x-raw,format=I420,{SIZE} ! {encoder}", live=False)
    decoder = Decoder(info)
    shown = [picture for packet in packets for _, picture in decoder.decode(packet)]
    shown += [picture for _, picture in decoder.drain()]
    assert (info.codec, len(packets), len(shown)) == (codec, 4, 4)
    assert {(picture.width, picture.height) for picture in shown} == {(326, 246)}


def test_a_string_may_have_its_own_appsink() -> None:
    _, packets = read(f"{BARS} ! video/x-raw,format=GRAY8 ! appsink max-buffers=1", live=False)
    assert len(packets) == 4


def test_the_end_of_a_camera_is_a_break() -> None:
    assert error_of("videotestsrc num-buffers=2 is-live=true").reason == "closed"


@pytest.mark.parametrize(
    ("pipeline", "reason", "words"),
    [
        ("videotestsrc ! nosuchdecoder ! nosuchconverter", "unavailable", "'nosuchdecoder', 'nosuchconverter'"),
        ("videotestsrc ! ! jpegenc", "unsupported", "syntax error, in part 2 (empty)"),
        ("videotestsrc ! jpegenc quality=high", "unsupported", "in part 2 (jpegenc)"),
        ("videotestsrc ! x264enc ! fakesink", "unsupported", "could not link fakesink"),
        ("audiotestsrc", "read", "not-negotiated"),
        ("filesrc location=/nowhere/x.mp4 ! decodebin", "missing", "/nowhere/x.mp4"),
        ("rtspsrc location=rtsp://127.0.0.1:9/x ! rtph264depay ! h264parse", "unreachable", "rtspsrc"),
        ("videotestsrc ! video/x-raw,width=321,height=241,format=I420", "unsupported", "321x241"),
        ("appsrc", "timeout", "sends nothing"),
    ],
)
def test_what_is_wrong_is_one_line(pipeline: str, reason: str, words: str) -> None:
    error = error_of(pipeline, timeout_s=0.6 if reason == "timeout" else 10)
    assert error.reason == reason
    assert words in error.message
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    "pipeline",
    [
        "videotestsrc ! filesink location={path}",
        "videotestsrc ! tee name=t ! queue ! appsink t. ! queue ! udpsink host=127.0.0.1",
        "videotestsrc ! tee name=t ! queue ! appsink t. ! queue ! x264enc ! splitmuxsink location={path}",
        "videotestsrc ! queue2 temp-template={path}XXXXXX ! appsink",
        "videotestsrc ! x264enc multipass-cache-file={path} pass=pass1",
        "playbin uri=file:///etc/passwd",
    ],
)
def test_a_pipeline_may_not_write_or_send(pipeline: str, tmp_path: Path) -> None:
    error = error_of(pipeline.format(path=tmp_path / "x"))
    assert error.reason == "policy"
    assert list(tmp_path.iterdir()) == []


def test_an_rtsp_camera_through_a_ready_pipeline(rtsp_server: Callable[..., RtspServer]) -> None:
    server = rtsp_server(user="admin", password='p"ss\\w ! 1', auth="basic")
    values = {"url": server.url, "user": "admin", "password": 'p"ss\\w ! 1'}
    with opened(ready="rtsp-low-latency", values=values) as (source, info):
        packets = source.packets()
        first = [next(packets) for _ in range(10)]
        assert (info.codec, info.width, info.height, info.live) == ("h264", 320, 240, True)
        assert first[0].is_keyframe
        server.kill()
        began_s = time.monotonic()
        with pytest.raises(SourceError):
            list(packets)
        assert time.monotonic() - began_s < 10


def test_h265_and_no_password(rtsp_server: Callable[..., RtspServer]) -> None:
    values = {"url": rtsp_server(codec="h265").url}
    with opened(ready="rtsp-h265-low-latency", values=values) as (source, info):
        packets = [next(packets) for packets in [source.packets()] for _ in range(8)]
    assert (info.codec, info.width, info.height) == ("hevc", 320, 240)
    decoder = Decoder(info)
    assert sum(1 for packet in packets for _ in decoder.decode(packet)) >= 5


def test_a_wrong_password_is_told_and_not_shown(rtsp_server: Callable[..., RtspServer]) -> None:
    server = rtsp_server(user="admin", password="right", auth="digest")
    values = {"url": server.url, "user": "admin", "password": "wr0ng"}
    error = error_of("", ready="rtsp-low-latency", values=values)
    assert error.reason == "auth"
    assert "wr0ng" not in str(error)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_program_that_dies_or_freezes_is_noticed(how: signal.Signals) -> None:
    with opened("videotestsrc is-live=true", timeout_s=2) as (source, _):
        packets = source.packets()
        next(packets)
        assert source._child is not None
        pid = source._child.pid
        os.kill(pid, how)
        with pytest.raises(SourceError) as caught:
            list(packets)
        assert caught.value.reason == ("closed" if how == signal.SIGKILL else "timeout")
    assert not Path(f"/proc/{pid}").exists()


def test_the_stream_goes_on_after_its_program_was_killed() -> None:
    made: list[GstreamerSource] = []

    def make() -> GstreamerSource:
        made.append(GstreamerSource(GstreamerConfig(pipeline="videotestsrc is-live=true")))
        return made[-1]

    states: list[str] = []
    source = ReconnectingSource(make, StateBoard(lambda state: states.append(str(state))))
    source.open()
    packets = source.packets()
    before = next(packets)
    assert made[-1]._child is not None
    os.kill(made[-1]._child.pid, signal.SIGKILL)
    after = next(packet for packet in packets if packet.discont)
    assert after.pts_s > before.pts_s
    assert after.info is not None
    assert states == ["online", "offline (closed)", "online"]
    source.stop()
    source.close()


def test_its_program_ends_when_we_are_killed() -> None:
    code = """
import time
from camloom.sources.gstreamer import GstreamerConfig, GstreamerSource
source = GstreamerSource(GstreamerConfig(pipeline="appsrc ! video/x-raw ! appsink", timeout_s=100))
import threading
threading.Thread(target=source.open, daemon=True).start()
while source._child is None:
    time.sleep(0.01)
print(source._child.pid, flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    until_s = time.monotonic() + SOON_S
    while _runs(pid) and time.monotonic() < until_s:
        time.sleep(0.02)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_password_is_in_no_command_line() -> None:
    with opened("videotestsrc is-live=true name=s3cret") as (source, _):
        assert source._child is not None
        assert b"s3cret" not in Path(f"/proc/{source._child.pid}/cmdline").read_bytes()
        assert b"s3cret" not in Path(f"/proc/{source._child.pid}/environ").read_bytes()
    assert "s3cret" not in repr(GstreamerConfig(pipeline="rtspsrc user-pw=s3cret"))
    assert "s3cret" not in str(error_of("rtspsrc user-pw=s3cret nonsense=1"))


def test_plugins_says_which_elements_are_missing() -> None:
    lines = list(plugins.details("sources", "gstreamer"))
    csi = next(line for line in lines if "jetson-csi" in line)
    assert "no nvarguscamerasrc, nvvidconv" in csi
    assert "ready" in next(line for line in lines if "rtsp-low-latency" in line)
    assert len(lines) == 1 + len(ready_pipelines())


def test_no_python_with_gstreamer_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMLOOM_PYTHON_GSTREAMER", sys.executable)
    assert "apt-get install python3-gi" in GstreamerSource.unavailable()
    monkeypatch.setenv("CAMLOOM_PYTHON_GSTREAMER", "/nowhere/python3")
    assert "/nowhere/python3" in GstreamerSource.unavailable()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "give one of"),
        ({"url": "gst:a", "pipeline": "b"}, "give one of"),
        ({"url": "http://x"}, "the form gst:PIPELINE"),
        ({"ready": "jetson"}, "there are: jetson-csi"),
        ({"ready": "rtsp-low-latency"}, "needs the value 'url'"),
        ({"ready": "usb", "values": {"size": 3}}, "no value 'size'"),
        ({"ready": "usb", "values": {"device": "a\nb"}}, "control characters"),
        ({"pipeline": "a", "values": {"size": 3}}, "for a ready pipeline"),
        ({"pipeline": "a" * 9000}, "at most"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(words)):
        GstreamerConfig.model_validate(settings)


def test_a_url_is_a_pipeline() -> None:
    assert GstreamerConfig(url="gst:videotestsrc ! jpegenc").text == "videotestsrc ! jpegenc"


def test_a_task_may_name_it_in_one_line_but_not_where_the_policy_is_strict(monkeypatch: pytest.MonkeyPatch) -> None:
    block = TypeAdapter(SourceBlock).validate_python("gst:videotestsrc ! jpegenc")
    assert (block.type, block.config.text) == ("gstreamer", "videotestsrc ! jpegenc")
    monkeypatch.setenv("CAMLOOM_SOURCE_POLICY", "strict")
    for source in ("gst:videotestsrc", {"type": "gstreamer", "pipeline": "videotestsrc"}):
        with pytest.raises(ValidationError, match="'gst:' are not allowed"):
            TypeAdapter(SourceBlock).validate_python(source)


def test_a_value_stays_one_value() -> None:
    text = ready_pipelines()["usb-mjpeg"].with_values({"device": '/dev/x" ! filesink location="/tmp/y'})
    assert '"/dev/x\\" ! filesink location=\\"/tmp/y"' in text


def test_the_page_shows_every_ready_pipeline() -> None:
    page = (Path(__file__).parents[2] / "docs" / "gstreamer.md").read_text()
    for name, ready in ready_pipelines().items():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
        assert ready.summary in row
        assert row.endswith("| yes |" if ready.tested else "| no |")
        assert f"    # {name}\n    {ready.pipeline}\n" in page


def test_plugins_command_shows_them(capsys: pytest.CaptureFixture[str]) -> None:
    plugins_command("gstreamer")
    shown = capsys.readouterr().out
    assert "ready" in shown
    assert "jetson-csi: no nvarguscamerasrc" in shown
