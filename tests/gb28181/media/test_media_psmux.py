"""What is written is read by others: FFmpeg's own demuxer is the judge."""

import io
import zlib
from fractions import Fraction
from itertools import pairwise

import av
import pytest
from tests.gb28181.media.clips import Coded, encode, packs, shifted

from camloom.errors import SourceError
from camloom.gb28181.media import psmux
from camloom.gb28181.media.format import StreamFormat, to_packet
from camloom.gb28181.media.nal import Codec
from camloom.gb28181.media.ps import PsParser
from camloom.gb28181.media.unit import AccessUnit
from camloom.packets import Packet
from camloom.sources.reading.decode import Decoder


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_ffmpeg_reads_the_same_pictures(codec: str, request: pytest.FixtureRequest) -> None:
    clip: list[Coded] = request.getfixturevalue(codec)
    with av.open(io.BytesIO(b"".join(packs(clip))), "r", format="mpeg") as container:
        video = container.streams.video[0]
        assert video.codec_context.name == codec
        read = [one for one in container.demux(video) if one.size]
    assert [bytes(one) for one in read] == [one.data for one in clip]
    times = [one.pts for one in read if one.pts is not None]
    assert [after - before for before, after in pairwise(times)] == [3600] * (len(clip) - 1)


def test_ffmpeg_finds_the_sound_too(h264: list[Coded]) -> None:
    muxer = psmux.PsMuxer("h264", psmux.G711A)
    stream = b""
    for one in h264:
        stream += muxer.video(one.data, one.pts_ticks, is_keyframe=one.is_keyframe)
        stream += muxer.audio(bytes(range(256)) + bytes(64), one.pts_ticks)
    with av.open(io.BytesIO(stream), "r", format="mpeg") as container:
        audio = container.streams.audio[0]
        assert audio.codec_context.name == "pcm_alaw"
        heard = b"".join(bytes(one) for one in container.demux(audio) if one.size)
    assert heard == (bytes(range(256)) + bytes(64)) * len(h264)


def test_the_times_of_pictures_shown_later_are_read_by_ffmpeg() -> None:
    clip = encode(frames=20, b_frames=2)
    with av.open(io.BytesIO(b"".join(packs(clip))), "r", format="mpeg") as container:
        read = [(one.pts, one.dts) for one in container.demux(video=0) if one.size]
    shift = (read[0][1] or 0) - clip[0].dts_ticks
    assert read == [(one.pts_ticks + shift, one.dts_ticks + shift) for one in clip]


def test_the_checksum_is_that_of_mpeg() -> None:
    assert psmux.crc32_mpeg(b"123456789") == 0x0376E6E7
    assert psmux.crc32_mpeg(b"") == 0xFFFFFFFF
    assert psmux.crc32_mpeg(b"123456789") != zlib.crc32(b"123456789")


def unit_of(one: Coded, sets: bytes = b"") -> AccessUnit:
    codec: Codec = "h264" if one.codec == "h264" else "hevc"
    return AccessUnit(codec, one.data, one.pts_ticks, one.dts_ticks, 0.0, one.is_keyframe, parameter_sets=sets)


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_a_stream_is_described_from_its_first_keyframe(codec: str, request: pytest.FixtureRequest) -> None:
    clip: list[Coded] = request.getfixturevalue(codec)
    info = StreamFormat().read(unit_of(clip[0]))
    assert info is not None
    assert (info.codec, info.width, info.height, info.fps, info.live) == (codec, 160, 120, 25, True)
    context = info.template.codec_context
    assert (context.name, context.width, context.height, context.pix_fmt) == (codec, 160, 120, "yuv420p")
    assert context.extradata


def test_a_description_comes_again_only_when_something_changed(h264: list[Coded]) -> None:
    known = StreamFormat()
    assert known.read(unit_of(h264[0], b"a")) is not None
    assert known.read(unit_of(h264[1])) is None
    assert known.read(unit_of(h264[10], b"a")) is None
    larger = encode(frames=1, size=(320, 240))[0]
    info = known.read(unit_of(larger, b"b"))
    assert info is not None
    assert (info.width, info.height) == (320, 240)
    assert known.read(unit_of(h264[0], b"a")) is not None


def test_a_keyframe_that_ffmpeg_cannot_read_is_an_error_in_words() -> None:
    broken = Coded("h264", b"\0\0\0\1\x65" + b"x" * 300, 0, 0, True)
    with pytest.raises(SourceError, match="first h264 picture") as caught:
        StreamFormat().read(unit_of(broken))
    assert caught.value.reason == "unsupported"


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_a_picture_that_is_too_large_is_refused(
    codec: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip: list[Coded] = request.getfixturevalue(codec)
    monkeypatch.setattr("camloom.gb28181.media.format.MAX_PIXELS", 160 * 120 // 2)
    with pytest.raises(SourceError) as caught:
        StreamFormat().read(unit_of(clip[0]))
    assert caught.value.reason == "unsupported"


def test_packets_carry_the_times_and_the_bytes(h264: list[Coded]) -> None:
    raw = to_packet(unit_of(h264[3]))
    assert bytes(raw) == h264[3].data
    assert (raw.pts, raw.dts, raw.time_base) == (h264[3].pts_ticks, h264[3].dts_ticks, Fraction(1, 90_000))
    assert not raw.is_keyframe


def test_every_picture_is_decoded_across_a_change_of_codec_and_size(h264: list[Coded], hevc: list[Coded]) -> None:
    clip = [*h264, *shifted(hevc, 30 * 3600), *shifted(encode(frames=10, size=(320, 240)), 60 * 3600)]
    known, parser, widths = StreamFormat(), PsParser(), []
    for pack in packs(clip):
        for unit in parser.push(pack, mark=True):
            info = known.read(unit)
            if info is not None:
                decoder = Decoder(info)
            packet = Packet(to_packet(unit), unit.pts_s, unit.arrived_s, unit.is_keyframe)
            widths += [buffer.width for _, buffer in decoder.decode(packet)]
    assert widths == [160] * 60 + [320] * 10
