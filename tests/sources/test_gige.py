"""A GigE Vision camera that is none: Aravis's own, which speaks the standard over the loopback."""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice, pairwise

import pytest
from pydantic import ValidationError
from tests.sources.conftest import FakeGigeCamera

from camloom.errors import SourceError
from camloom.packets import Packet, PacketRing, StreamInfo
from camloom.sources.finding.found import Search
from camloom.sources.gige import GigeConfig, GigeSource, find_gige
from camloom.sources.reading.decode import Decoder
from camloom.sources.reading.ingest import Ingest

MakeCamera = Callable[..., FakeGigeCamera]
AT = "gige://127.0.0.1"
DETECT_S = 10.0


@pytest.fixture
def make() -> Iterator[Callable[..., GigeSource]]:
    """A function that makes a source, which is closed at the end."""
    made: list[GigeSource] = []

    def source(url: str = AT, **settings: object) -> GigeSource:
        made.append(GigeSource(GigeConfig.model_validate({"url": url, **settings})))
        return made[-1]

    yield source
    for each in made:
        each.close()


def first(source: GigeSource, count: int = 3) -> tuple[StreamInfo, list[Packet]]:
    info = source.open()
    packets = list(islice(source.packets(), count))
    source.close()
    return info, packets


def test_it_is_found_and_opened_by_its_serial(gige_camera: FakeGigeCamera, make: Callable[..., GigeSource]) -> None:
    seen = next(camera for camera in find_gige() if camera.serial == gige_camera.serial)
    assert (seen.id, seen.address, seen.vendor) == (f"Aravis-Fake-{gige_camera.serial}", "127.0.0.1", "Aravis")
    [found] = GigeSource.discover(Search(seconds=3))
    assert (found.type, found.url, found.vendor, found.serial) == ("gige", AT, "Aravis", gige_camera.serial)
    info, packets = first(make(f"gige:{seen.serial}"))
    assert (info.codec, info.width, info.height, info.live) == ("rawvideo", 512, 512, True)
    assert len(packets) == 3
    assert not any(packet.raw.is_corrupt for packet in packets)


def test_it_is_set_as_asked(gige_camera: FakeGigeCamera, make: Callable[..., GigeSource]) -> None:
    settings = {"width": 320, "height": 240, "fps": 50, "exposure_us": 5000, "gain": 2, "packet_size_bytes": 1000}
    info, packets = first(make(features={"PixelFormat": "BayerGB8"}, **settings), 6)
    assert (info.width, info.height, info.fps) == (320, 240, 50)
    assert all(later.pts_s > sooner.pts_s for sooner, later in pairwise(packets))


@pytest.mark.parametrize(
    ("pixel_format", "decoded"),
    [("Mono16", "gray16le"), ("BayerRG8", "yuv420p"), ("RGB8", "yuv420p")],
)
def test_each_pixel_format_becomes_a_picture(
    gige_camera: FakeGigeCamera, make: Callable[..., GigeSource], pixel_format: str, decoded: str
) -> None:
    info, packets = first(make(pixel_format=pixel_format, width=64, height=48, fps=50))
    [(_, picture)] = Decoder(info).decode(packets[-1])
    assert (picture.pix_fmt, picture.width, picture.height) == (decoded, 64, 48)
    assert picture.to_bgr().std() > 10


@pytest.mark.parametrize(
    ("settings", "reason", "words"),
    [
        ({"url": "gige:nobody"}, "missing", "no camera 'nobody'"),
        ({"pixel_format": "Mono99"}, "unsupported", "pixel_format to Mono99"),
        ({"features": {"NoSuchThing": 1}}, "unsupported", "NoSuchThing to 1"),
    ],
)
def test_what_is_wrong_is_one_line(
    gige_camera: FakeGigeCamera, make: Callable[..., GigeSource], settings: dict[str, object], reason: str, words: str
) -> None:
    source = make(**settings)
    with pytest.raises(SourceError) as caught:
        source.open()
    assert caught.value.reason == reason
    assert words in caught.value.message


def test_the_machine_itself_is_refused_where_the_policy_is_strict(
    make: Callable[..., GigeSource], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMLOOM_SOURCE_POLICY", "strict")
    with pytest.raises(SourceError) as caught:
        make().open()
    assert caught.value.reason == "policy"
    assert make().knock() is False, "though it answers"


def test_industrial_cameras_are_refused_where_the_policy_does_not_name_them(
    make: Callable[..., GigeSource], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMLOOM_SOURCE_POLICY", "local")
    monkeypatch.setenv("CAMLOOM_SOURCE_SCHEMES", "rtsp")
    with pytest.raises(SourceError) as caught:
        make().open()
    assert caught.value.reason == "policy"


@pytest.mark.parametrize("name", ["0x7f.0.0.1", "127.0.0.1.", "host.with.three.dots"])
def test_a_name_is_never_looked_up_as_a_host(
    gige_camera: FakeGigeCamera, make: Callable[..., GigeSource], name: str
) -> None:
    with pytest.raises(SourceError, match="there is no camera") as caught:
        make(f"gige://{name}").open()
    assert caught.value.reason == "missing"


def test_only_one_has_it_and_the_next_gets_it_at_once(
    gige_camera: FakeGigeCamera, make: Callable[..., GigeSource]
) -> None:
    source = make()
    source.open()
    with pytest.raises(SourceError) as caught:
        make().open()
    assert caught.value.reason == "busy"
    source.close()
    assert len(first(make())[1]) == 3


def test_lost_packets_are_damage_not_the_end(make_gige_camera: MakeCamera, make: Callable[..., GigeSource]) -> None:
    make_gige_camera(lost_per_thousand=20)
    source = make(width=320, height=240, fps=100)
    info = source.open()
    ingest = Ingest("camera", source, info, PacketRing(1))
    shown = list(islice(ingest.frames(), 20))
    assert len(shown) == 20
    assert ingest.counts.corrupt > 0


def test_a_frozen_camera_is_noticed_and_comes_back(
    gige_camera: FakeGigeCamera, make: Callable[..., GigeSource]
) -> None:
    source = make()
    source.open()
    packets = source.packets()
    next(packets)
    gige_camera.signal(signal.SIGSTOP)
    began_s = time.monotonic()
    with pytest.raises(SourceError) as caught:
        list(packets)
    assert time.monotonic() - began_s < DETECT_S
    assert caught.value.reason == "closed"
    source.close()
    gige_camera.signal(signal.SIGCONT)
    assert len(first(make())[1]) == 3


def test_a_camera_without_power_is_noticed_and_comes_back(
    gige_camera: FakeGigeCamera, make: Callable[..., GigeSource]
) -> None:
    source = make(timeout_s=4)
    source.open()
    packets = source.packets()
    next(packets)
    assert make().knock()
    gige_camera.kill()
    with pytest.raises(SourceError) as caught:
        list(packets)
    assert caught.value.reason == "timeout"
    source.close()
    assert not make().knock()
    gige_camera.start()
    assert make().knock()
    assert len(first(make())[1]) == 3


def test_no_python_with_aravis_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMLOOM_PYTHON_GIGE", sys.executable)
    assert "apt-get install python3-gi gir1.2-aravis-0.8" in GigeSource.unavailable()
    assert find_gige() == []


@pytest.mark.parametrize(
    "settings",
    [
        {"url": "http://x"},
        {"exposure_us": 0},
        {"packet_size_bytes": 1},
        {"features": {"x y": 1}},
        {"features": {"A": [1]}},
    ],
)
def test_settings_that_cannot_be_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        GigeConfig.model_validate(settings)
