"""The program stream: what comes out, whatever a device makes of the standard."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.gb28181.media.clips import TICKS_PER_FRAME, Coded, encode, packs, shifted

from camloom.gb28181.media import psmux
from camloom.gb28181.media.ps import PsParser, read_map
from camloom.gb28181.media.unit import MAX_UNIT_BYTES, AccessUnit

WRAP = 1 << 33


def parse(data: bytes, chunk: int = 1400) -> list[AccessUnit]:
    parser = PsParser()
    units = []
    for at in range(0, len(data), chunk):
        units += parser.push(data[at : at + chunk])
    return units + parser.flush()


def datas(units: Sequence[AccessUnit | Coded]) -> list[bytes]:
    return [one.data for one in units]


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_pictures_come_out_as_they_went_in(codec: str, request: pytest.FixtureRequest) -> None:
    clip: list[Coded] = request.getfixturevalue(codec)
    units = parse(b"".join(packs(clip)))
    assert datas(units) == datas(clip)
    assert {unit.codec for unit in units} == {codec}
    assert [unit.is_keyframe for unit in units] == [one.is_keyframe for one in clip]
    assert [unit.pts_ticks for unit in units] == [one.pts_ticks for one in clip]


def test_a_mark_gives_the_picture_out_with_its_last_byte(h264: list[Coded]) -> None:
    parser = PsParser()
    assert [datas(parser.push(pack, 7.5, mark=True)) for pack in packs(h264)] == [[one.data] for one in h264]


def test_without_marks_a_picture_comes_with_the_head_of_the_next(h264: list[Coded]) -> None:
    parser = PsParser()
    first, second = packs(h264)[:2]
    assert parser.push(first) == []
    head = second[: 14 + 6 + 8 + 30]
    assert parser.push(head) == []
    assert datas(parser.push(second[len(head) :])) == [h264[0].data]


def test_pictures_that_are_shown_later_keep_both_times() -> None:
    clip = encode(frames=12, b_frames=2)
    assert any(one.pts_ticks != one.dts_ticks for one in clip)
    units = parse(b"".join(packs(clip)))
    assert [(unit.pts_ticks, unit.dts_ticks) for unit in units] == [(one.pts_ticks, one.dts_ticks) for one in clip]


def test_a_large_picture_in_several_packets_is_one() -> None:
    clip = encode(frames=1, size=(1280, 720))
    picture = replace(clip[0], data=clip[0].data + b"\x05" * 200_000)
    assert datas(parse(b"".join(packs([picture])))) == [picture.data]


def test_the_clock_goes_on_where_its_33_bits_wrap(h264: list[Coded]) -> None:
    first = WRAP - 90_000 // 25 * 12
    units = parse(b"".join(packs(shifted(h264, first))))
    steps = {after.pts_ticks - before.pts_ticks for before, after in pairwise(units)}
    assert len(units) == len(h264)
    assert steps == {TICKS_PER_FRAME}


def test_a_change_of_the_codec_loses_nothing_and_is_told(h264: list[Coded], hevc: list[Coded]) -> None:
    units = parse(b"".join(packs([*h264, *shifted(hevc, 30 * TICKS_PER_FRAME)])))
    assert datas(units) == datas([*h264, *hevc])
    assert [unit.codec for unit in units] == ["h264"] * 30 + ["hevc"] * 30
    assert [index for index, unit in enumerate(units) if unit.discont] == [30]


def test_after_a_loss_pictures_come_again_from_the_next_keyframe_on(h264: list[Coded]) -> None:
    stream = packs(h264)
    parser = PsParser()
    units = [unit for pack in stream[:3] for unit in parser.push(pack)]
    parser.lost()
    assert parser.assembler.waiting
    units += [unit for pack in stream[4:] for unit in parser.push(pack)] + parser.flush()
    assert datas(units) == datas([*h264[:2], *h264[10:]])
    assert [unit.discont for unit in units] == [False] * 2 + [True] + [False] * 19


def test_bytes_that_are_missing_unnoticed_give_no_half_pictures(h264: list[Coded]) -> None:
    stream = packs(h264)
    stream[4] = stream[4][:60] + stream[4][90:]
    units = parse(b"".join(stream))
    assert datas(units[-20:]) == datas(h264[10:])
    assert set(datas(units)) <= set(datas(h264))


def test_a_stream_that_is_joined_late_begins_with_a_keyframe(h264: list[Coded]) -> None:
    units = parse(b"".join(packs(h264))[500:])
    assert datas(units) == datas(h264[10:])
    assert not units[0].discont


# What devices do, one by one; each must come out as if it had been sent well.


def without_map(stream: list[bytes]) -> list[bytes]:
    return [cut(pack, 0xBC) for pack in stream]


def cut(pack: bytes, code: int) -> bytes:
    at = pack.find(bytes([0, 0, 1, code]))
    return pack if at < 0 else pack[:at] + pack[at + 6 + int.from_bytes(pack[at + 4 : at + 6], "big") :]


def bad_checksum(stream: list[bytes]) -> list[bytes]:
    changed = []
    for pack in stream:
        at = pack.find(b"\0\0\1\xbc")
        end = at + 6 + int.from_bytes(pack[at + 4 : at + 6], "big")
        changed.append(pack if at < 0 else pack[: end - 4] + b"\xde\xad\xbe\xef" + pack[end:])
    return changed


def private_packets(stream: list[bytes]) -> list[bytes]:
    private = b"\0\0\1\xbd\0\x30" + (b"\0\0\0\1\x67\0\0\1\xba\0\0\1\xe0" * 4)[:48]
    return [pack + private for pack in stream]


def stray_start_codes(stream: list[bytes]) -> list[bytes]:
    return [b"\0\0\0\1" + pack for pack in stream]


def zeros_between(stream: list[bytes]) -> list[bytes]:
    return [pack + bytes(5) for pack in stream]


def endless(stream: list[bytes]) -> list[bytes]:
    return [without_length(pack) for pack in stream]


def without_length(pack: bytes) -> bytes:
    at = pack.find(b"\0\0\1\xe0")
    return pack[: at + 4] + b"\0\0" + pack[at + 6 :]


def mpeg1_packs(stream: list[bytes]) -> list[bytes]:
    return [b"\0\0\1\xba\x21\0\x01\0\x01\x80\0\x01" + pack[14:] for pack in stream]


def stuffed_packs(stream: list[bytes]) -> list[bytes]:
    return [pack[:13] + b"\xff" + b"\xff" * 7 + pack[14:] for pack in stream]


def with_sound(stream: list[bytes]) -> list[bytes]:
    sound = psmux.PsMuxer("h264", psmux.G711A)
    return [pack + sound.audio(bytes(320), index) for index, pack in enumerate(stream)]


def program_ends(stream: list[bytes]) -> list[bytes]:
    return [pack + b"\0\0\1\xb9" for pack in stream]


SLOPPY = [
    without_map,
    bad_checksum,
    private_packets,
    stray_start_codes,
    zeros_between,
    endless,
    mpeg1_packs,
    stuffed_packs,
    with_sound,
    program_ends,
]


@pytest.mark.parametrize("how", SLOPPY, ids=lambda how: how.__name__)
@pytest.mark.parametrize("chunk", [1, 7, 1400, 1 << 20])
def test_what_devices_do_wrong_changes_nothing(h264: list[Coded], how: object, chunk: int) -> None:
    assert callable(how)
    clip = h264[:12] if chunk < 100 else h264
    units = parse(b"".join(how(packs(clip))), chunk)
    trimmed = [one.data.rstrip(b"\0") for one in units]
    assert trimmed == datas(clip)
    assert not any(unit.discont for unit in units)


def test_parameter_sets_in_a_pack_of_their_own_belong_to_the_next_picture(h264: list[Coded]) -> None:
    muxer = psmux.PsMuxer("h264")
    at = h264[0].data.find(b"\0\0\1\x65")
    sets, picture = h264[0].data[:at], h264[0].data[at:]
    parser = PsParser()
    units = parser.push(muxer.video(sets, 0, is_keyframe=True), mark=True)
    units += parser.push(muxer.video(picture, 0, is_keyframe=True), mark=True)
    assert datas(units) == [h264[0].data]


def test_marks_in_the_middle_of_pictures_are_no_longer_believed() -> None:
    clip = encode(frames=20, gop=5, size=(320, 240))
    parser = PsParser()
    units = []
    for pack in [split_in_two(one) for one in clip]:
        for part in pack:
            units += parser.push(part, mark=True)
    units += parser.flush()
    assert datas(units[-10:]) == datas(clip[-10:])


def test_marks_on_every_packet_of_rtp_do_not_cut_a_picture() -> None:
    clip = [replace(one, data=one.data + b"\x05" * 70_000) for one in encode(frames=4, gop=2)]
    parser = PsParser()
    stream = [pack[at : at + 1400] for pack in packs(clip) for at in range(0, len(pack), 1400)]
    assert datas([unit for part in stream for unit in parser.push(part, mark=True)]) == datas(clip)


def split_in_two(one: Coded) -> tuple[bytes, bytes]:
    pack = psmux.PsMuxer("h264").video(one.data[:100], one.pts_ticks, is_keyframe=one.is_keyframe)
    return pack, psmux.pes(0xE0, one.data[100:], None)


def test_without_times_in_the_stream_another_clock_counts(h264: list[Coded]) -> None:
    parser = PsParser()
    units = []
    for index, one in enumerate(h264):
        parser.assembler.fallback_ticks = index * 4000
        pack = psmux.pack_header(0) + psmux.pes(0xE0, one.data, None)
        units += parser.push(pack, mark=True)
    assert [unit.pts_ticks for unit in units] == [index * 4000 for index in range(30)]


def test_a_codec_that_nobody_reads_is_named(h264: list[Coded]) -> None:
    parser = PsParser()
    parser.push(psmux.pack_header(0) + psmux.stream_map([(0x80, 0xE0)]))
    assert parser.assembler.unread == "SVAC"


def test_a_map_that_names_the_wrong_codec_is_overruled_by_the_pictures(hevc: list[Coded], h264: list[Coded]) -> None:
    liar = psmux.PsMuxer("h264")
    stream = [liar.video(one.data, one.pts_ticks, is_keyframe=one.is_keyframe) for one in hevc]
    units = parse(b"".join([*stream, *packs(shifted(h264, 30 * TICKS_PER_FRAME))]))
    assert datas(units) == datas([*hevc, *h264])
    assert [index for index, unit in enumerate(units) if unit.discont] == [30]


def test_a_map_with_lengths_that_lie_is_read_as_far_as_it_goes() -> None:
    good = psmux.stream_map([(0x1B, 0xE0), (0x90, 0xC0)])
    assert read_map(good) == [(0x1B, 0xE0), (0x90, 0xC0)]
    assert read_map(good[:8] + b"\xff\xff" + good[10:]) == []
    assert read_map(good[:10] + b"\xff\xff" + good[12:])[:2] == [(0x1B, 0xE0), (0x90, 0xC0)]


def test_a_picture_without_end_is_thrown_away(h264: list[Coded]) -> None:
    parser = PsParser()
    parser.push(without_length(packs(h264)[0]))
    for _ in range(MAX_UNIT_BYTES // (1 << 16) + 10):
        assert parser.push(b"\x55" * (1 << 16)) == []
        assert parser.assembler.size_bytes <= MAX_UNIT_BYTES
    units = [unit for pack in packs(h264) for unit in parser.push(pack)] + parser.flush()
    assert datas(units) == datas(h264)


# Properties.

SMALL = b"".join(packs(encode(frames=6, gop=3, size=(64, 64))))


@settings(max_examples=60, deadline=None)
@given(cuts=st.lists(st.integers(0, len(SMALL)), max_size=40))
def test_it_does_not_matter_where_the_bytes_are_cut(cuts: list[int]) -> None:
    parser = PsParser()
    bounds = [0, *sorted(cuts), len(SMALL)]
    units = [unit for begin, end in pairwise(bounds) for unit in parser.push(SMALL[begin:end])] + parser.flush()
    assert units == parse(SMALL, len(SMALL))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_stream_does_no_harm_and_is_read_again(data: st.DataObject) -> None:
    damaged = bytearray(SMALL)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    whole = parse(bytes(damaged), len(damaged) or 1)
    assert parse(bytes(damaged), data.draw(st.integers(1, 300))) == whole
    after = parse(bytes(damaged) + bytes(70_000) + SMALL + SMALL)
    assert datas(after)[-3:] == datas(parse(SMALL))[-3:]


@settings(max_examples=100, deadline=None)
@given(noise=st.binary(max_size=3000))
def test_any_bytes_are_survived(noise: bytes) -> None:
    assert parse(noise, 100) == parse(noise, 5000)
