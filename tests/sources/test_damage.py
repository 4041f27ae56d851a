"""Damaged pictures are not analysed; a stream that is damaged too often is said to be."""

from fractions import Fraction

import av
import numpy as np
import pytest

from camloom.frame import ImageArray
from camloom.packets import Packet
from camloom.sources.live.flow import FlowWatch
from camloom.sources.reading.damage import DamageWatch


class Picture:
    width, height, pix_fmt = 64, 36, "gray"

    def __init__(self, luma: int = 90, grey_share: float = 0.0) -> None:
        self._luma = np.full((36, 64), luma, np.uint8)
        self._luma[:, : round(64 * grey_share)] = 128

    def luma(self, width: int, height: int) -> ImageArray:
        return self._luma

    def to_bgr(self) -> ImageArray:
        raise NotImplementedError

    def resize_into(self, target: ImageArray) -> None:
        raise NotImplementedError

    def crop_into(self, target: ImageArray, box_px: tuple[int, int, int, int]) -> None:
        raise NotImplementedError


def packet(index: int, keyframe: bool = False) -> Packet:
    raw = av.Packet(b"x")
    raw.pts, raw.time_base = index, Fraction(1, 25)
    return Packet(raw, index / 25, index / 25, keyframe)


def test_nothing_is_looked_at_between_damage_and_the_next_keyframe() -> None:
    watch = DamageWatch()
    usable = [watch.usable(packet(n, n % 25 == 0), Picture(), is_corrupt=n == 10) for n in range(50)]
    assert usable == [True] * 10 + [False] * 15 + [True] * 25
    assert watch.corrupt_frames == 15


def test_with_keyframes_far_apart_it_is_blind_for_three_seconds_only() -> None:
    watch = DamageWatch()
    usable = [watch.usable(packet(n, n == 0), Picture(), is_corrupt=n == 10) for n in range(200)]
    assert [index for index, good in enumerate(usable) if not good] == list(range(10, 85))


def test_the_grey_that_a_decoder_invents_after_a_gap_is_not_looked_at() -> None:
    watch = DamageWatch()
    assert watch.usable(packet(0, keyframe=True), Picture(), is_corrupt=False)
    watch.gap()
    assert not watch.usable(packet(1), Picture(grey_share=0.5), is_corrupt=False)


def test_a_grey_scene_without_a_gap_is_fine() -> None:
    watch = DamageWatch()
    watch.usable(packet(0, keyframe=True), Picture(), is_corrupt=False)
    assert watch.usable(packet(1), Picture(128), is_corrupt=False)


@pytest.mark.parametrize(("every", "too_much"), [(100, False), (30, True)])
def test_more_than_two_in_a_hundred_is_too_much(every: int, too_much: bool) -> None:
    watch = DamageWatch()
    for n in range(250):
        watch.usable(packet(n, n % 5 == 0), Picture(), is_corrupt=n % every == every - 1)
    assert watch.too_much is too_much


def test_packets_that_cannot_be_decoded_count_as_damage() -> None:
    watch = DamageWatch()
    for n in range(200):
        watch.usable(packet(n, n % 5 == 0), Picture(), is_corrupt=False)
        if n % 20 == 0:
            watch.lost(n / 25)
    assert watch.too_much


def run(
    flow: FlowWatch, seconds: int, fps: float, start: tuple[float, float], nominal: float = 25
) -> tuple[float, float]:
    now_s, packets = start
    for _ in range(seconds):
        now_s, packets = now_s + 1, packets + fps
        flow.see(now_s, int(packets), nominal)
    return now_s, packets


def test_a_source_that_sends_a_fifth_of_the_usual_is_slow_until_it_recovers() -> None:
    flow = FlowWatch()
    at = run(flow, 20, 25, (0, 0))
    assert not flow.slow
    at = run(flow, 12, 2, at)
    assert flow.slow
    run(flow, 12, 25, at)
    assert not flow.slow


def test_a_camera_that_lies_about_its_rate_is_not_slow() -> None:
    flow = FlowWatch()
    run(flow, 40, 4, (0, 0), nominal=90)
    assert not flow.slow
