"""A sleeping stream decodes keyframes only, and misses nothing."""

from collections.abc import Callable
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from camloom.packets import PacketRing
from camloom.sources.media import MediaConfig, MediaSource
from camloom.sources.reading.decode import AvFrameBuffer
from camloom.sources.reading.idle import MotionDetector, SizeWatch
from camloom.sources.reading.ingest import Ingest, IngestCounts

MakeClip = Callable[..., Path]


def ingest(path: Path, *, idle: bool, holding: bool = False) -> tuple[list[float], IngestCounts]:
    source = MediaSource(MediaConfig(url=str(path)))
    reader = Ingest("test", source, source.open(), PacketRing(3), idle=idle, holding=lambda: holding)
    times = [frame.pts_s for frame in reader.frames()]
    source.close()
    return times, reader.counts


def test_a_quiet_stream_falls_asleep_and_wakes_before_the_motion(moving_clip: MakeClip) -> None:
    clip = moving_clip(frames=400, gop=25, still=range(300))
    times, counts = ingest(clip, idle=True)
    assert counts.idle_packets > 100
    assert counts.wakes >= 1
    moving = [index / 25 for index in range(300, 400)]
    assert [t for t in times if t >= 300 / 25 - 1e-6] == pytest.approx(moving)
    assert times == sorted(times)


@pytest.mark.parametrize("by_size", [True, False], ids=["by packet sizes too", "by keyframes alone"])
def test_what_begins_between_two_keyframes_is_seen_from_its_beginning(
    by_size: bool, moving_clip: MakeClip, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not by_size:
        monkeypatch.setattr(SizeWatch, "grew", lambda _self, _packet: False)
    times, counts = ingest(moving_clip(frames=400, gop=25, still=range(310)), idle=True)
    assert counts.idle_packets > 100
    moving = [index / 25 for index in range(310, 400)]
    assert [t for t in times if t >= 310 / 25 - 1e-6] == pytest.approx(moving)


def test_time_asleep_is_hardly_decoded(moving_clip: MakeClip) -> None:
    _, asleep = ingest(moving_clip(frames=400, gop=25, still=range(400)), idle=True)
    assert asleep.decoded <= 150


def test_a_moving_stream_stays_awake(moving_clip: MakeClip) -> None:
    times, counts = ingest(moving_clip(frames=250, gop=25), idle=True)
    assert counts.idle_packets == 0
    assert len(times) == 250


def test_a_rule_that_holds_a_track_keeps_it_awake(moving_clip: MakeClip) -> None:
    times, _ = ingest(moving_clip(frames=250, gop=25, still=range(250)), idle=True, holding=True)
    assert len(times) == 250


def test_rare_keyframes_keep_it_awake(moving_clip: MakeClip) -> None:
    times, _ = ingest(moving_clip(frames=400, gop=200, still=range(400)), idle=True)
    assert len(times) == 400


def test_off_means_off(moving_clip: MakeClip) -> None:
    times, _ = ingest(moving_clip(frames=250, gop=25, still=range(250)), idle=False)
    assert len(times) == 250


def picture(rng: np.random.Generator, *, person: bool) -> AvFrameBuffer:
    scene = np.full((360, 640, 3), 90, np.uint8)
    if person:
        cv2.rectangle(scene, (300, 150), (325, 220), (160, 160, 160), cv2.FILLED)
    noisy = np.clip(scene + rng.normal(0, 6, scene.shape), 0, 255).astype(np.uint8)
    return AvFrameBuffer(av.VideoFrame.from_ndarray(noisy, format="bgr24").reformat(format="yuv420p"))


def test_noise_is_no_motion_but_a_small_person_is() -> None:
    rng = np.random.default_rng(4)
    detector = MotionDetector()
    detector.moved(picture(rng, person=False), follow=0.1)
    assert not any(detector.moved(picture(rng, person=False), follow=0.1) for _ in range(30))
    assert detector.moved(picture(rng, person=True), follow=0.1)


def test_a_rule_that_wants_to_peek_is_shown_a_quiet_stream_now_and_then(moving_clip: MakeClip) -> None:
    source = MediaSource(MediaConfig(url=str(moving_clip(frames=1000, gop=25, still=range(1000), size=(160, 120)))))
    reader = Ingest("test", source, source.open(), PacketRing(3), idle=True, peek_s=8.0)
    times = [frame.pts_s for frame in reader.frames()]
    source.close()
    assert reader.counts.wakes >= 3
    assert max(np.diff(times)) <= 9.0
    assert len(times) < 700


def test_a_picture_that_repeats_itself_is_looked_at_once_a_minute(moving_clip: MakeClip) -> None:
    _, counts = ingest(moving_clip(frames=2500, gop=25, still=range(2500), size=(160, 120)), idle=True)
    assert counts.wakes == 3  # twice to look, once at the end
    assert counts.decoded < 500
