"""The stream clock goes forward only, whatever is sent."""

import pytest

from camloom.sources.clock import StreamClock


def read(clock: StreamClock, sent_s: float, wall_s: float) -> tuple[float, bool]:
    offset_s, discont = clock.read(sent_s, sent_s, wall_s)
    return sent_s + offset_s, discont


def test_the_first_packet_is_at_zero() -> None:
    assert read(StreamClock(live=True, frame_s=0.04), 95443.7, 10.0) == (0.0, False)


@pytest.mark.parametrize("jump_to_s", [0.0, 5000.0])
def test_a_jump_starts_a_segment_one_frame_later(jump_to_s: float) -> None:
    clock = StreamClock(live=True, frame_s=0.04)
    read(clock, 100.0, 0.0)
    read(clock, 100.04, 0.04)
    pts_s, discont = read(clock, jump_to_s, 0.08)
    assert discont
    assert pts_s == pytest.approx(0.08)
    pts_s, discont = read(clock, jump_to_s + 0.04, 0.12)
    assert not discont
    assert pts_s == pytest.approx(0.12)


def test_a_gap_that_really_took_its_time_is_no_jump() -> None:
    clock = StreamClock(live=True, frame_s=0.04)
    read(clock, 0.0, 0.0)
    assert read(clock, 5.0, 5.01) == (5.0, False)


def test_a_gap_in_a_file_is_judged_without_the_wall_clock() -> None:
    clock = StreamClock(live=False, frame_s=0.04)
    read(clock, 0.0, 0.0)
    assert read(clock, 5.0, 0.001) == (5.0, False)


def test_frames_shown_later_than_decoded_are_no_jump() -> None:
    clock = StreamClock(live=False, frame_s=0.04)
    discont = [clock.read(pts, dts, 0.0)[1] for pts, dts in [(0.0, -0.08), (0.16, -0.04), (0.08, 0.0), (0.04, 0.04)]]
    assert not any(discont)


def test_waiting_in_a_buffer_counts_as_age() -> None:
    clock = StreamClock(live=True, frame_s=0.04)
    clock.ready(0.0, 100.0)
    assert clock.ready(1.0, 101.5) == pytest.approx(101.0)
    assert clock.ready(2.0, 102.0) == pytest.approx(102.0)
