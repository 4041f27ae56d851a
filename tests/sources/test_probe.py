from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.sources.web_camera import WebCamera

from camloom.errors import SourceError
from camloom.sources.probing.probe import probe
from camloom.sources.probing.probe_report import ProbeReport

if TYPE_CHECKING:
    from camloom.bench.camera import RtspServer

PASSWORD = "p@ss:w/r#1%?&!"
X265 = {"x265-params": "log-level=none"}
INTERLACED = {"flags": "+ildct+ilme", "x264-params": "interlaced=1"}


def codes(report: ProbeReport) -> list[str]:
    return [finding.code for finding in report.findings]


def test_a_good_file_is_described_and_nothing_is_found(make_clip: Callable[..., Path]) -> None:
    report = probe(str(make_clip("good.mp4", frames=60, gop=12)))

    assert (report.codec, report.width, report.height, report.pix_fmt) == ("h264", 160, 120, "yuv420p")
    assert (report.frames, report.keyframes, report.decode_errors) == (60, 5, 0)
    assert report.nominal_fps == report.measured_fps == pytest.approx(25)
    assert report.gop_frames
    assert (report.gop_frames.least, report.gop_frames.most) == (12, 12)
    assert report.duration_s == pytest.approx(2.4)
    assert report.bit_rate_bps > 0
    assert not report.live
    assert report.findings == ()


@pytest.mark.parametrize(
    ("name", "how", "code"),
    [
        ("long.mp4", {"frames": 150, "gop": 150}, "long-gop"),
        ("order.mp4", {"bframes": 2}, "b-frames"),
        ("hevc.mp4", {"codec": "libx265", "options": X265}, "codec"),
        ("old.avi", {"codec": "mpeg4"}, "codec"),
        ("bare.h264", {}, "no-pts"),
        ("full.mkv", {"pix_fmt": "yuv444p"}, "pix-fmt"),
        ("fields.mp4", {"options": INTERLACED}, "interlaced"),
        ("large.mp4", {"frames": 2, "size": (3840, 2160), "options": {"preset": "ultrafast"}}, "large"),
        ("leap.mkv", {"pts": lambda i: i if i < 25 else i + 250}, "time-jumps"),
        ("slow.mkv", {"pts": lambda i: i * 2}, "fps-differs"),
    ],
)
def test_each_trouble_is_found_alone(make_clip: Callable[..., Path], name: str, how: dict[str, Any], code: str) -> None:
    assert codes(probe(str(make_clip(name, **how)))) == [code]


def test_uneven_times_are_found(make_clip: Callable[..., Path]) -> None:
    report = probe(str(make_clip("uneven.mkv", pts=lambda i: i + i // 3 * 2)))

    assert report.variable_fps
    assert "variable-fps" in codes(report)


def test_b_frames_are_counted(make_clip: Callable[..., Path]) -> None:
    report = probe(str(make_clip("order.mp4", bframes=2)))

    assert report.has_b_frames
    assert report.timestamps_sane
    assert report.decode_errors == 0


def test_a_file_that_ends_before_its_time_is_truncated(make_clip: Callable[..., Path]) -> None:
    clip = make_clip("cut.mp4", frames=200, fast_start=True)
    clip.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])

    report = probe(str(clip))

    assert report.truncated
    assert report.frames < 200
    assert "truncated" in codes(report)


def test_the_end_of_a_file_is_looked_at_though_it_is_not_read_through(
    make_clip: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("camloom.sources.probing.probe.MAX_PACKETS", 30)
    whole, cut = (make_clip(name, frames=300, fast_start=True) for name in ("whole.mp4", "cut.mp4"))
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])

    assert (probe(str(whole)).truncated, probe(str(cut)).truncated) == (False, True)
    assert probe(str(whole)).frames == 30


def test_damage_in_the_pictures_is_counted(make_clip: Callable[..., Path]) -> None:
    clip = make_clip("damaged.mp4", frames=50, fast_start=True)
    content = bytearray(clip.read_bytes())
    for place in range(len(content) // 3, len(content) * 2 // 3, 50):
        content[place] ^= 0xFF
    clip.write_bytes(content)

    report = probe(str(clip))

    assert report.decode_errors > 0
    assert "decode-errors" in codes(report)


def test_what_cannot_be_opened_is_an_error_of_one_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        probe(str(tmp_path / "nothing.mp4"))

    assert caught.value.reason == "missing"


def test_a_web_server_that_trickles_is_given_up_in_time() -> None:
    with WebCamera(silent_after=8, trickle=True).running() as camera:
        report = probe(f"{camera.url}/live.mjpg", seconds=60, timeout_s=1.0)
    assert report.frames >= 5
    assert any("1 s" in finding.text for finding in report.findings), report.findings


def test_the_report_fits_a_table(make_clip: Callable[..., Path]) -> None:
    rows = dict(probe(str(make_clip("good.mp4", frames=60, gop=12))).as_rows())

    assert rows["keyframes"] == "every 12 frames, 0.48 s"
    assert rows["picture"] == "160x120 yuv420p"
    assert rows["time stamps"] == "sane"


class TestCamera:
    def test_an_open_camera(self, rtsp_server: "Callable[..., RtspServer]") -> None:
        report = probe(rtsp_server(gop=10, fps=20).url, seconds=1.5)

        assert (report.live, report.container, report.codec, report.width) == (True, "rtsp", "h264", 320)
        assert report.measured_fps == pytest.approx(20, abs=0.5)
        assert report.gop_frames
        assert report.gop_frames.mean == 10
        assert report.start_s is not None
        assert report.findings == ()

    def test_a_camera_with_a_password_and_b_frames(self, rtsp_server: "Callable[..., RtspServer]") -> None:
        camera = rtsp_server(user="admin", password=PASSWORD, bframes=2, gop=10)

        report = probe(camera.raw_url_as("admin", PASSWORD), seconds=1.5)

        assert report.source == f"rtsp://***@127.0.0.1:{camera.port}/stream"
        assert codes(report) == ["b-frames"]
        assert "p@ss" not in repr(report) + str(report.as_rows())

    def test_an_h265_camera(self, rtsp_server: "Callable[..., RtspServer]") -> None:
        report = probe(rtsp_server(codec="h265", gop=10).url, seconds=1.0)

        assert (report.codec, codes(report)) == ("hevc", ["codec"])

    def test_a_camera_that_goes_away(
        self, rtsp_server: "Callable[..., RtspServer]", make_clip: Callable[..., Path]
    ) -> None:
        camera = rtsp_server(file=str(make_clip("short.mp4", frames=25)))

        report = probe(camera.url, seconds=20)

        assert report.broke_off == "the connection was closed"
        assert codes(report) == ["broke-off"]
