"""RTP packets: taken apart, brought into order, found in a TCP stream; and what the device is told."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.gb28181.media.clips import SSRC, Coded, rtp

from camloom.gb28181.media.framing import TcpFramer
from camloom.gb28181.media.psmux import RtpPacketiser, frame_tcp
from camloom.gb28181.media.rtcp import ReceptionReport
from camloom.gb28181.media.rtp import ReorderBuffer, RtpPacket, parse_rtp
from camloom.gb28181.media.unit import Unwrapper


def packet(sequence: int, arrived_s: float = 0.0) -> RtpPacket:
    return RtpPacket(96, sequence & 0xFFFF, 0, SSRC, False, b"x", arrived_s)


def ordered(buffer: ReorderBuffer, numbers: Sequence[int]) -> list[tuple[int, bool]]:
    return [(one.sequence, one.lost_before) for number in numbers for one in buffer.push(packet(number))]


def test_a_packet_is_taken_apart() -> None:
    data = RtpPacketiser(SSRC, sequence=65535).packet(b"abc", 90_000, marker=True)
    assert parse_rtp(data, 1.5) == RtpPacket(96, 65535, 90_000, SSRC, True, b"abc", 1.5)


def test_what_stands_around_the_payload_is_no_payload() -> None:
    head = bytes([0x80 | 0x20 | 0x10 | 2, 96]) + b"\0\1" + bytes(4) + SSRC.to_bytes(4, "big")
    sources, extension, padding = bytes(8), b"\xbe\xde\0\1" + bytes(4), b"\0\0\3"
    found = parse_rtp(head + sources + extension + b"abc" + padding)
    assert found is not None
    assert found.payload == b"abc"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n\r\n",
        bytes(12),
        bytes([0x80, 200]) + bytes(26),
        bytes([0x8F, 96]) + bytes(10),
        bytes([0x90, 96]) + bytes(10) + b"\0\0\xff\xff",
        bytes([0xA0, 96]) + bytes(10) + b"\xff",
    ],
    ids=["nothing", "keep-alive", "version 0", "RTCP", "sources missing", "extension too long", "padding too long"],
)
def test_what_is_no_packet_is_none(data: bytes) -> None:
    assert parse_rtp(data) is None


def test_packets_that_overtake_each_other_come_out_in_order() -> None:
    buffer = ReorderBuffer()
    assert ordered(buffer, [1, 3, 2, 6, 5, 4]) == [(n, False) for n in range(1, 7)]
    assert (buffer.lost, buffer.reordered, buffer.received) == (0, 3, 6)


def test_packets_that_come_twice_come_out_once() -> None:
    buffer = ReorderBuffer()
    assert ordered(buffer, [1, 1, 2, 4, 4, 3, 2]) == [(n, False) for n in (1, 2, 3, 4)]
    assert buffer.late == 3


def test_a_missing_packet_is_given_up_when_enough_others_have_come() -> None:
    buffer = ReorderBuffer(depth=4)
    assert ordered(buffer, [1, 3, 4, 5]) == [(1, False)]
    assert ordered(buffer, [6]) == [(3, True), (4, False), (5, False), (6, False)]
    assert buffer.lost == 1


def test_a_missing_packet_is_given_up_when_one_comes_much_later() -> None:
    buffer = ReorderBuffer(wait_s=0.1)
    assert [one.sequence for one in buffer.push(packet(1, 0.0))] == [1]
    assert list(buffer.push(packet(3, 0.02))) == []
    assert [(one.sequence, one.lost_before) for one in buffer.push(packet(4, 0.2))] == [(3, True), (4, False)]


def test_numbers_wrap() -> None:
    numbers = [65534, 65535, 1, 0, 2]
    assert ordered(ReorderBuffer(), numbers) == [(n, False) for n in (65534, 65535, 0, 1, 2)]


def test_a_device_that_counts_anew_is_followed_and_a_stray_is_not() -> None:
    buffer = ReorderBuffer()
    assert ordered(buffer, [100, 101, 30_000, 102]) == [(100, False), (101, False), (102, False)]
    assert ordered(buffer, [50_000, 50_001, 50_002]) == [(50_001, True), (50_002, False)]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(0, 65535), max_size=120))
def test_any_order_is_survived_with_bounded_memory(numbers: list[int]) -> None:
    buffer = ReorderBuffer(depth=8)
    out = ordered(buffer, numbers)
    assert len(out) <= len(numbers)
    assert buffer.received - len(out) < 8


def test_a_counter_that_wraps_goes_on() -> None:
    clock = Unwrapper(32)
    first = (1 << 32) - 5
    assert [clock.read(value) - first for value in (first, 5, 1, first)] == [0, 10, 6, 0]


# TCP


def framed(packets: Sequence[bytes], prefix: bytes = b"") -> bytes:
    return b"".join(prefix + frame_tcp(one) for one in packets)


@pytest.mark.parametrize("chunk", [1, 3, 1000, 1 << 20])
@pytest.mark.parametrize("how", ["length", "interleaved", "preamble", "keep-alives"])
def test_packets_are_found_however_they_are_framed_and_cut(h264: list[Coded], how: str, chunk: int) -> None:
    packets = rtp(h264[:6])
    stream = framed(packets, b"$\0" if how == "interleaved" else b"\r\n" if how == "keep-alives" else b"")
    if how == "preamble":
        stream = b"\x01\x00\x02\x00" + bytes(252) + stream
    framer = TcpFramer()
    found = [one for at in range(0, len(stream), chunk) for one in framer.push(stream[at : at + chunk])]
    assert found == packets
    assert framer.resyncs == 0


@pytest.mark.parametrize("ssrc", [SSRC, None])
@pytest.mark.parametrize("garbage", [b"\xff" * 37, b"\0" * 5000, bytes(range(256)) * 4, b"\0\0\1\xba" + b"z" * 90])
def test_after_garbage_the_packets_are_found_again(h264: list[Coded], garbage: bytes, ssrc: int | None) -> None:
    packets = rtp(h264[:8])
    framer = TcpFramer(ssrc)
    found = framer.push(framed(packets[:3]) + garbage + framed(packets[3:]))
    assert found[:3] == packets[:3]
    assert found[-len(packets) + 4 :] == packets[4:]
    assert framer.resyncs >= 1


def test_bytes_that_are_missing_cost_no_more_than_their_packets(h264: list[Coded]) -> None:
    packets = rtp(h264)
    stream = framed(packets)
    framer = TcpFramer(SSRC)
    found = framer.push(stream[:2000] + stream[2100:])
    assert len([one for one in found if one in packets]) >= len(packets) - 3


@settings(max_examples=80, deadline=None)
@given(noise=st.binary(max_size=400), chunk=st.integers(1, 50))
def test_any_bytes_are_cut_the_same_whatever_their_chunks(noise: bytes, chunk: int) -> None:
    stream = noise + framed([RtpPacketiser(SSRC, sequence=n).packet(b"y" * 30, 0, marker=False) for n in range(30)])
    whole = TcpFramer(SSRC).push(stream)
    framer = TcpFramer(SSRC)
    assert [one for at in range(0, len(stream), chunk) for one in framer.push(stream[at : at + chunk])] == whole


# RTCP


def test_a_report_says_what_was_lost_and_when_the_device_last_reported() -> None:
    buffer = ReorderBuffer(depth=2)
    report = ReceptionReport(7)
    for number in (10, 11, 13, 14):
        list(buffer.push(packet(number)))
    report.take(bytes([0x80, 200, 0, 6]) + SSRC.to_bytes(4, "big") + bytes(range(8)) + bytes(12), 5.0)
    data = report.write(SSRC, buffer, 5.5)
    assert data[:4] == bytes([0x81, 201, 0, 7])
    assert int.from_bytes(data[4:8], "big") == 7
    assert int.from_bytes(data[8:12], "big") == SSRC
    assert data[12] == 256 // 5  # one of five
    assert int.from_bytes(data[13:16], "big") == 1
    assert int.from_bytes(data[16:20], "big") == 14
    assert data[24:28] == bytes([2, 3, 4, 5])
    assert int.from_bytes(data[28:32], "big") == 32768
    assert data[32:34] == bytes([0x81, 202])
    assert len(data) == 32 + 4 * (1 + int.from_bytes(data[34:36], "big"))
    assert report.write(SSRC, buffer, 6.0)[12] == 0


def test_packets_that_come_evenly_have_no_jitter_and_others_have() -> None:
    even, uneven, chance = ReceptionReport(1), ReceptionReport(1), random.Random(1)
    for index in range(50):
        arrived_s = index / 25
        even.add(RtpPacket(96, index, index * 3600, SSRC, True, b"", arrived_s))
        uneven.add(RtpPacket(96, index, index * 3600, SSRC, True, b"", arrived_s + chance.random() / 25))
    jitters = [int.from_bytes(one.write(SSRC, ReorderBuffer(), 9.0)[20:24], "big") for one in (even, uneven)]
    assert jitters[0] <= 1
    assert 300 < jitters[1] < 3000
