"""Messages of cameras are found whatever is around them, and whatever else comes."""

import time
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.alerts.camera import BORDER, document, line, part

from camloom.sources.alerts.alert import AlertParser, AlertState, CameraAlert
from camloom.sources.alerts.dahua import DahuaParser
from camloom.sources.alerts.isapi import IsapiParser

ACTIVE, OVER, PULSE, HEARTBEAT = AlertState.ACTIVE, AlertState.OVER, AlertState.PULSE, AlertState.HEARTBEAT
MOTION = document("VMD", "active")
JPEG = BORDER + b"Content-Type: image/jpeg\r\n\r\n\xff\xd8" + bytes(range(256)) * 40 + b"\xff\xd9\r\n"


def read(parser: AlertParser, body: bytes, size: int = 1 << 20) -> list[tuple[AlertState, str, int]]:
    found = [one for start in range(0, len(body), size) for one in parser.feed(body[start : start + size])]
    return [(one.state, one.kind, one.channel) for one in found]


@pytest.mark.parametrize("size", [1, 2, 7, 100, 1 << 20])
def test_isapi_borders_may_be_anywhere(size: int) -> None:
    body = (
        part(MOTION) + part(document("linedetection", "inactive", channel=3)) + part(document("videoloss", "inactive"))
    )
    told = read(IsapiParser(), body, size)
    assert told == [(ACTIVE, "VMD", 1), (OVER, "linedetection", 3), (HEARTBEAT, "", 1)]


@pytest.mark.parametrize(
    "body",
    [
        part(MOTION, length=False),
        part(MOTION).replace(b"Content-Length: ", b"Content-Length: 9"),
        MOTION,
        b"\r\n\r\njunk <not></closed> \x00\xff" * 50 + MOTION,
        JPEG + part(MOTION),
        b"--anotherborder\r\n" + MOTION,
        part(MOTION[:90]) + part(MOTION),
        part(b"<EventNotificationAlert>" + b"x" * 200_000) + part(MOTION),
        part(b"<EventNotificationAlert>&undefined;</EventNotificationAlert>") + part(MOTION),
        part(b'<!DOCTYPE a [<!ENTITY b "c">]>' + MOTION),
        MOTION.replace(b"<", b"<h:").replace(b"<h:/", b"</h:").replace(b"xmlns=", b"xmlns:h="),
        b"<EventNotificationAlert " * 5000 + MOTION,
    ],
    ids=[
        "no length", "wrong length", "no frame", "junk before", "picture before", "other border", "cut off before",
        "endless before", "broken before", "document type before", "prefix", "many beginnings",
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [61, 1 << 20])
def test_isapi_survives_what_firmware_sends(body: bytes, size: int) -> None:
    assert read(IsapiParser(), body, size) == [(ACTIVE, "VMD", 1)]


def test_an_alert_without_a_state_has_just_happened() -> None:
    assert read(IsapiParser(), document("ANPR", "").replace(b"<eventState></eventState>", b"")) == [(PULSE, "ANPR", 1)]


def test_a_lost_picture_is_an_alert_and_no_heartbeat() -> None:
    assert read(IsapiParser(), document("videoloss", "active")) == [(ACTIVE, "videoloss", 1)]


@pytest.mark.parametrize("size", [1, 5, 1 << 20])
def test_dahua_lines(size: int) -> None:
    data = ';data={\n   "Name" : "Rule1",\n   "Code=Fake;action=Start;index=0" : 1\n}\n'
    body = (
        line("VideoMotion", "Start")
        + b"--myboundary\r\nContent-Type: text/plain\r\nContent-Length:9\r\n\r\nHeartbeat\r\n\r\n"
        + line("CrossLineDetection", "Start", 2, data)
        + line("VideoMotion", "Stop")
        + line("NewFile", "Pulse")
        + line("AlarmLocal", "Pulse", 1)
    )
    assert read(DahuaParser(), body, size) == [
        (ACTIVE, "VideoMotion", 1),
        (HEARTBEAT, "", 1),
        (ACTIVE, "CrossLineDetection", 3),
        (OVER, "VideoMotion", 1),
        (HEARTBEAT, "", 1),
        (PULSE, "AlarmLocal", 2),
    ]


@pytest.mark.parametrize(
    "junk",
    [b"Code=", b"Code=;action=Start;index=0\r\n", b"Code=A;action=Jump;index=0\r\n", b"x" * 100_000, b"\xff\x00\n"],
)
def test_dahua_survives_junk(junk: bytes) -> None:
    assert read(DahuaParser(), junk + b"\r\n" + line("VideoMotion", "Start"))[-1:] == [(ACTIVE, "VideoMotion", 1)]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("VMD", "motion"), ("VideoMotion", "motion"), ("shelteralarm", "covered"), ("SomethingNew", "somethingnew")],
)
def test_makers_call_the_same_thing_differently(kind: str, reason: str) -> None:
    assert CameraAlert(ACTIVE, kind).reason == reason


@pytest.mark.parametrize("make", [IsapiParser, DahuaParser])
@pytest.mark.parametrize(
    "flood", [b"<EventNotificationAlert>" * 50_000, b"x" * 2_000_000, b"Code=" + b"a;b=c" * 200_000, b"\r" * 300_000]
)
def test_a_flood_costs_bounded_memory_and_time(make: Callable[[], AlertParser], flood: bytes) -> None:
    parser = make()
    began_s = time.process_time()
    tracemalloc.start()
    for start in range(0, len(flood), 65_536):
        parser.feed(flood[start : start + 65_536])
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 16 << 20
    assert time.process_time() - began_s < 20


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 400), st.integers(1, 50))
def test_no_bytes_break_a_parser(noise: bytes, place: int, size: int) -> None:
    for parser, whole in ((IsapiParser(), part(MOTION)), (DahuaParser(), line("VideoMotion", "Start"))):
        read(parser, whole[:place] + noise + whole[place:], size)
        assert (ACTIVE, 1) in [(state, channel) for state, _, channel in read(parser, b"\r\n" + whole * 2, size)]
