"""MVS against a stand-in built from our own C; the real one was not run."""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest

from camloom.errors import SourceError
from camloom.sources.mvs import MvsConfig, MvsSource
from camloom.sources.reading.decode import Decoder

Make = Callable[..., MvsSource]


@pytest.fixture
def make(fake_mvs: Path) -> Iterator[Make]:
    """A function that makes a source."""
    made: list[MvsSource] = []

    def source(url: str = "mvs:", **settings: object) -> MvsSource:
        made.append(MvsSource(MvsConfig.model_validate({"url": url, "fps": 100, "timeout_s": 3, **settings})))
        return made[-1]

    yield source
    for each in made:
        each.close()


def read(source: MvsSource) -> None:
    source.open()
    list(source.packets())


@pytest.mark.parametrize("url", ["mvs:", "mvs:G100", "mvs://192.168.1.64"])
def test_a_gige_camera_gives_its_colours(make: Make, url: str) -> None:
    source = make(url, pixel_format="BayerRG8", exposure_us=5000, gain=3)
    info = source.open()
    packets = list(islice(source.packets(), 6))
    assert (info.width, info.height, info.fps, info.live) == (320, 240, 100, True)
    assert packets[5].pts_s == pytest.approx(0.05, abs=0.002)
    [(_, picture)] = Decoder(info).decode(packets[0])
    blue, green, red = picture.to_bgr()[100, 100]
    assert red > 150
    assert max(blue, green) < 60


@pytest.mark.parametrize("url", ["mvs:U200", "mvs:gate"])
def test_a_usb_camera_too(make: Make, url: str) -> None:
    source = make(url)
    info = source.open()
    [(_, picture)] = Decoder(info).decode(next(source.packets()))
    assert picture.pix_fmt == "gray"
    assert picture.to_bgr().mean() == pytest.approx(200, abs=2)


def test_a_picture_with_lost_packets_is_marked(make: Make) -> None:
    source = make(exposure_us=13)
    source.open()
    marks = [packet.raw.is_corrupt for packet in islice(source.packets(), 8)]
    assert marks == [False] * 5 + [True] * 3


@pytest.mark.parametrize(
    ("settings", "reason", "words"),
    [
        ({"url": "mvs:X1"}, "missing", "no camera 'X1'. Seen: G100, U200"),
        ({"pixel_format": "RGB99"}, "read", "does not set pixel_format"),
        ({"gain": 99}, "read", "does not set gain"),
        ({"exposure_us": 666}, "closed", "SIGSEGV"),
        ({"exposure_us": 404}, "closed", "does not answer any more"),
        ({"exposure_us": 503, "timeout_s": 0.6}, "timeout", "sends nothing any more"),
    ],
)
def test_what_is_wrong_is_one_line(make: Make, settings: dict[str, object], reason: str, words: str) -> None:
    source = make(**settings)
    with pytest.raises(SourceError) as caught:
        read(source)
    assert caught.value.reason == reason
    assert words in str(caught.value)


def test_without_the_library_it_is_listed_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CAMLOOM_MVS", raising=False)
    assert "CAMLOOM_MVS" in MvsSource.unavailable()
