"""USB cameras over a fake of Video4Linux: none can be plugged in here."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sources.fake_usb import FakeDevices

from camloom.errors import SourceError
from camloom.sources.usb import UsbConfig, UsbSource, Video4Linux

NAME = "usb-046d_HD_Pro_Webcam_C920_8F2A77DF"


@pytest.fixture
def devices(tmp_path: Path, make_clip: Callable[..., Path]) -> FakeDevices:
    folder = tmp_path / "by-id"
    folder.mkdir()
    return FakeDevices(folder, make_clip("a.avi", codec="mjpeg", frames=10, pix_fmt="yuvj420p"))


def read(source: UsbSource) -> None:
    source.open()
    for _ in source.packets():
        pass


def failure(source: UsbSource) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read(source)
    source.close()
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize("url", ["usb:", "usb:c920", "usb:8F2A77DF", f"usb:{NAME}"])
def test_a_part_of_the_id_finds_it_whatever_port_it_is_in(devices: FakeDevices, url: str) -> None:
    devices.plug("usb-Another_Camera_1")
    expected = devices.plug(NAME) if url != "usb:" else devices.find("")

    assert devices.find(UsbConfig(url=url).wanted) == expected


def test_it_is_asked_for_the_format_and_never_waited_for(devices: FakeDevices) -> None:
    devices.plug(NAME)
    source = UsbSource(UsbConfig(format="yuyv", width=640, height=480, fps=15), devices)
    source.open()
    source.close()

    expected = {"input_format": "yuyv422", "video_size": "640x480", "framerate": "15", "fflags": "+4"}
    assert devices.options == expected


def test_pulling_the_plug_ends_it_and_its_return_is_noticed(devices: FakeDevices) -> None:
    camera = devices.plug(NAME)
    source = UsbSource(UsbConfig(url="usb:C920"), devices)
    assert source.reconnects
    assert source.knock()
    assert failure(source).reason == "closed"

    camera.unlink()

    again = UsbSource(UsbConfig(url="usb:C920"), devices)
    assert not again.knock()
    assert failure(again).reason == "missing"
    devices.plug(NAME)
    assert again.knock()
    assert again.open().live


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.EBUSY, "busy"),
        (errno.EACCES, "auth"),
        (errno.ENODEV, "closed"),
        (errno.EINVAL, "unsupported"),
        (errno.ENOMEM, "read"),
    ],
)
def test_why_it_cannot_be_opened(devices: FakeDevices, code: int, reason: str) -> None:
    devices.plug(NAME)
    devices.refuses_with = code

    assert failure(UsbSource(UsbConfig(), devices)).reason == reason


@pytest.mark.parametrize(("code", "reason"), [(errno.EIO, "closed"), (0, "closed"), (-1, "timeout")])
def test_how_it_ends(devices: FakeDevices, code: int, reason: str) -> None:
    devices.plug(NAME)
    devices.fails_with = code

    assert failure(UsbSource(UsbConfig(timeout_s=0.1), devices)).reason == reason


@pytest.mark.parametrize(
    "url", ["usb:/etc/passwd", "usb:/dev/watchdog", "usb:/dev/v4l/by-id/../../mem", "usb:///dev/sda"]
)
def test_only_cameras_can_be_named(url: str) -> None:
    assert failure(UsbSource(UsbConfig(url=url))).reason == "policy"


def test_without_a_camera_this_machine_says_so(tmp_path: Path) -> None:
    source = UsbSource(UsbConfig(url="usb:no-such-camera"), Video4Linux(tmp_path / "none"))

    assert not source.knock()
    assert "not plugged in" in str(failure(source))
