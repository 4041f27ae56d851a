"""Asking a camera who it is and where its streams are, with all that cameras do wrong."""

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.onvif.camera import Camera, Profile
from tests.onvif.conftest import MakeCamera

from camloom.errors import SourceError
from camloom.sources.finding.found import FoundStream
from camloom.sources.onvif.roles import with_roles
from camloom.sources.onvif.services import media_services, read_clock, read_identity, read_profiles, read_streams
from camloom.sources.onvif.soap import Device

PASSWORD = "p@ss:w/r#1%?&!"


def ask(
    camera: Camera, question: Callable[[Device], Awaitable[Any]], *, user: str = "admin", password: str = PASSWORD
) -> Any:
    async def run() -> Any:
        async with Device(f"http://{camera.place}/onvif/device_service", user, password, timeout_s=2) as device:
            await read_clock(device)
            return await question(device)

    return asyncio.run(run())


def streams(camera: Camera, **login: str) -> list[FoundStream]:
    found: list[FoundStream] = ask(camera, read_streams, **login)
    return found


def test_it_says_what_it_is(onvif_camera: MakeCamera) -> None:
    identity = ask(onvif_camera(), read_identity)
    assert (identity.vendor, identity.model, identity.serial) == ("Loomcam", "LC-20", "SN7")


@pytest.mark.parametrize("login", ["token", "http"])
def test_every_stream_has_a_role_a_size_and_an_address(onvif_camera: MakeCamera, login: str) -> None:
    camera = onvif_camera(login=login)
    main, sub, third = streams(camera)
    assert main == FoundStream("P1", "name P1", 1, "main", "rtsp://127.0.0.1:554/P1", "h264", 2560, 1440, 25)
    assert (sub.role, sub.token, sub.fps) == ("sub", "P3", 12)
    assert third.role == ""
    assert set(camera.logins) >= {login}


@pytest.mark.parametrize("off", [timedelta(days=-9000), timedelta(hours=8), timedelta(seconds=-40)])
def test_the_clock_of_the_camera_may_be_wrong(onvif_camera: MakeCamera, off: timedelta) -> None:
    camera = onvif_camera(clock_off=off)
    assert len(streams(camera)) == 3
    assert camera.refused == 0


@pytest.mark.parametrize("login", ["token", "http"])
def test_a_wrong_password_is_said_and_not_tried_again(onvif_camera: MakeCamera, login: str) -> None:
    camera = onvif_camera(login=login)
    with pytest.raises(SourceError, match="refused the user or the password") as caught:
        ask(camera, read_identity, password="wrong-secret")
    assert caught.value.reason == "auth"
    assert "wrong-secret" not in str(caught.value)
    assert camera.refused == 1


def test_without_a_user_a_camera_that_wants_one_says_so(onvif_camera: MakeCamera) -> None:
    with pytest.raises(SourceError, match="asks for a login"):
        ask(onvif_camera(), read_identity, user="", password="")


def test_the_password_never_goes_over_the_wire() -> None:
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_listen_once, args=(listener, seen))
        thread.start()
        camera_at = f"http://127.0.0.1:{listener.getsockname()[1]}/"

        async def run() -> None:
            async with Device(camera_at, "admin", "kilimanjaro", timeout_s=1) as device:
                await read_identity(device)

        with pytest.raises(SourceError):
            asyncio.run(run())
        thread.join()
    assert b"UsernameToken" in seen[0]
    assert b"kilimanjaro" not in seen[0]


def _listen_once(listener: socket.socket, seen: list[bytes]) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.settimeout(0.3)
        body = b""
        while b"</s:Envelope>" not in body:
            body += connection.recv(65536)
        seen.append(body)


@pytest.mark.parametrize(
    "habits",
    [
        {"media2": False},
        {"media2": False, "services": False},
        {"prefixes": ("SOAP-ENV", "a_b", "ns17")},
        {"raw": {"GetSystemDateAndTime": b"<a><UTCDateTime><Date><Year>9999999</Year></Date></UTCDateTime></a>"}},
        {"login": ""},
    ],
    ids=["no Media2", "before 2011", "odd prefixes", "senseless clock", "open to all"],
)
def test_sloppy_cameras_are_understood(onvif_camera: MakeCamera, habits: dict[str, Any]) -> None:
    assert [stream.role for stream in streams(onvif_camera(**habits))] == ["main", "sub", ""]


def test_h265_is_seen_where_only_media2_knows_it(onvif_camera: MakeCamera) -> None:
    camera = onvif_camera(profiles=(Profile("A", "H265", 3840, 2160), Profile("B", "H264", 640, 360)))
    assert [(one.role, one.codec) for one in streams(camera)] == [("main", "hevc"), ("sub", "h264")]


@pytest.mark.parametrize("stated", ["10.99.0.1", "169.254.169.254", "evil.example"])
def test_nothing_leads_to_another_host(onvif_camera: MakeCamera, stated: str) -> None:
    camera = onvif_camera(stated_host=stated, stream="rtsp://{host}:8554/{path}?a=1")
    assert streams(camera)[0].url == "rtsp://127.0.0.1:8554/P1?a=1"
    assert {"GetServices", "GetProfiles", "GetStreamUri"} <= set(camera.asked)


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "concat:a|b", "rtsp:", "", "rtsp://h/a b\u202e", "ftp://h/x"]
)
def test_an_address_that_is_no_stream_is_none(onvif_camera: MakeCamera, address: str) -> None:
    assert {stream.url for stream in streams(onvif_camera(stream=address))} == {""}


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE a [<!ENTITY b "ha">]><a>&b;</a>',
        b"<html>not found",
        b"<a>" + b"x" * 700_000 + b"</a>",
        b"",
    ],
    ids=["entities", "HTML", "too long", "empty"],
)
def test_answers_that_are_no_onvif_are_refused(onvif_camera: MakeCamera, body: bytes) -> None:
    with pytest.raises(SourceError, match="not as an ONVIF device does") as caught:
        ask(onvif_camera(raw={"GetDeviceInformation": body}), read_identity)
    assert len(str(caught.value)) < 400


def test_a_thousand_profiles_are_cut(onvif_camera: MakeCamera) -> None:
    many = tuple(Profile(f"T{i}", "H264", 640, 480) for i in range(140))

    async def profiles(device: Device) -> list[FoundStream]:
        return (await read_profiles(device, await media_services(device)))[1]

    assert len(ask(onvif_camera(profiles=many), profiles)) == 128


def test_a_camera_that_drips_is_not_waited_for() -> None:
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_drip, args=(listener, stop))
        thread.start()
        began_s = time.monotonic()

        async def run() -> None:
            async with Device(f"http://127.0.0.1:{listener.getsockname()[1]}/", timeout_s=0.5) as device:
                await read_identity(device)

        with pytest.raises(SourceError, match="did not answer within") as caught:
            asyncio.run(run())
        stop.set()
        thread.join()
    assert caught.value.reason == "timeout"
    assert time.monotonic() - began_s < 5


def _drip(listener: socket.socket, stop: threading.Event) -> None:
    """Send one byte of a header at a time, forever."""
    connection, _ = listener.accept()
    with connection:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        while not stop.wait(0.02):
            try:
                connection.sendall(b"a")
            except OSError:
                return


def test_nothing_there_is_said(closed_port: int) -> None:
    async def run() -> None:
        async with Device(f"http://127.0.0.1:{closed_port}/", timeout_s=1) as device:
            await read_identity(device)

    with pytest.raises(SourceError, match="cannot be reached") as caught:
        asyncio.run(run())
    assert caught.value.reason == "unreachable"


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def _sizes(*sizes: tuple[int, int], codec: str = "h264") -> list[FoundStream]:
    return [FoundStream(f"{w}x{h}", codec=codec, width=w, height=h) for w, h in sizes]


@pytest.mark.parametrize(
    ("sizes", "main", "sub"),
    [
        ([(352, 288), (1920, 1080)], "1920x1080", "352x288"),
        ([(1920, 1080), (1280, 720), (640, 360), (320, 180)], "1920x1080", "640x360"),
        ([(1920, 1080), (480, 270), (320, 180)], "1920x1080", "480x270"),
        ([(1920, 1080)], "1920x1080", None),
    ],
)
def test_roles_by_size(sizes: list[tuple[int, int]], main: str, sub: str | None) -> None:
    by_role = {one.role: one.token for one in with_roles(_sizes(*sizes))}
    assert by_role["main"] == main
    assert by_role.get("sub") == sub


def test_each_channel_of_a_recorder_has_roles_of_its_own() -> None:
    profiles = [
        FoundStream(f"c{c}-{w}", channel=c, codec="h264", width=w, height=w) for c in (2, 1) for w in (640, 1920)
    ]
    told = [(one.channel, one.token, one.role) for one in with_roles(profiles)]
    assert told == [(1, "c1-1920", "main"), (1, "c1-640", "sub"), (2, "c2-1920", "main"), (2, "c2-640", "sub")]


def test_mjpeg_is_the_sub_stream_only_if_nothing_else_is() -> None:
    found = with_roles([*_sizes((1920, 1080), (1280, 720)), *_sizes((640, 480), codec="mjpeg")])
    assert [one.token for one in found if one.role == "sub"] == ["1280x720"]
