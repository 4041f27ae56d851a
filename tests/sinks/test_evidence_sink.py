"""Evidence: a picture and a clip for every alarm."""

import gc
import json
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import av
import cv2
import numpy as np
import pytest

from camloom.errors import SinkError
from camloom.event import Change, Event, FrameResult, Phase
from camloom.evidence import verify_zip
from camloom.frame import ImageArray
from camloom.packets import Packet, PacketRing, Recording
from camloom.sinks.base import SinkContext
from camloom.sinks.evidence import EvidenceConfig, EvidenceSink
from camloom.sources.synthetic import SyntheticConfig, SyntheticSource

T = TypeVar("T")
Make = Callable[..., T]
FullDisk = Callable[[int], AbstractContextManager[None]]
EVENT_S = 5.0
FRAME_S = 0.1


def run(
    packets: Iterable[Packet],
    context: SinkContext,
    event: Event,
    make_result: Make[FrameResult],
    config: EvidenceConfig | None = None,
) -> Path:
    """Play a recorded video past an event; return the clip."""
    sink = EvidenceSink(config or EvidenceConfig(before_s=2, after_s=1))
    sink.open(context)
    played: dict[str, str] = {}
    for packet in packets:
        context.ring.append(packet)
        if not played and packet.pts_s >= event.pts_s:
            played = sink.plan(event, context.stream)
            sink.write(make_result(round(event.pts_s * 10), events=[replace(event, media=played)]))
    sink.close()
    return context.out / played["clip"]


def decode(clip: Path) -> list[tuple[float, ImageArray]]:
    with av.open(str(clip)) as container:
        frames = container.decode(video=0)
        return [(frame.time, np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)) for frame in frames]


def square_x(bgr: ImageArray) -> int:
    """Where the white square is: tells which picture of the source this is."""
    return int(np.flatnonzero(bgr[52, :, 1] > 180)[0])


@pytest.mark.parametrize(
    ("codec", "suffix", "bframes", "clip_suffix"),
    [
        ("libx264", ".mp4", 0, ".mp4"),
        ("libx264", ".mp4", 2, ".mp4"),
        ("libx264", ".ts", 0, ".mp4"),
        ("libx264", ".ts", 2, ".mp4"),
        ("libx264", ".mkv", 2, ".mp4"),
        ("libx265", ".mp4", 2, ".mp4"),
        ("libx265", ".ts", 0, ".mp4"),
        ("libsvtav1", ".mp4", 0, ".mp4"),
        ("libvpx", ".webm", 0, ".webm"),
        ("libvpx-vp9", ".webm", 0, ".webm"),
    ],
)
def test_a_clip_is_copied_from_the_keyframe_before(
    codec: str,
    suffix: str,
    bframes: int,
    clip_suffix: str,
    make_video: Make[Any],
    make_event: Make[Event],
    make_result: Make[FrameResult],
    make_context: Make[SinkContext],
) -> None:
    if codec not in av.codecs_available:
        pytest.skip(f"this FFmpeg has no {codec}")
    recorded = make_video(codec, suffix, gop=10, bframes=bframes)
    context = make_context(recorded.info, PacketRing(3))
    clip = run(recorded.packets, context, make_event(EVENT_S), make_result)

    assert clip.suffix == clip_suffix
    frames = decode(clip)
    first = round(square_x(frames[0][1]) / 4)
    keyframes = [round(packet.pts_s * 10) for packet in recorded.packets if packet.is_keyframe]
    assert first == max(number for number in keyframes if number <= 30)
    assert frames[0][0] == pytest.approx(0, abs=0.02)
    asked = list(range(first, 61))
    assert len(asked) <= len(frames) <= len(asked) + bframes + 1
    assert [time for time, _ in frames[: len(asked)]] == pytest.approx([(n - first) * FRAME_S for n in asked], abs=0.02)
    assert [round(square_x(bgr) / 4) for _, bgr in frames[: len(asked)]] == [n % 42 for n in asked]


def test_copied_packets_are_the_same_bytes(
    make_video: Make[Any], make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    recorded = make_video("libx264", ".mp4", bframes=2)
    before = [(packet.raw.pts, packet.raw.dts, bytes(packet.raw)) for packet in recorded.packets]
    clip = run(recorded.packets, make_context(recorded.info, PacketRing(3)), make_event(EVENT_S), make_result)
    with av.open(str(clip)) as container:
        copied = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    source = [data for _, _, data in before]
    start = source.index(copied[0])
    assert copied == source[start : start + len(copied)]
    assert [(packet.raw.pts, packet.raw.dts, bytes(packet.raw)) for packet in recorded.packets] == before


def test_decoding_times_grow_and_never_come_after_presentation(
    make_video: Make[Any], make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    recorded = make_video("libx264", ".ts", bframes=3)
    clip = run(recorded.packets, make_context(recorded.info, PacketRing(3)), make_event(EVENT_S), make_result)
    with av.open(str(clip)) as container:
        times = [(packet.pts or 0, packet.dts or 0) for packet in container.demux(video=0) if packet.size]
    decoded = [dts for _, dts in times]
    assert decoded == sorted(set(decoded))
    assert all(pts >= dts for pts, dts in times)


@pytest.mark.parametrize(("codec", "suffix", "second"), [("libx264", ".mp4", "2.30"), ("mpeg4", ".avi", "2.00")])
def test_the_clip_itself_says_where_its_event_is(
    codec: str,
    suffix: str,
    second: str,
    make_video: Make[Any],
    make_event: Make[Event],
    make_result: Make[FrameResult],
    make_context: Make[SinkContext],
) -> None:
    recorded = make_video(codec, suffix)
    clip = run(recorded.packets, make_context(recorded.info, PacketRing(3)), make_event(5.3), make_result)
    with av.open(str(clip)) as container:
        assert container.metadata["title"] == "yard-intrusion region.entered"
        assert f" at {second} s, 2026-11-01T08:00:05.300Z" in container.metadata["comment"]


def test_hevc_gets_the_tag_that_apple_plays(
    make_video: Make[Any], make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    recorded = make_video("libx265", ".ts")
    clip = run(recorded.packets, make_context(recorded.info, PacketRing(3)), make_event(EVENT_S), make_result)
    with av.open(str(clip)) as container:
        assert container.streams.video[0].codec_context.codec_tag == "hvc1"


@pytest.mark.parametrize("codec", ["mpeg4", "msmpeg4", "mjpeg"])
def test_what_no_browser_plays_is_encoded_again_and_begins_exactly(
    codec: str,
    make_video: Make[Any],
    make_event: Make[Event],
    make_result: Make[FrameResult],
    make_context: Make[SinkContext],
) -> None:
    pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    recorded = make_video(codec, ".avi", gop=50, pix_fmt=pix_fmt)
    clip = run(recorded.packets, make_context(recorded.info, PacketRing(3)), make_event(EVENT_S), make_result)
    frames = decode(clip)
    with av.open(str(clip)) as container:
        assert container.streams.video[0].codec_context.name in ("h264", "vp9", "libdav1d", "av1")
    assert round(square_x(frames[0][1]) / 4) == 30
    assert len(frames) in (31, 32)
    assert [time for time, _ in frames] == pytest.approx([n * FRAME_S for n in range(len(frames))], abs=0.01)


def test_uncompressed_sources_get_clips_too(
    make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    source = SyntheticSource(SyntheticConfig(width=192, height=128, fps=10, seconds=8))
    context = make_context(source.open(), PacketRing(3))
    assert len(decode(run(source.packets(), context, make_event(EVENT_S), make_result))) == 31


def test_the_clip_is_made_after_the_source_is_gone(
    make_video: Make[Any], make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    recorded = make_video("libx264", ".mp4")
    context = make_context(recorded.info, PacketRing(3))
    sink = EvidenceSink(EvidenceConfig(before_s=2, after_s=60))
    sink.open(context)
    for packet in recorded.packets:
        context.ring.append(packet)
    media = sink.plan(make_event(7.0), context.stream)
    recorded.container.close()
    gc.collect()
    sink.close()
    assert len(decode(context.out / media["clip"])) == 30


def test_an_event_at_the_start_has_a_clip_from_the_start(
    make_video: Make[Any], make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    recorded = make_video("libx264", ".mp4")
    clip = run(recorded.packets, make_context(recorded.info, PacketRing(3)), make_event(0.5), make_result)
    assert len(decode(clip)) in (16, 17)


def test_a_break_in_the_stream_ends_the_clip(
    make_video: Make[Any], make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    recorded = make_video("libx264", ".mp4")
    recorded.packets[55] = replace(recorded.packets[55], discont=True)
    clip = run(recorded.packets, make_context(recorded.info, PacketRing(3)), make_event(EVENT_S), make_result)
    assert len(decode(clip)) == 55 - 30


def test_a_complete_clip_is_written_while_nothing_else_happens(
    make_video: Make[Any], make_event: Make[Event], make_context: Make[SinkContext]
) -> None:
    recorded = make_video("libx264", ".mp4")
    context = make_context(recorded.info, PacketRing(3))
    sink = EvidenceSink(EvidenceConfig(before_s=2, after_s=1))
    sink.open(context)
    for packet in recorded.packets[:40]:
        context.ring.append(packet)
    clip = context.out / sink.plan(make_event(4.0), context.stream)["clip"]
    sink.idle()
    assert not clip.exists()
    for packet in recorded.packets[40:]:
        context.ring.append(packet)
    sink.idle()
    assert decode(clip)


def test_a_clip_that_becomes_complete_while_the_sink_looks_is_not_lost(
    make_video: Make[Any], make_event: Make[Event], make_context: Make[SinkContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = make_video("libx264", ".mp4")
    context = make_context(recorded.info, PacketRing(3))
    sink = EvidenceSink(EvidenceConfig(before_s=2, after_s=1))
    sink.open(context)
    for packet in recorded.packets:
        context.ring.append(packet)
    clip = context.out / sink.plan(make_event(4.0), context.stream)["clip"]
    answers = iter([False])
    monkeypatch.setattr(
        Recording, "complete", property(lambda _: next(answers, True), lambda _, __: None), raising=False
    )
    sink.idle()
    sink.idle()
    assert decode(clip)


def test_an_alarm_is_over_although_the_wall_clock_was_set_back(
    make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    sink = EvidenceSink(EvidenceConfig(clips=False))
    sink.open(context)
    begin = make_event(4.0, incident_id="01HALARM")
    end = replace(begin, id="end", phase=Phase.END, pts_s=6.0, occurred_at=begin.occurred_at - timedelta(hours=1))
    sink.write(make_result(40, events=[begin]))
    sink.write(make_result(60, events=[end]))
    sink.close()
    (document,) = (context.out / "media").glob("*/alarm.json")
    told = json.loads(document.read_bytes())
    assert told["ended"] is not None
    assert [event["phase"] for event in told["events"]] == ["start", "end"]


def test_the_picture_shows_the_object_in_red(
    make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    sink = EvidenceSink(EvidenceConfig(clips=False))
    sink.open(context)
    event = make_event(4.0)
    result = make_result(40, events=[replace(event, media=sink.plan(event, context.stream))])
    untouched = result.frame.buffer.to_bgr().copy()
    sink.write(result)
    sink.close()
    shown = cv2.imread(str(context.out / "media" / event.id / f"{event.id}.jpg"))
    assert shown is not None
    assert shown.shape == untouched.shape
    blue, _, red = (int(v) for v in shown[65, 20])
    assert red > 170
    assert blue < 120
    assert np.array_equal(result.frame.buffer.to_bgr(), untouched), "the picture of the frame belongs to all sinks"


def test_only_what_begins_or_just_happens_gets_media(make_event: Make[Event], make_context: Make[SinkContext]) -> None:
    context = make_context()
    sink = EvidenceSink(EvidenceConfig())
    sink.open(context)
    kinds = {phase: set(sink.plan(make_event(4.0, phase=phase), context.stream)) for phase in Phase}
    assert kinds[Phase.START] == kinds[Phase.INSTANT] == {"picture", "clip"}
    assert kinds[Phase.UPDATE] == kinds[Phase.END] == set()


def test_alarms_of_one_frame_share_a_recording_and_have_files_of_their_own(
    make_video: Make[Any], make_event: Make[Event], make_context: Make[SinkContext]
) -> None:
    recorded = make_video("libx264", ".mp4", seconds=6)
    context = make_context(recorded.info, PacketRing(9))
    sink = EvidenceSink(EvidenceConfig(max_clips_at_once=1))
    sink.open(context)
    for packet in recorded.packets:
        context.ring.append(packet)
    one, two = (sink.plan(make_event(4.0, id=name), context.stream) for name in ("A", "B"))
    sink.close()
    assert one["picture"] != two["picture"]
    clips = [context.out / media["clip"] for media in (one, two)]
    assert [clip.parent.name for clip in clips] == ["A", "B"]
    assert clips[0].read_bytes() == clips[1].read_bytes()
    assert sink.clips_skipped == 0


def test_a_clip_is_of_five_seconds_before_and_after() -> None:
    assert (EvidenceConfig().before_s, EvidenceConfig().after_s) == (5, 5)


def test_stages_and_those_who_join_are_shown_too(make_event: Make[Event], make_context: Make[SinkContext]) -> None:
    context = make_context()
    sink = EvidenceSink(EvidenceConfig(max_per_alarm=3))
    sink.open(context)

    def shown(**more: Any) -> set[str]:
        return set(sink.plan(make_event(incident_id="I", phase=Phase.UPDATE, **more), context.stream))

    assert shown(change=Change.STAGE) == {"picture", "clip"}
    assert shown(change=Change.LEFT) == shown() == set()
    joined = [bool(shown(change=Change.JOINED)) for _ in range(4)]
    assert joined == [True, True, False, False]


def test_the_folder_of_an_alarm_tells_its_life_and_what_made_it(
    make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    made = {"camloom": "9.9", "models": [{"name": "eyes"}], "rules": {"yard-intrusion": {"version": "ab"}, "other": {}}}
    context = replace(make_context(), provenance=made)
    sink = EvidenceSink(EvidenceConfig(clips=False))
    sink.open(context)
    common = {"incident_id": "I", "template": "intrusion", "name": {"en": "Intrusion"}, "severity": "major"}
    life = [
        make_event(4.0, count=1, ongoing=1, **common),
        make_event(4.2, phase=Phase.UPDATE, change=Change.STAGE, count=1, ongoing=1, **common),
        make_event(5.0, phase=Phase.UPDATE, change=Change.JOINED, count=2, ongoing=2, **common),
        make_event(6.0, phase=Phase.UPDATE, change=Change.LEFT, count=2, ongoing=1, **common),
        make_event(66.0, phase=Phase.END, count=2, **common),
    ]
    documents = []
    for event in life:
        sink.write(make_result(round(event.pts_s * 10), events=[event]))
        documents.append(json.loads((context.out / "media" / "I" / "alarm.json").read_text()))
    sink.close()
    told = documents[-1]
    assert [event["phase"] for event in told["events"]] == ["start", "update", "update", "update", "end"]
    # The rise of a stage is on the disk at once, what joins a little later.
    assert [len(document["events"]) for document in documents] == [1, 2, 2, 2, 5]
    assert documents[0]["ended"] is None
    assert (told["began"], told["ended"]) == ("2026-11-01T08:00:04.000Z", "2026-11-01T08:01:06.000Z")
    assert (told["count"], told["severity"], told["rule_id"]) == (2, "major", "yard-intrusion")
    assert told["events"][0]["why"][0]["name"] == "min_time"
    assert told["provenance"] == {"camloom": "9.9", "models": [{"name": "eyes"}], "rule": {"version": "ab"}}
    pictures = [event["media"]["picture"] for event in told["events"] if event["media"]]
    assert len(pictures) == 3
    assert all((context.out / picture).is_file() for picture in pictures)


def test_a_signed_zip_is_made_when_the_alarm_is_over_and_its_clip_is_written(
    make_video: Make[Any],
    make_event: Make[Event],
    make_result: Make[FrameResult],
    make_context: Make[SinkContext],
    tmp_path: Path,
) -> None:
    recorded = make_video("libx264", ".mp4")
    context = make_context(recorded.info, PacketRing(9))
    sink = EvidenceSink(EvidenceConfig(before_s=1, after_s=2, signed=True, key=tmp_path / "key.pem"))
    sink.open(context)
    for packet in recorded.packets[:45]:
        context.ring.append(packet)
    start = make_event(4.0, incident_id="I")
    sink.write(make_result(40, events=[replace(start, media=sink.plan(start, context.stream))]))
    sink.write(make_result(44, events=[make_event(4.4, incident_id="I", phase=Phase.END)]))
    assert not (context.out / "media" / "I.zip").exists()
    for packet in recorded.packets[45:]:
        context.ring.append(packet)
    sink.idle()
    sealed = verify_zip(context.out / "media" / "I.zip")
    assert set(sealed.manifest.files) == {"alarm.json", "index.html", f"{start.id}.jpg", f"{start.id}.mp4"}
    late = make_event(7.0, id="L", phase=Phase.INSTANT)
    sink.write(make_result(70, events=[replace(late, media=sink.plan(late, context.stream))]))
    sink.close()
    assert verify_zip(context.out / "media" / "L.zip").signer == sealed.signer


def test_a_key_that_others_can_read_is_told_at_once(make_context: Make[SinkContext], tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(b"x")
    with pytest.raises(SinkError, match="others may read the key"):
        EvidenceSink(EvidenceConfig(signed=True, key=tmp_path / "key.pem")).open(make_context())


def test_a_long_life_does_not_fill_the_memory(
    make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    sink = EvidenceSink(EvidenceConfig(clips=False))
    sink.open(context)
    sink.write(make_result(0, events=[make_event(0.0, incident_id="I")]))
    for second in range(1, 300):
        sink.write(make_result(second, events=[make_event(float(second), incident_id="I", phase=Phase.UPDATE)]))
    sink.close()
    told = json.loads((context.out / "media" / "I" / "alarm.json").read_text())
    assert (len(told["events"]), told["events_left_out"]) == (65, 235)
    assert told["events"][-1]["pts_s"] == 299


def test_too_many_clips_at_once_are_counted_not_made(make_event: Make[Event], make_context: Make[SinkContext]) -> None:
    context = make_context()
    sink = EvidenceSink(EvidenceConfig(max_clips_at_once=2))
    sink.open(context)
    planned = [sink.plan(make_event(float(second)), context.stream) for second in range(4)]
    assert [set(media) for media in planned] == [{"picture", "clip"}] * 2 + [{"picture"}] * 2
    assert sink.clips_skipped == 2


def test_an_id_cannot_lead_out_of_the_folder(make_event: Make[Event], make_context: Make[SinkContext]) -> None:
    context = make_context()
    sink = EvidenceSink(EvidenceConfig(clips=False))
    sink.open(context)
    path = sink.plan(make_event(id="../../etc/passwd"), context.stream)["picture"]
    assert (context.out / path).resolve().parent.parent == (context.out / "media").resolve()


def test_on_a_full_disk_earlier_files_stay_and_no_half_file_has_a_name(
    make_video: Make[Any],
    make_event: Make[Event],
    make_result: Make[FrameResult],
    make_context: Make[SinkContext],
    full_disk: FullDisk,
) -> None:
    recorded = make_video("libx264", ".mp4")
    context = make_context(recorded.info, PacketRing(3))
    sink = EvidenceSink(EvidenceConfig(before_s=2, after_s=1))
    sink.open(context)
    for packet in recorded.packets:
        context.ring.append(packet)
    early, late = make_event(4.0), make_event(6.0)
    media = sink.plan(early, context.stream)
    sink.write(make_result(40, events=[replace(early, media=media)]))
    with full_disk(1000), pytest.raises(SinkError) as error:
        sink.write(make_result(60, events=[replace(late, media=sink.plan(late, context.stream))]))
    assert "cannot write" in str(error.value)
    assert "\n" not in str(error.value)
    files = {path.name for path in (context.out / "media").rglob("*") if path.is_file()}
    assert files == {f"{early.id}.jpg", f"{early.id}.mp4", "alarm.json"}
    assert decode(context.out / media["clip"])


def test_a_folder_that_cannot_be_made_is_told_at_once(make_context: Make[SinkContext]) -> None:
    context = make_context()
    (context.out / "media").write_text("a file where the folder should be")
    with pytest.raises(SinkError, match="cannot write"):
        EvidenceSink(EvidenceConfig()).open(context)
