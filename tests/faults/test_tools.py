"""The tools of the fault suite do what they say: the proxy, the stub camera, the look at what is held."""

import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import islice, pairwise

import pytest
from tests.faults.baseline import Baseline, slope_mib
from tests.faults.proxy import Proxy
from tests.faults.report import table
from tests.faults.site import Outcome
from tests.faults.stub import Answer, StubCamera, says, says_garbage, says_nothing, sends_no_pictures
from tests.faults.weather import Clock, Weather

from camloom.bench.camera import RtspServer
from camloom.errors import SourceError
from camloom.packets import Packet
from camloom.sources.media import MediaConfig, MediaSource

Server = Callable[..., RtspServer]


def packets(url: str, count: int, **options: object) -> list[Packet]:
    source = MediaSource(MediaConfig.model_validate({"url": url, "timeout_s": 2, **options}))
    try:
        source.open()
        return list(islice(source.packets(), count))
    finally:
        source.close()


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_in_fair_weather_everything_passes(rtsp_server: Server, transport: str) -> None:
    with Proxy(rtsp_server(gop=10).port) as proxy:
        came = packets(proxy.url, 30, transport=transport)
    assert len(came) == 30
    assert proxy.tally.passed >= 30
    assert proxy.tally.lost == 0


def test_rain_over_udp_loses_doubles_and_reorders(rtsp_server: Server) -> None:
    weather = Weather(loss=0.1, duplicates=0.1, reorder=0.1)
    with Proxy(rtsp_server(gop=10).port, weather=weather) as proxy, suppress(SourceError):
        assert packets(proxy.url, 40, transport="udp")
    assert min(proxy.tally.lost, proxy.tally.doubled, proxy.tally.reordered) >= 2


def test_the_same_seed_means_the_same_fate() -> None:
    fates = []
    for _ in range(2):
        proxy, sent = Proxy(1, seed=7, weather=Weather(loss=0.3)), list[bytes]()
        for number in range(200):
            proxy.forward(bytes([number]) * 12, Clock(), sent.append)
        fates.append(b"".join(sent))
    assert fates[0] == fates[1]
    assert 1000 < len(fates[0]) < 2200


def _stamped(ticks: int) -> bytes:
    return b"\x80\x60\0\1" + struct.pack(">I", ticks % (1 << 32)) + b"pic!"


def _times(clock: Clock, weather: Weather, from_s: float, count: int = 3) -> list[int]:
    sent = (clock.rewrite(_stamped(round((from_s + k) * 90_000)), weather) for k in range(count))
    return [int.from_bytes(packet[4:8], "big") for packet in sent]


def test_the_clock_of_a_camera_runs_fast_jumps_and_wraps() -> None:
    fast = _times(Clock(), Weather(speed=1.02), 100)
    assert [later - earlier for earlier, later in pairwise(fast)] == [91_800, 91_800]
    clock = Clock()
    first = _times(clock, Weather(), 100)
    jumped = _times(clock, Weather(jump_s=5000), 103)
    assert jumped[0] - first[-1] == 5001 * 90_000
    back = _times(clock, Weather(), 106)
    assert back[0] - jumped[-1] == -4999 * 90_000
    wrapping = _times(Clock(), Weather(wrap_in_s=1.5), 100)
    assert wrapping[0] > wrapping[2]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (says("453 Not Enough Bandwidth"), None),
        (says("503 Service Unavailable"), None),
        (says("404 Not Found"), "missing"),
        (says_nothing, "timeout"),
        (says_garbage, None),
    ],
)
def test_a_stub_camera_is_refused_with_one_line(answer: Answer, reason: str | None) -> None:
    with StubCamera(answer) as camera, pytest.raises(SourceError) as refused:
        packets(camera.url, 1, timeout_s=1)
    assert camera.connections >= 1
    assert reason in (None, refused.value.reason)


def test_a_stub_camera_can_agree_to_everything_and_send_nothing() -> None:
    with StubCamera(sends_no_pictures) as camera, pytest.raises(SourceError) as silent:
        packets(camera.url, 1, timeout_s=1)
    assert "PLAY" in camera.asked
    assert silent.value.reason in ("timeout", "no-video")


@pytest.mark.slow
def test_what_is_held_too_long_is_named() -> None:
    before = Baseline.take()
    go = threading.Event()
    thread = threading.Thread(target=go.wait, name="forgotten")
    thread.start()
    held = socket.socket()
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    found = " ".join(before.leaks(within_s=0))
    assert "thread forgotten x1" in found
    assert "file socket x1" in found
    assert "process" in found
    go.set()
    thread.join()
    held.close()
    child.kill()
    child.wait()
    assert before.leaks() == []


def test_one_large_sample_is_no_slope() -> None:
    assert slope_mib([100, 100.1, 300, 100.2, 100.1, 100.2]) < 0.1
    assert slope_mib([100, 105, 109, 116, 120]) == pytest.approx(5, abs=0.6)
    assert slope_mib([5]) == 0


def test_the_table_has_a_row_for_each_case() -> None:
    done = Outcome("2 hangs", "SIGSTOP", "offline (timeout)", 2.04, 1.5, "lost 0 of 9", "none")
    assert table([done, Outcome("9 other", "what")]).splitlines()[2:] == [
        "| 2 hangs | SIGSTOP | offline (timeout) | 2.0 s | 1.5 s | lost 0 of 9 | none |",
        "| 9 other | what |  |  |  |  |  |",
    ]
