"""The annotated video."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import av
import numpy as np
import pytest
from pydantic import ValidationError

from camloom.errors import SinkError
from camloom.event import Event, FrameResult, Phase
from camloom.sinks.base import SinkContext
from camloom.sinks.video import VideoConfig, VideoSink

T = TypeVar("T")
Make = Callable[..., T]
FullDisk = Callable[[int], AbstractContextManager[None]]


def read(path: Path) -> list[tuple[float, Any]]:
    with av.open(str(path)) as container:
        return [(frame.time, frame.to_ndarray(format="bgr24")) for frame in container.decode(video=0)]


def playable_frames(path: Path) -> int:
    """Count what a player shows, which stops at the first damage."""
    count = 0
    with av.open(str(path)) as container, suppress(av.error.InvalidDataError):
        for _ in container.decode(video=0):
            count += 1
    return count


def write_all(sink: VideoSink, results: Iterable[FrameResult]) -> None:
    for result in results:
        sink.write(result)


def test_every_frame_is_there_at_its_own_time(make_result: Make[FrameResult], make_context: Make[SinkContext]) -> None:
    context = make_context()
    sink = VideoSink(VideoConfig())
    sink.open(context)
    times = [12.0, 12.1, 12.2, 12.7, 12.8, 14.0]
    for index, pts_s in enumerate(times):
        sink.write(make_result(index, pts_s))
    sink.close()
    frames = read(context.out / "annotated.mp4")
    assert [time for time, _ in frames] == pytest.approx([t - 12.0 for t in times], abs=0.001)
    assert frames[0][1].shape == (128, 192, 3)
    with av.open(str(context.out / "annotated.mp4")) as container:
        video = container.streams.video[0]
        assert video.codec_context.name == "h264"
        assert video.codec_context.pix_fmt == "yuv420p"


def test_boxes_are_drawn_and_the_frame_stays_clean(
    make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    sink = VideoSink(VideoConfig())
    sink.open(context)
    result = make_result(3)
    before = result.frame.buffer.to_bgr().copy()
    sink.write(result)
    sink.close()
    assert np.array_equal(result.frame.buffer.to_bgr(), before)
    drawn = read(context.out / "annotated.mp4")[0][1].astype(int)
    changed = np.abs(drawn - before).max(axis=2) > 40
    assert changed[30:100, 19:22].any(axis=1).mean() > 0.9, "left side of the box"


def test_an_alarm_is_red_until_it_ends(
    make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    sink = VideoSink(VideoConfig())
    sink.open(context)
    start = make_event(0.1, incident_id="I")
    end = replace(start, id="e", phase=Phase.END, pts_s=0.3)
    for index, events in enumerate([[], [start], [], [end]]):
        sink.write(make_result(index, events=events))
    sink.close()
    left_side = [bgr[50:90, 19:21].reshape(-1, 3).mean(axis=0) for _, bgr in read(context.out / "annotated.mp4")]
    assert [red > 150 and blue < 130 for blue, _, red in left_side] == [False, True, True, False]


@pytest.mark.parametrize(("size", "shown"), [((640, 360), (320, 180)), ((321, 201), (320, 200)), ((99, 55), (98, 54))])
def test_wide_pictures_are_scaled_and_sizes_are_even(
    size: tuple[int, int], shown: tuple[int, int], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    sink = VideoSink(VideoConfig(max_width=320))
    sink.open(context)
    sink.write(make_result(0, size=size))
    sink.close()
    height, width = read(context.out / "annotated.mp4")[0][1].shape[:2]
    assert (width, height) == pytest.approx(shown, abs=2)
    assert width % 2 == height % 2 == 0


def test_a_new_segment_goes_on_where_the_last_ended(
    make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    sink = VideoSink(VideoConfig())
    sink.open(context)
    for index, pts_s in enumerate([5.0, 5.1, 5.2, 0.0, 0.1]):
        sink.write(make_result(index, pts_s))
    sink.close()
    times = [time for time, _ in read(context.out / "annotated.mp4")]
    assert times == pytest.approx([0, 0.1, 0.2, 0.3, 0.4], abs=0.001)


def test_a_change_of_size_does_not_end_the_film(
    make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    context = make_context()
    sink = VideoSink(VideoConfig())
    sink.open(context)
    sink.write(make_result(0))
    sink.write(make_result(1, size=(96, 64)))
    sink.close()
    assert [bgr.shape for _, bgr in read(context.out / "annotated.mp4")] == [(128, 192, 3)] * 2


@pytest.mark.parametrize("encoder", ["libvpx-vp9", "mpeg4"])
def test_other_encoders_do_as_well(
    encoder: str, make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    if encoder not in av.codecs_available:
        pytest.skip(f"this FFmpeg has no {encoder}")
    context = make_context()
    sink = VideoSink(VideoConfig(encoder=encoder))
    sink.open(context)
    for index in range(5):
        sink.write(make_result(index))
    sink.close()
    assert len(read(context.out / "annotated.mp4")) == 5


def test_an_encoder_that_is_not_there_is_told_at_once(make_context: Make[SinkContext]) -> None:
    with pytest.raises(SinkError, match="no video encoder 'h266'"):
        VideoSink(VideoConfig(encoder="h266")).open(make_context())


def test_a_name_that_says_no_container_is_refused() -> None:
    with pytest.raises(ValidationError, match="does not end in"):
        VideoConfig(path="film.gif")


def test_no_frame_is_no_error(make_context: Make[SinkContext]) -> None:
    sink = VideoSink(VideoConfig())
    sink.open(make_context())
    sink.close()
    sink.close()


def test_a_full_disk_is_one_line_and_leaves_a_film(
    make_result: Make[FrameResult], make_context: Make[SinkContext], full_disk: FullDisk
) -> None:
    context = make_context()
    sink = VideoSink(VideoConfig())
    sink.open(context)
    with full_disk(30_000), pytest.raises(SinkError) as error:
        write_all(sink, [make_result(index) for index in range(1000)])
    with full_disk(30_000), pytest.raises(SinkError):
        sink.close()
    assert str(error.value).startswith(f"cannot write {context.out / 'annotated.mp4'}: File too large")
    assert playable_frames(context.out / "annotated.mp4") >= 20


def test_a_killed_process_leaves_a_film(tmp_path: Path) -> None:
    script = Path(__file__).parent / "film_until_killed.py"
    process = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "100 frames written\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert playable_frames(tmp_path / "annotated.mp4") >= 60
