"""The ring of packets and the recordings cut from it."""

from fractions import Fraction

import av
import pytest

from camloom.packets import Packet, PacketRing

FPS = 10


def packet(number: int, *, gop: int = 10, size: int = 100, discont: bool = False, delay: int = 0) -> Packet:
    """Make the packet shown at number / 10 s, decoded `delay` pictures earlier."""
    raw = av.Packet(bytes(size))
    raw.pts, raw.dts, raw.time_base = number + 1000, number + 1000 - delay, Fraction(1, FPS)
    return Packet(raw, number / FPS, 0.0, is_keyframe=number % gop == 0, discont=discont)


def numbers(packets: list[Packet]) -> list[int]:
    return [round(item.pts_s * FPS) for item in packets]


def filled(count: int, seconds: float = 3) -> PacketRing:
    ring = PacketRing(seconds)
    for number in range(count):
        ring.append(packet(number))
    return ring


def test_the_past_begins_at_the_keyframe_at_or_before() -> None:
    ring = filled(60)
    assert numbers(ring.since(4.5))[0] == 40
    assert numbers(ring.since(4.0))[0] == 40
    assert numbers(ring.since(4.5))[-1] == 59


def test_what_is_too_old_goes_by_whole_groups_but_never_what_is_promised() -> None:
    ring = filled(100)
    assert numbers(ring.since(0))[0] == 60
    for now in range(100, 140):
        ring.append(packet(now))
        assert numbers(ring.since(now / FPS - 3))[0] <= now - 30


def test_memory_has_a_bound_whatever_the_bit_rate() -> None:
    ring = PacketRing(1000, max_bytes=50_000)
    for number in range(500):
        ring.append(packet(number))
        assert ring.size_bytes <= 50_000
    assert numbers(ring.since(0))[0] % 10 == 0


def test_memory_has_a_bound_without_any_keyframe() -> None:
    ring = PacketRing(3, max_bytes=50_000)
    for number in range(1, 500):
        ring.append(packet(number, gop=10_000))
        assert ring.size_bytes <= 50_000


def test_packets_without_data_fill_no_memory_either() -> None:
    ring = PacketRing(1000, max_bytes=50_000)
    recording = ring.record(0, 1000, max_bytes=50_000)
    for number in range(500):
        ring.append(packet(number, size=0))
    assert len(ring.since(0)) < 100
    assert recording.complete
    assert len(recording.packets) < 100


def test_a_recording_goes_on_until_its_end() -> None:
    ring = filled(50)
    recording = ring.record(2.5, 5.5)
    for number in range(50, 55):
        ring.append(packet(number))
    assert not recording.complete
    for number in range(55, 80):
        ring.append(packet(number))
    assert recording.complete
    assert numbers(recording.packets) == list(range(20, 56))


def test_a_recording_of_the_past_is_complete_at_once() -> None:
    recording = filled(60).record(3.0, 4.0)
    assert recording.complete
    assert numbers(recording.packets) == list(range(30, 41))


def test_a_recording_waits_for_pictures_that_are_sent_late() -> None:
    ring = PacketRing(3)
    recording = ring.record(0, 0.2)
    # Shown 0 1 2 3, sent 0 3 1 2: the third is a B frame.
    for number, delay in ((0, 1), (3, 3), (1, 0), (2, 0), (6, 3)):
        ring.append(packet(number, delay=delay))
    assert {0, 1, 2} <= set(numbers(recording.packets))
    assert recording.complete


def test_a_break_empties_the_ring_and_ends_recordings() -> None:
    ring = filled(50)
    recording = ring.record(3.0, 60.0)
    ring.append(packet(50, discont=True))
    ring.append(packet(51))
    assert recording.complete
    assert numbers(recording.packets) == list(range(30, 50))
    assert numbers(ring.since(0)) == [50, 51]


def test_a_recording_may_begin_with_the_packet_after_a_break() -> None:
    ring = filled(50)
    ring.append(packet(50, discont=True))
    recording = ring.record(5.0, 6.0)
    ring.append(packet(51))
    assert numbers(recording.packets) == [50, 51]


def test_a_recording_has_a_bound_of_its_own() -> None:
    ring = filled(30)
    recording = ring.record(2.0, 1000, max_bytes=12_500)
    for number in range(30, 100):
        ring.append(packet(number))
    assert recording.complete
    assert len(recording.packets) == 20


def test_a_recording_can_be_ended_early() -> None:
    ring = filled(30)
    recording = ring.record(2.0, 1000)
    ring.stop(recording)
    ring.append(packet(30))
    assert recording.complete
    assert numbers(recording.packets) == list(range(20, 30))


@pytest.mark.parametrize(("delay", "dts_s"), [(0, 2.0), (3, 1.7)])
def test_the_decoding_time_is_on_the_stream_clock(delay: int, dts_s: float) -> None:
    assert packet(20, delay=delay).dts_s == pytest.approx(dts_s)


def test_without_a_decoding_time_it_is_the_presentation_time() -> None:
    raw = av.Packet(b"x")
    assert Packet(raw, 4.0, 0.0, is_keyframe=True).dts_s == 4.0
