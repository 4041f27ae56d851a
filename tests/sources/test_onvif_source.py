"""A camera by its ONVIF address: real SOAP for where the stream is, real RTSP for the stream."""

import threading
import time
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from tests.onvif.camera import Camera, Habits, Profile

from camloom.errors import SourceError
from camloom.sources.onvif.source import OnvifConfig, OnvifSource, service_of

if TYPE_CHECKING:
    from camloom.bench.camera import RtspServer

PASSWORD = "p@ss:w/r#1%?&!"
SIZES = (Profile("big", "H264", 1920, 1080), Profile("small", "H264", 640, 360))


def source_of(camera: Camera, *, password: str = PASSWORD, **settings: object) -> OnvifSource:
    url = f"onvif://admin:{quote(password, safe='')}@{camera.place}"
    return OnvifSource(OnvifConfig.model_validate({"url": url, "timeout_s": 3, **settings}))


def test_it_looks_up_where_the_stream_is_and_logs_in_there_too(rtsp_server: "Callable[..., RtspServer]") -> None:
    server = rtsp_server(gop=10, user="admin", password=PASSWORD)
    stream = f"rtsp://10.11.12.13:{server.port}/stream"  # the address that the camera had somewhere else
    with Camera(Habits(profiles=SIZES, stream=stream)) as camera:
        source = source_of(camera)
        info = source.open()
        packets = list(islice(source.packets(), 5))
        source.close()
    assert (info.codec, info.live) == ("h264", True)
    assert packets[0].is_keyframe


@pytest.mark.parametrize(("profile", "path"), [("main", "big"), ("sub", "small"), ("small", "small")])
def test_main_and_sub_are_what_the_camera_calls_something_else(profile: str, path: str) -> None:
    stream = "rtsp://{host}:9/{path}"
    with Camera(Habits(profiles=SIZES, stream=stream)) as camera, pytest.raises(SourceError) as caught:
        source_of(camera, profile=profile).open()
    assert f"rtsp://***@127.0.0.1:9/{path} " in str(caught.value)
    assert caught.value.reason == "unreachable"
    assert PASSWORD not in str(caught.value)
    assert quote(PASSWORD, safe="") not in str(caught.value)


def test_a_stream_that_is_not_there_is_told_with_those_that_are() -> None:
    with Camera(Habits(profiles=SIZES[:1])) as camera, pytest.raises(SourceError, match="no stream 'sub'") as caught:
        source_of(camera, profile="sub").open()
    assert "main (1920x1080)" in str(caught.value)
    assert caught.value.reason == "missing"


def test_a_wrong_password_is_an_auth_error_without_it() -> None:
    with Camera() as camera, pytest.raises(SourceError) as caught:
        source_of(camera, password="kilimanjaro").open()
    assert caught.value.reason == "auth"
    assert "kilimanjaro" not in str(caught.value)


def test_it_comes_back_and_somebody_knocks_without_logging_in(closed_port: int) -> None:
    assert OnvifSource.reconnects
    with Camera() as camera:
        assert source_of(camera).knock()
        assert camera.asked == []
    assert not OnvifSource(OnvifConfig(url=f"onvif://127.0.0.1:{closed_port}")).knock()


def test_a_silent_camera_is_given_up_in_time(silent_port: int) -> None:
    source = OnvifSource(OnvifConfig(url=f"onvif://127.0.0.1:{silent_port}", timeout_s=0.5))
    with pytest.raises(SourceError) as caught:
        source.open()
    assert caught.value.reason == "timeout"


def test_a_strict_policy_keeps_it_from_this_machine() -> None:
    with Camera() as camera:
        source = source_of(camera, policy="strict")
        assert not source.knock()
        with pytest.raises(SourceError) as caught:
            source.open()
        assert camera.asked == []
    assert caught.value.reason == "policy"


def test_a_strict_policy_with_an_exception_asks_and_connects() -> None:
    policy = {"level": "strict", "allow": ["127.0.0.1"]}
    stream = "rtsp://{host}:9/{path}"
    with Camera(Habits(profiles=SIZES, stream=stream)) as camera, pytest.raises(SourceError) as caught:
        source_of(camera, policy=policy).open()
    assert (caught.value.reason, "GetStreamUri" in camera.asked) == ("unreachable", True)


def test_stop_ends_the_questions(silent_port: int) -> None:
    source = OnvifSource(OnvifConfig(url=f"onvif://127.0.0.1:{silent_port}", timeout_s=60))
    timer = threading.Timer(0.3, source.stop)
    timer.start()
    began_s = time.monotonic()
    with pytest.raises(SourceError) as caught:
        source.open()
    assert caught.value.reason == "stopped"
    assert time.monotonic() - began_s < 10


def test_one_that_was_stopped_before_asks_nothing() -> None:
    with Camera() as camera:
        source = source_of(camera)
        source.stop()
        with pytest.raises(SourceError):
            source.open()
        assert camera.asked == []


@pytest.mark.parametrize(
    ("url", "service"),
    [
        ("onvif://10.0.0.5", "http://10.0.0.5/onvif/device_service"),
        ("onvif://10.0.0.5:8080/", "http://10.0.0.5:8080/onvif/device_service"),
        ("onvifs://cam.lan/other", "https://cam.lan/other"),
        ("onvif://admin:p@ss@10.0.0.5:80/", "http://***@10.0.0.5:80/onvif/device_service"),
    ],
)
def test_where_the_service_is(url: str, service: str) -> None:
    assert str(service_of(url)) == service


@pytest.mark.parametrize("url", ["10.0.0.5", "http://10.0.0.5", "onvif:", "onvif://"])
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="The form is"):
        OnvifConfig(url=url)
