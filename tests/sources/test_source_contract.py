"""What every source promises, over every one that is registered."""

import errno
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import av
import cv2
import pytest
from tests.onvif.camera import Camera, Habits
from tests.sources.conftest import WebServer
from tests.sources.fake_usb import FakeDevices

from camloom import plugins
from camloom.config import StrictModel
from camloom.errors import SourceError
from camloom.packets import Packet, StreamInfo
from camloom.sources.base import Source
from camloom.sources.reading.decode import Decoder
from camloom.sources.usb import UsbConfig, UsbSource

MovingClip = Callable[..., Path]
MakeSource = Callable[[], Source]
PICTURES = 50
# Fixtures that install or start what a source needs.
NEEDS = {
    "gstreamer": ("rtsp_packages",),
    "gige": ("gige_camera",),
    "hcnetsdk": ("fake_hcnetsdk",),
    "mvs": ("fake_mvs",),
}


@pytest.fixture
def onvif_url(moving_clip: MovingClip, web_server: WebServer) -> Iterator[str]:
    """The address of a camera whose stream comes from a web server."""
    stream = web_server.put("/clip.mp4", moving_clip().read_bytes())
    with Camera(Habits(login="", stream=stream)) as camera:
        yield f"onvif://{camera.place}"


@pytest.fixture(params=plugins.names("sources"))
def make_source(request: pytest.FixtureRequest, moving_clip: MovingClip, tmp_path: Path) -> MakeSource:
    """Return a maker of a source of two seconds or more. A source from elsewhere must be given settings here."""
    if request.param == "usb":  # no camera here: a fake of Video4Linux
        camera = FakeDevices(tmp_path, moving_clip("camera.avi", codec="mjpeg", pix_fmt="yuvj420p"))
        camera.plug("usb-Camera_1")
        camera.fails_with = errno.ENODEV
        return lambda: UsbSource(UsbConfig(), camera)
    settings: dict[str, Callable[[], dict[str, Any]]] = {
        "gb28181": lambda: request.getfixturevalue("gb28181_url"),
        "gige": lambda: {"url": "gige://127.0.0.1", "width": 320, "height": 240, "fps": 100},
        "gstreamer": lambda: {"url": f"gst:videotestsrc num-buffers={PICTURES}", "live": False},
        "hcnetsdk": lambda: {"url": "hcnetsdk://127.0.0.1", "user": "admin", "password": "right"},
        "images": lambda: {"url": str(_folder_of(moving_clip(), tmp_path / "pictures"))},
        "media": lambda: {"url": str(moving_clip(b_frames=2))},
        "mvs": lambda: {"fps": 200},
        "onvif": lambda: {"url": request.getfixturevalue("onvif_url")},
        "synthetic": lambda: {"url": "synthetic:seconds=2&width=320&height=240"},
    }
    for needed in NEEDS.get(request.param, ()):
        request.getfixturevalue(needed)
    implementation = plugins.load("sources", request.param)
    config = implementation.Config(**settings[request.param]())
    return lambda: implementation(config)


def _folder_of(clip: Path, folder: Path) -> Path:
    folder.mkdir()
    with av.open(str(clip)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            cv2.imwrite(str(folder / f"{index}.jpg"), frame.to_ndarray(format="bgr24"))
    return folder


def read(source: Source) -> tuple[StreamInfo, list[Packet]]:
    info, packets = source.open(), []
    with suppress(SourceError):  # for a camera the end is a break
        for packet in islice(source.packets(), PICTURES):
            packets.append(packet)
    return info, packets


def test_its_settings_refuse_what_they_do_not_know(make_source: MakeSource) -> None:
    config = make_source().Config
    assert issubclass(config, StrictModel)
    with pytest.raises(ValueError, match="nonsense"):
        config.model_validate({"nonsense": 1})


def test_it_says_what_comes(make_source: MakeSource) -> None:
    source = make_source()
    info = source.open()
    assert (info.width, info.height) == (320, 240)
    assert info.fps > 0
    assert info.codec
    source.close()


def test_packets_begin_at_a_keyframe_at_zero_and_have_times(make_source: MakeSource) -> None:
    source = make_source()
    _, packets = read(source)
    assert packets[0].is_keyframe
    assert packets[0].pts_s == 0
    assert all(packet.raw.pts is not None for packet in packets)
    assert all(later.dts_s >= earlier.dts_s - 1e-6 for earlier, later in pairwise(packets))
    source.close()


def test_every_packet_is_one_picture_of_the_said_size(make_source: MakeSource) -> None:
    source = make_source()
    info, packets = read(source)
    decoder = Decoder(info)
    shown = [buffer for packet in packets for _, buffer in decoder.decode(packet)]
    shown += [buffer for _, buffer in decoder.drain()]
    assert len(shown) == len(packets) == PICTURES
    assert {(buffer.width, buffer.height) for buffer in shown} == {(320, 240)}
    source.close()


def test_stop_ends_it_and_close_may_be_called_twice(make_source: MakeSource) -> None:
    source = make_source()
    source.open()
    packets = source.packets()
    next(packets)
    source.stop()
    assert len(list(packets)) <= 1
    source.close()
    source.close()
