"""Cameras that lose their power, hang, change their mind or their password: noticed, and watched again when well."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from tests.faults.baseline import Baseline, slope_mib
from tests.faults.proxy import Proxy
from tests.faults.site import Seen, Site
from tests.faults.weather import Weather

from camloom.bench.camera import RtspServer

Server = Callable[..., RtspServer]
case = pytest.mark.case
pytestmark = pytest.mark.timeout(90)


@case("1 power loss", "the server is killed, later started again")
def test_power_loss(site: Site, rtsp_server: Server) -> None:
    server = rtsp_server(gop=10)
    with site.watching(server.url):
        site.happens(server.kill)
        site.notices("offline", "closed", "unreachable", "read")
        site.recovers(server.start)


@case("2 hangs", "SIGSTOP, later SIGCONT: its connections stay open")
def test_hangs(site: Site, rtsp_server: Server) -> None:
    server = rtsp_server(gop=10)
    with site.watching(server.url):
        site.happens(server.freeze)
        site.notices("offline", "timeout")
        site.recovers(server.thaw)


@pytest.mark.faults
@case("2 line is dead", "the proxy passes on nothing any more, later again")
def test_dead_line(site: Site, rtsp_server: Server) -> None:
    with Proxy(rtsp_server(gop=10).port) as proxy, site.watching(proxy.url):
        site.happens(lambda: setattr(proxy, "weather", Weather(stalled=True)))
        site.notices("offline", "timeout")
        site.recovers(lambda: setattr(proxy, "weather", Weather()))


@case("2 reset", "the proxy sends a TCP RST")
def test_reset(site: Site, rtsp_server: Server) -> None:
    with Proxy(rtsp_server(gop=10).port) as proxy, site.watching(proxy.url):
        site.happens(proxy.reset)
        site.notices("offline", "closed", "read")
        site.recovers(lambda: None)


@case("5, 6 another camera", "restarted with H.265 at 480x270 instead of H.264 at 320x240")
def test_another_camera(site: Site, rtsp_server: Server) -> None:
    server = rtsp_server(gop=10)
    with site.watching(server.url):
        site.happens(server.kill)
        site.notices("offline")
        server.spec |= {"width": 480, "height": 270, "codec": "h265"}
        site.recovers(server.start, lambda seen: seen.width == 480)


@case("8 sound only", "the picture stops while the sound goes on")
@pytest.mark.slow
def test_sound_only(site: Site, rtsp_server: Server) -> None:
    server = rtsp_server(gop=10, sound=True)
    with site.watching(server.url):
        site.happens(server.turn_valve)
        site.notices("offline", "timeout", "no-video")
        site.recovers(server.turn_valve)


@case("9 password changed", "restarted with another password")
def test_password_changed(site: Site, rtsp_server: Server) -> None:
    server = rtsp_server(gop=10, user="admin", password="first")
    with site.watching(server.url_as("admin", "first")) as runner:
        server.spec |= {"password": "second"}

        def restart() -> None:
            server.kill()
            server.start()

        site.happens(restart)
        site.wait(lambda: "offline auth" in site.conditions(), 10)
        event = site.notices("offline")
        state = runner.reports[0].state
        assert state is not None
        assert state.reason == "auth"
        assert state.retry_s is not None
        assert state.retry_s >= 60, "cameras lock an account after a few wrong attempts"
        site.outcome.noticed = "offline (auth)"
        assert "first" not in event.detail


def _on_one_clock(seen: list[Seen]) -> None:
    times_s = [each.pts_s for each in seen]
    assert times_s == sorted(times_s), "the clock of the rules went backwards"
    for earlier, later in pairwise(seen):
        step_s = later.pts_s - earlier.pts_s
        assert step_s < later.at_s - earlier.at_s + 1.5, f"the clock of the rules jumped by {step_s:.1f} s"


@pytest.mark.parametrize(
    "weather",
    [
        pytest.param(Weather(jump_s=5000), marks=case("4 clock jumps", "RTP time +5000 s, later back")),
        pytest.param(
            Weather(wrap_in_s=1), marks=[pytest.mark.faults, case("4 clock wraps", "RTP time passes 2^32, later back")]
        ),
    ],
)
def test_clock_jumps(site: Site, rtsp_server: Server, weather: Weather) -> None:
    with Proxy(rtsp_server(gop=10).port) as proxy, site.watching(proxy.url):
        site.happens(lambda: setattr(proxy, "weather", weather))
        assert len(site.goes_on(2)) > 5
        proxy.weather = Weather()
        assert len(site.goes_on(2)) > 5
        _on_one_clock(site.frames())
        assert site.conditions() == ["online"]
    site.outcome.noticed = "a new segment; goes on"


@pytest.mark.faults
@case("4 clock drifts", "RTP time 20 % slow for forty seconds")
def test_clock_drifts(site: Site, rtsp_server: Server) -> None:
    with Proxy(rtsp_server(gop=10).port, weather=Weather(speed=0.8)) as proxy, site.watching(proxy.url):
        seen = site.goes_on(40)
        _on_one_clock(seen)
        assert any(each.discont for each in seen)
        worst_s = max(each.age_s for each in seen)
        assert worst_s < 6, "a frame looks older and older if nobody takes a new anchor: 8 s by now"
        assert site.conditions() == ["online"]
    site.outcome.noticed = f"a new segment; frames look {worst_s:.1f} s old at most"


@pytest.mark.faults
@case("3 rain", "UDP loses 10 % of the packets, doubles and reorders 2 %")
def test_rain(site: Site, rtsp_server: Server) -> None:
    with Proxy(rtsp_server(gop=10).port) as proxy, site.watching(proxy.url, transport="udp"):
        site.happens(lambda: setattr(proxy, "weather", Weather(loss=0.1, duplicates=0.02, reorder=0.02)))
        site.notices("degraded", "loss", "corrupt", within_s=20)
        assert site.goes_on(2), "what is whole is analysed"
        assert "offline" not in " ".join(site.conditions())


@pytest.mark.faults
@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        pytest.param("black", "black", marks=case("11 black", "the picture turns black")),
        pytest.param("smpte75", "frozen", marks=case("11 frozen", "the picture does not change any more")),
    ],
)
def test_picture_without_news(site: Site, rtsp_server: Server, pattern: str, reason: str) -> None:
    server = rtsp_server(gop=10, then=pattern)
    with site.watching(server.url):
        site.goes_on(12)
        site.happens(server.change_picture)
        site.notices("degraded", reason, within_s=45)
        site.goes_on(1)
        assert not site.frames()[-1].usable, "the analysis pauses"


@pytest.mark.faults
@case("11 black from the start", "nothing but black ever came")
def test_black_from_the_start(site: Site, rtsp_server: Server) -> None:
    server = rtsp_server(gop=10, pattern="black")
    with site.watching(server.url):
        site.notices("degraded", "black", within_s=20)


@pytest.mark.faults
@case("7 B-frames", "the camera sends two B-frames between others")
def test_b_frames(site: Site, rtsp_server: Server) -> None:
    server = rtsp_server(gop=12, bframes=2)
    with site.watching(server.url):
        seen = site.goes_on(4)
        assert len(seen) > 60
        _on_one_clock(seen)
    site.outcome.noticed = "in order"


@pytest.mark.faults
@case("20 leaks", "killed and started again fifteen times, after two seconds each")
def test_many_breaks(site: Site, rtsp_server: Server) -> None:
    server = rtsp_server(gop=10)
    with site.watching(server.url):
        samples = []
        for _ in range(15):
            site.happens(server.kill)
            site.notices("offline")
            site.goes_on(2)
            site.recovers(server.start)
            samples.append(Baseline.take().rss_mib)
        growth_mib = slope_mib(samples[5:])
        assert growth_mib < 0.5, f"every break costs {growth_mib:.2f} MiB"
    site.outcome.noticed = f"{growth_mib:.2f} MiB a break"
