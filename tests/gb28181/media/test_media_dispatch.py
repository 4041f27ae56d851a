"""Whatever is in the packets: pictures come out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.gb28181.media.clips import SSRC, TICKS_PER_FRAME, Coded, encode, lose, rtp, shifted
from tests.gb28181.media.senders import raw_rtp, ts_rtp, units_of

from camloom.gb28181.media.dispatch import TYPES, PsReader, RawReader, new_reader, sniff
from camloom.gb28181.media.rtp import ReorderBuffer, RtpPacket, parse_rtp
from camloom.gb28181.media.ts import TsReader
from camloom.gb28181.media.unit import AccessUnit


def in_order(data: Sequence[bytes]) -> Iterator[RtpPacket]:
    order = ReorderBuffer(depth=8)
    for one in data:
        packet = parse_rtp(one)
        assert packet is not None
        yield from order.push(packet)


def read(data: Sequence[bytes]) -> list[AccessUnit]:
    packets = list(in_order(data))
    kind = next(kind for one in packets if (kind := sniff(one)))
    return list(new_reader(kind).units(iter(packets)))


def nals(pictures: Sequence[AccessUnit | Coded]) -> list[list[bytes]]:
    return [units_of(one.data) for one in pictures]


@pytest.mark.parametrize(
    ("codec", "payload_type"), [("h264", 98), ("hevc", 99), ("h264", 96), ("hevc", 96), ("hevc", 98), ("h264", 120)]
)
@pytest.mark.parametrize("aggregate", [True, False])
@pytest.mark.parametrize("marks", [True, False])
def test_raw_pictures_come_out_whatever_they_are_called(
    codec: str, payload_type: int, aggregate: bool, marks: bool, request: pytest.FixtureRequest
) -> None:
    clip: list[Coded] = request.getfixturevalue(codec)
    units = read(raw_rtp(clip, payload_type, aggregate=aggregate, marks=marks))
    count = len(clip) - (not marks)
    assert nals(units)[:count] == nals(clip)[:count]
    assert len(units) >= count
    assert {unit.codec for unit in units} == {codec}
    assert [unit.pts_ticks for unit in units[:count]] == [one.pts_ticks for one in clip[:count]]
    assert [unit.is_keyframe for unit in units[:count]] == [one.is_keyframe for one in clip[:count]]


def test_raw_pictures_with_missing_packets_are_whole_or_not_there() -> None:
    clip = encode(frames=60, gop=10, size=(320, 240))
    packets = raw_rtp(clip, 98)
    units = read([packets[0], *lose(packets[1:], 0.03, seed=3)])
    whole = nals(clip)
    assert 10 < len(units) < 60
    assert all(one in whole for one in nals(units))
    for before, after in pairwise(units):
        assert after.discont == (after.pts_ticks - before.pts_ticks > TICKS_PER_FRAME)
        assert after.is_keyframe or not after.discont


@pytest.mark.parametrize("codec", ["h264", "hevc"])
@pytest.mark.parametrize("form", [raw_rtp, rtp])
def test_a_loss_before_a_keyframe_does_not_cost_the_keyframe(
    codec: str, form: Callable[..., list[bytes]], request: pytest.FixtureRequest
) -> None:
    clip: list[Coded] = request.getfixturevalue(codec)
    how = {"payload_type": 98 if codec == "h264" else 99} if form is raw_rtp else {}
    pictures = [form([one], sequence=0, **how) for one in clip]
    packets = form(clip, **how)
    del packets[sum(len(one) for one in pictures[:10]) - 1]  # the last of the tenth picture
    assert nals(read(packets)) == nals([*clip[:9], *clip[10:]])


def test_a_change_from_one_raw_codec_to_the_other_is_followed(h264: list[Coded], hevc: list[Coded]) -> None:
    first, then = raw_rtp(h264, 98), raw_rtp(shifted(hevc, 30 * TICKS_PER_FRAME), 99, sequence=0)
    packets = [parse_rtp(one) for one in [*first, *then]]
    units = list(RawReader("h264", TYPES).units(one for one in packets if one))
    assert nals(units) == nals([*h264, *hevc])
    assert [index for index, unit in enumerate(units) if unit.discont] == [30]


@pytest.mark.parametrize("codec", ["h264", "hevc"])
@pytest.mark.parametrize("payload_type", [33, 96])
def test_a_transport_stream_is_read_though_another_was_announced(
    codec: str, payload_type: int, request: pytest.FixtureRequest
) -> None:
    clip: list[Coded] = request.getfixturevalue(codec)
    units = read(ts_rtp(clip, payload_type))
    assert len(units) == len(clip)
    assert {unit.codec for unit in units} == {codec}
    steps = {after.pts_ticks - before.pts_ticks for before, after in pairwise(units)}
    assert steps == {TICKS_PER_FRAME}


def test_a_transport_stream_with_missing_packets_waits_for_a_keyframe() -> None:
    clip = encode(frames=60, gop=10, size=(320, 240))
    packets = ts_rtp(clip)
    middle = len(packets) // 2
    units = read(packets[:middle] + packets[middle + 1 :])
    assert 45 <= len(units) < 60
    assert [unit.is_keyframe for unit in units if unit.discont] == [True]


def test_a_transport_stream_is_given_out_as_it_comes() -> None:
    clip = encode(frames=50, gop=25, size=(320, 240))
    packets, given = ts_rtp(clip), 0

    def counted() -> Iterator[RtpPacket]:
        nonlocal given
        for one in in_order(packets):
            given += 1
            yield one

    next(TsReader().units(counted()))
    assert given * 1316 < sum(len(one.data) for one in clip[:4]) * 1.2


def test_an_error_of_the_packets_comes_out_of_a_transport_stream_unchanged(h264: list[Coded]) -> None:
    class SilenceError(Exception):
        pass

    def broken() -> Iterator[RtpPacket]:
        yield from list(in_order(ts_rtp(h264)))[:5]
        raise SilenceError

    with pytest.raises(SilenceError):
        list(TsReader().units(broken()))


def test_transport_streams_that_are_none_end(h264: list[Coded]) -> None:
    noise = [RtpPacket(33, index, 0, SSRC, False, b"\x47" + bytes(187)) for index in range(200)]
    assert list(TsReader().units(iter(noise))) == []


def test_program_streams_without_marks_and_times_use_those_of_rtp(h264: list[Coded]) -> None:
    packets = list(in_order(rtp(h264, marks=False)))
    units = list(PsReader().units(iter(packets)))
    assert [unit.data for unit in units] == [one.data for one in h264]


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_one_per_cent_of_lost_packets_gives_no_damaged_picture(codec: str) -> None:
    clip = encode(codec, frames=90, gop=12)
    packets = rtp([replace(one, data=one.data + b"\x05" * 4000) for one in clip])
    units = read(lose(packets, 0.01, seed=5))
    sent = {one.data + b"\x05" * 4000: one.pts_ticks for one in clip}
    assert 40 < len(units) < 90
    assert all(sent.get(unit.data) == unit.pts_ticks for unit in units)
    assert any(unit.discont for unit in units)


@settings(max_examples=60, deadline=None)
@given(payloads=st.lists(st.binary(max_size=60), max_size=30), kind=st.sampled_from(["ps", "h264", "hevc"]))
def test_any_payloads_are_survived(payloads: list[bytes], kind: str) -> None:
    packets = [
        RtpPacket(98, index, index // 3, SSRC, index % 3 == 2, payload) for index, payload in enumerate(payloads)
    ]
    reader = new_reader("ps" if kind == "ps" else "h264" if kind == "h264" else "hevc")
    for packet in packets:
        sniff(packet)
    assert sum(len(unit.data) for unit in reader.units(iter(packets))) <= sum(map(len, payloads)) + 8 * 60 * 30
