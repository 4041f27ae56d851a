"""The age of a frame is read off its picture; the benchmark of latency says what it measured, and what is missing."""

from io import StringIO
from pathlib import Path

import av
import numpy as np
import pytest
from rich.console import Console

from camloom.bench import camera, counter
from camloom.bench.latency import LatencyFigures, counting_camera, print_latency
from camloom.bench.watch import Ages, Consumer, Observer, watch_with_camloom
from camloom.errors import UsageError


def picture(number: int) -> counter.Luma:
    luma = np.full((counter.HEIGHT_PX, counter.WIDTH_PX), 90, np.uint8)
    counter.paint(luma, number)
    return luma


def number_of(frame: av.VideoFrame) -> int | None:
    return counter.read(np.asarray(frame.to_ndarray(format="gray"), np.uint8))


@pytest.mark.parametrize("number", [0, 1, 1365, counter.MAX_FRAMES - 1])
def test_the_number_is_read_back_through_blur_and_noise(number: int) -> None:
    noise = np.random.default_rng(1).normal(0, 30, (counter.HEIGHT_PX, counter.WIDTH_PX))
    noisy = np.clip(picture(number) + noise, 0, 255).astype(np.uint8)
    assert counter.read(noisy) == number


def test_a_smeared_picture_has_no_number() -> None:
    half = picture(5)
    half[counter.HEIGHT_PX // 8 :] = 128
    assert counter.read(np.full_like(half, 128)) is None
    half[: counter.HEIGHT_PX // 8, counter.WIDTH_PX // 2 :] = 0
    assert counter.read(half) is None


def test_the_clip_counts(tmp_path: Path) -> None:
    path = tmp_path / "units"
    counter.write_units(path, frames=30, fps=25)
    data, place, seen = path.read_bytes(), 0, []
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.thread_count = 1
    while place < len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        unit = av.Packet(data[place + 4 : place + 4 + size])
        seen += [number_of(frame) for frame in decoder.decode(unit)]
        place += 4 + size
    seen += [number_of(frame) for frame in decoder.decode(None)]
    assert seen == list(range(30))


def test_the_age_counts_from_the_push_and_after_the_warm_up() -> None:
    ages = Ages("camloom", "rule of 80 ms")
    observer = Observer(ages, {7: 100.0, 8: 100.04}, begin_s=100.05)
    observer.look(picture(7), 100.01)
    observer.look(picture(8), 100.1)
    observer.look(picture(9), 100.2)
    assert ages.seen == [pytest.approx((0.05, 60.0))]
    assert ages.unreadable == 1


def test_what_accumulates_is_seen_and_the_bar_knows_the_models_own_time() -> None:
    fast = Ages("camloom", "rule of 5 ms", seen=[(k / 25, 45.0) for k in range(50)])
    fine = Ages("camloom", "model of 80 ms", own_ms=80, seen=[(k / 12, 145.0 + k % 2) for k in range(50)])
    old = Ages("camloom", "rule of 80 ms", seen=[(k / 12, 40.0 * k) for k in range(50)])
    figures = LatencyFigures([fast, fine, old], others_share=0.0)
    assert [figures.passed(each) for each in figures.ages] == [None, True, False]
    assert figures.bar_ms == pytest.approx(85)
    assert old.growth_ms_per_s == pytest.approx(480)
    text = StringIO()
    print_latency(figures, Console(file=text, width=140))
    assert "passed" in text.getvalue()
    assert "missed" in text.getvalue()


def test_without_an_rtsp_server_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera, "SYSTEM_PYTHON", "/no/such/python")
    with pytest.raises(UsageError, match=r"apt-get install .*gir1\.2-gst-rtsp-server"), counting_camera(1):
        pass


@pytest.mark.slow
def test_a_slow_rule_gets_new_frames_of_a_real_camera(rtsp_packages: None) -> None:
    consumer = Consumer("rule of 200 ms", rule_s=0.2, workers=2)
    with counting_camera(2) as (url, pushed_s):
        ages = watch_with_camloom(url, consumer, pushed_s, seconds=2)
    assert ages.unreadable == 0
    assert len(ages.seen) >= 3
    assert ages.percentile_ms(50) < 1500, "a reader that accumulates is three seconds late by then"
