"""The stream clock goes forward only, whatever is sent."""

import pytest

from camloom.sources.live.clock import StreamClock


def read(clock: StreamClock, sent_s: float, wall_s: float) -> tuple[float, bool]:
    offset_s, discont = clock.read(sent_s, sent_s, wall_s)
    return sent_s + offset_s, discont


def test_the_first_packet_is_at_zero() -> None:
    assert read(StreamClock(live=True, frame_s=0.04), 95443.7, 10.0) == (0.0, False)


def test_a_jump_after_a_silence_goes_on_by_the_time_that_passed() -> None:
    clock = StreamClock(live=True, frame_s=0.04)
    read(clock, 100.0, 0.0)
    pts_s, discont = read(clock, 9000.0, 7.5)
    assert discont
    assert pts_s == pytest.approx(7.5)


@pytest.mark.parametrize("speed", [1.02, 0.98])
def test_a_camera_whose_clock_drifts_gets_a_new_anchor(speed: float) -> None:
    clock = StreamClock(live=True, frame_s=0.04)
    oldest_s, breaks = 0.0, 0
    for index in range(25 * 300):
        wall_s = index * 0.04
        pts_s, discont = read(clock, wall_s * speed, wall_s)
        oldest_s, breaks = max(oldest_s, wall_s - clock.ready(pts_s, wall_s)), breaks + discont
    assert oldest_s < 2.5
    assert breaks in (2, 3)


def test_a_burst_after_a_stall_is_no_drift() -> None:
    clock = StreamClock(live=True, frame_s=0.04)
    for index in range(25 * 60):
        sent_s = index * 0.04
        wall_s = 35.0 if 30.0 <= sent_s < 35.0 else sent_s
        assert not read(clock, sent_s, wall_s)[1]


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
