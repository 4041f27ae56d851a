"""What a viewer cannot play is encoded again for it, once for all who look, and only then."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.engine.live.viewing import Film, Watching, _opened, film_of

from camloom.exchange.live import Ending
from camloom.packets import Packet, StreamInfo
from camloom.runner.live import encoding as encoding_module
from camloom.runner.live import transcoder
from camloom.runner.live.encoded import Encoded
from camloom.runner.live.pictures import Group
from camloom.runner.live.transcoder import MAX_SIZE_PX
from camloom.runner.live.viewer import Viewer

MovingClip = Callable[..., Path]
CAMERAS = [
    {"name": "clip.avi", "codec": "msmpeg4", "frames": 40, "gop": 100},
    {"name": "clip.avi", "codec": "mjpeg", "pix_fmt": "yuvj420p", "frames": 40},
    {"name": "clip.mp4", "codec": "libx265", "frames": 40, "gop": 20, "b_frames": 2},
    {"name": "clip.mp4", "codec": "libx264", "frames": 40, "gop": 20, "pix_fmt": "yuv444p"},
]


class Stream:
    """A stream as the live view shows it."""

    def __init__(self, film: Film) -> None:
        self.lock = threading.RLock()
        self.info, self.packets = film
        self.group = Group()
        self.encoded = Encoded("cam", self.lock, lambda: self.group.packets)
        self.encoded.begin(self.info)

    def play(self, packets: list[Packet]) -> None:
        for packet in packets:
            with self.lock:
                self.group.add(packet)
                self.encoded.put(packet)


class Visit:
    """A viewer of a stream and what it got."""

    def __init__(self, stream: Stream, stack: ExitStack) -> None:
        ours, theirs = (stack.enter_context(one) for one in socket.socketpair())
        ours.setblocking(False)
        theirs.settimeout(10)
        self.viewer, self.watching, self._stream = Viewer(ours, lambda: None), Watching(theirs), stream
        with stream.lock:
            stream.encoded.join(self.viewer)

    def leave(self) -> None:
        with self._stream.lock:
            self._stream.encoded.leave(self.viewer)

    def until_shown(self, pts_s: float) -> list[tuple[int, bool]]:
        """Wait for the picture of a time, which is the last that comes."""
        self.watching.until(lambda: len(self.watching.payload) > 200 and self.watching.pictures[-1][0] >= pts_s * 1000)
        return self.watching.pictures


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def stream_of(stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> Callable[[Film], Stream]:
    monkeypatch.setattr(encoding_module, "MAX_WAITING", 1000)  # tests play faster than any camera

    def make(film: Film) -> Stream:
        stream = Stream(film)
        stack.callback(stream.encoded.close)
        return stream

    return make


Make = Callable[[Film], Stream]


def last_shown_s(packets: list[Packet], step_s: float = 0.08) -> float:
    """The time of a picture that is shown for certain, near the end."""
    return max(packet.pts_s for packet in packets) - 2 * step_s


@pytest.mark.parametrize("camera", CAMERAS, ids=lambda camera: str(camera["codec"]))
def test_any_camera_is_seen_as_h264_on_the_clock_of_its_stream(
    moving_clip: MovingClip, stream_of: Make, stack: ExitStack, camera: dict[str, object]
) -> None:
    stream = stream_of(film_of(moving_clip, **camera))
    stream.play(stream.packets[:5])
    visit = Visit(stream, stack)
    stream.play(stream.packets[5:])
    shown = visit.until_shown(last_shown_s(stream.packets))
    of_camera = {round(packet.pts_s * 1000) for packet in stream.packets}
    assert {at_ms for at_ms, _ in shown} <= of_camera
    assert shown[0][1], "it begins with a keyframe"
    assert shown[0][0] <= round(stream.packets[5].pts_s * 1000) + 80, "and with what is newest"
    assert all(after - before >= 60 for (before, _), (after, _) in pairwise(shown)), "few enough pictures a second"
    assert visit.watching.decoded() == len(shown)
    with _opened(visit.watching.payload) as flv:
        assert flv.streams.video[0].codec_context.name == "h264"
        assert flv.streams.video[0].codec_context.pix_fmt == "yuv420p"


def test_large_pictures_are_made_smaller(moving_clip: MovingClip, stream_of: Make, stack: ExitStack) -> None:
    stream = stream_of(film_of(moving_clip, name="large.mp4", frames=4, size=(1600, 1200), codec="libx264"))
    visit = Visit(stream, stack)
    stream.play(stream.packets)
    visit.until_shown(0.0)
    with _opened(visit.watching.payload) as flv:
        size = flv.streams.video[0].width, flv.streams.video[0].height
    assert size == (960, 720)
    assert size <= MAX_SIZE_PX


def test_nothing_is_encoded_while_nobody_looks(
    moving_clip: MovingClip, stream_of: Make, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Packet] = []

    class Counted(transcoder.Transcoder):
        def of(self, packet: Packet) -> Iterator[Packet]:
            begun.append(packet)
            return super().of(packet)

    monkeypatch.setattr(encoding_module, "Transcoder", Counted)
    stream = stream_of(film_of(moving_clip, **CAMERAS[0]))
    threads = threading.active_count()
    stream.play(stream.packets[:10])
    assert begun == []
    first, second = Visit(stream, stack), Visit(stream, stack)
    stream.play(stream.packets[10:20])
    for visit in (first, second):
        visit.until_shown(last_shown_s(stream.packets[:20]))
    assert len(begun) <= 20, "once for both"
    first.leave()
    assert stream.encoded.runs
    second.leave()
    assert not stream.encoded.runs
    stream.encoded.close()
    assert threading.active_count() == threads
    count = len(begun)
    stream.play(stream.packets[20:])
    assert len(begun) == count


def test_who_comes_back_sees_it_again(moving_clip: MovingClip, stream_of: Make, stack: ExitStack) -> None:
    stream = stream_of(film_of(moving_clip, **CAMERAS[0]))
    stream.play(stream.packets[:10])
    first = Visit(stream, stack)
    first.leave()
    stream.play(stream.packets[10:20])
    again = Visit(stream, stack)
    stream.play(stream.packets[20:])
    shown = again.until_shown(last_shown_s(stream.packets))
    assert shown[0][0] >= round(stream.packets[18].pts_s * 1000)
    assert again.watching.decoded() == len(shown)


def test_a_clip_that_is_played_again_goes_on_and_a_break_begins_anew(
    moving_clip: MovingClip, stream_of: Make, stack: ExitStack
) -> None:
    stream = stream_of(film_of(moving_clip, **CAMERAS[0]))
    length_s = stream.packets[-1].pts_s + 0.04
    again = [replace(one, pts_s=one.pts_s + length_s, discont=not i) for i, one in enumerate(stream.packets)]
    visit = Visit(stream, stack)
    stream.play([*stream.packets, *again])
    visit.until_shown(last_shown_s(again))
    assert visit.watching.ending is None
    visit.watching.decoded()
    later = [replace(one, pts_s=one.pts_s + 100, discont=not i) for i, one in enumerate(stream.packets)]
    stream.play(later)
    visit.watching.until(lambda: visit.watching.ending is not None)
    assert visit.watching.ending == Ending.ANEW


def test_another_size_begins_anew(moving_clip: MovingClip, stream_of: Make, stack: ExitStack) -> None:
    stream = stream_of(film_of(moving_clip, **CAMERAS[1]))
    info, packets = film_of(moving_clip, **{**CAMERAS[2], "size": (160, 120)})
    visit = Visit(stream, stack)
    stream.play(stream.packets)
    after_s = stream.packets[-1].pts_s + 0.04
    more = [replace(one, pts_s=one.pts_s + after_s) for one in packets]
    stream.play([replace(more[0], discont=True, info=info), *more[1:]])
    visit.watching.until(lambda: visit.watching.ending is not None)
    assert visit.watching.ending == Ending.ANEW
    visit.leave()
    again = Visit(stream, stack)
    stream.play([replace(one, pts_s=one.pts_s + 2) for one in more])
    again.until_shown(last_shown_s(more))
    with _opened(again.watching.payload) as flv:
        assert flv.streams.video[0].width == 160


def test_a_machine_that_is_too_slow_leaves_out_whole_groups(
    moving_clip: MovingClip, stream_of: Make, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()

    class Slow(transcoder.Transcoder):
        def of(self, packet: Packet) -> Iterator[Packet]:
            goes_on.wait(10)
            return super().of(packet)

    monkeypatch.setattr(encoding_module, "Transcoder", Slow)
    stream = stream_of(film_of(moving_clip, **{**CAMERAS[0], "gop": 20, "frames": 30}))
    packets = [replace(one, discont=index == 13) for index, one in enumerate(stream.packets)]
    monkeypatch.setattr(encoding_module, "MAX_WAITING", 10)
    visit = Visit(stream, stack)
    stream.play(packets)
    goes_on.set()
    shown = visit.until_shown(last_shown_s(packets))
    assert shown[:2] == [(0, True), (round(packets[20].pts_s * 1000), True)]
    assert visit.watching.decoded() == len(shown)


def test_hostile_packets_do_no_harm(moving_clip: MovingClip, stream_of: Make, stack: ExitStack) -> None:
    info, packets = film_of(moving_clip, **CAMERAS[1])
    stream = stream_of((info, packets))
    visit = Visit(stream, stack)
    for index, packet in enumerate(packets):
        if index % 2:
            noise = bytes((index * 37 + at * at) % 256 for at in range(500))
            memoryview(packet.raw)[: len(noise)] = noise[: packet.raw.size]
    stream.play(packets)
    visit.until_shown(last_shown_s(packets, 0.16))


@pytest.mark.parametrize("lack", ["encoder", "decoder"])
def test_what_cannot_be_encoded_here_is_said(
    moving_clip: MovingClip, stream_of: Make, stack: ExitStack, monkeypatch: pytest.MonkeyPatch, lack: str
) -> None:
    info, packets = film_of(moving_clip, **CAMERAS[1])
    if lack == "encoder":
        monkeypatch.setattr(transcoder, "_OPTIONS", {"no-such-encoder": {}})
    else:
        odd = SimpleNamespace(name="no-such-codec", width=8, height=8, extradata=None, pix_fmt="yuv420p")
        info = StreamInfo("odd", 8, 8, 0, live=True, template=SimpleNamespace(codec_context=odd))
    stream = stream_of((info, packets))
    visit = Visit(stream, stack)
    stream.play(packets)
    visit.watching.until(lambda: visit.watching.ending is not None)
    assert visit.watching.ending == Ending.UNSUPPORTED
    until_s = time.monotonic() + 10
    while stream.encoded.runs and time.monotonic() < until_s:
        time.sleep(0.01)
    assert not stream.encoded.runs
