"""What every source promises, over every one that is registered."""

import errno
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import av
import cv2
import pytest
from tests.sources.fake_usb import FakeDevices

from camloom import plugins
from camloom.config import StrictModel
from camloom.errors import SourceError
from camloom.packets import Packet, StreamInfo
from camloom.sources.base import Source
from camloom.sources.decode import Decoder
from camloom.sources.usb import UsbConfig, UsbSource

MovingClip = Callable[..., Path]
MakeSource = Callable[[], Source]


@pytest.fixture(params=plugins.names("sources"))
def make_source(request: pytest.FixtureRequest, moving_clip: MovingClip, tmp_path: Path) -> MakeSource:
    """Return a maker of a source of about two seconds. A source from elsewhere must be given a URL here."""
    if request.param == "usb":  # no camera here: a fake of Video4Linux
        camera = FakeDevices(tmp_path, moving_clip("camera.avi", codec="mjpeg", pix_fmt="yuvj420p"))
        camera.plug("usb-Camera_1")
        camera.fails_with = errno.ENODEV
        return lambda: UsbSource(UsbConfig(), camera)
    urls: dict[str, Callable[[], str]] = {
        "images": lambda: str(_folder_of(moving_clip(), tmp_path / "pictures")),
        "media": lambda: str(moving_clip(b_frames=2)),
        "synthetic": lambda: "synthetic:seconds=2&width=320&height=240",
    }
    implementation = plugins.load("sources", request.param)
    by_itself = request.param == "gb28181"
    settings = request.getfixturevalue("gb28181_url") if by_itself else {"url": urls[request.param]()}
    return lambda: implementation(implementation.Config(**settings))


def _folder_of(clip: Path, folder: Path) -> Path:
    folder.mkdir()
    with av.open(str(clip)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            cv2.imwrite(str(folder / f"{index}.jpg"), frame.to_ndarray(format="bgr24"))
    return folder


def read(source: Source) -> tuple[StreamInfo, list[Packet]]:
    """Read all; a camera that ends its stream may say so."""
    info = source.open()
    packets: list[Packet] = []
    try:
        packets += source.packets()
    except SourceError as error:
        if error.reason != "closed":
            raise
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
    assert len(shown) == len(packets) == 50
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
