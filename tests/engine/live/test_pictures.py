"""Packets are copied into FLV from the last keyframe on, for as many as look, and only then."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import av
import pytest
from tests.engine.live.viewing import Film, Watching, film_of, packets_of

from camloom.exchange.live import Ending
from camloom.packets import Packet, StreamInfo
from camloom.runner.live import pictures as pictures_module
from camloom.runner.live.flv import FlvWriter
from camloom.runner.live.pictures import Pictures
from camloom.runner.live.viewer import STUCK_S, Viewer

MovingClip = Callable[..., Path]


@pytest.fixture
def film(moving_clip: MovingClip) -> Film:
    return film_of(moving_clip, frames=60, gop=12)


@pytest.fixture
def join() -> Iterator[Callable[..., tuple[Viewer, Watching]]]:
    with ExitStack() as stack:

        def make(
            pictures: Pictures, *, takes_bytes: int | None = None, clock: Callable[[], float] = lambda: 0.0
        ) -> tuple[Viewer, Watching]:
            ours, theirs = (stack.enter_context(one) for one in socket.socketpair())
            if takes_bytes is not None:
                ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, takes_bytes)
            ours.setblocking(False)
            viewer = Viewer(ours, lambda: None, clock)
            pictures.join(viewer)
            return viewer, Watching(theirs)

        yield make


def shown_ms(packets: list[Packet]) -> list[tuple[int, bool]]:
    return [(round(packet.pts_s * 1000), packet.is_keyframe) for packet in packets]


def begun(film: Film) -> Pictures:
    pictures = Pictures("cam")
    pictures.begin(film[0])
    return pictures


def play(pictures: Pictures, packets: list[Packet]) -> None:
    for packet in packets:
        pictures.put(packet)


Join = Callable[..., tuple[Viewer, Watching]]


@pytest.mark.parametrize(
    ("codec", "b_frames", "suffix"),
    [("libx264", 0, "mp4"), ("libx264", 2, "mp4"), ("libx264", 2, "ts"), ("libx265", 0, "mp4"), ("libx265", 2, "ts")],
)
def test_a_new_viewer_begins_at_the_last_keyframe(
    moving_clip: MovingClip, join: Join, codec: str, b_frames: int, suffix: str
) -> None:
    film = film_of(moving_clip, name=f"clip.{suffix}", frames=60, gop=12, codec=codec, b_frames=b_frames)
    pictures, packets = begun(film), film[1]
    keys = [index for index, packet in enumerate(packets) if packet.is_keyframe]
    play(pictures, packets[: keys[2] + 3])
    _, watching = join(pictures)
    play(pictures, packets[keys[2] + 3 :])
    watching.there()
    assert watching.pictures == shown_ms(packets[keys[2] :])
    assert watching.pictures[0][1]
    assert watching.decoded() >= len(packets) - keys[2] - b_frames


def test_the_clock_of_every_viewer_begins_at_its_own_zero(film: Film, join: Join) -> None:
    pictures, packets = begun(film), film[1]
    play(pictures, packets[:5])
    _, first = join(pictures)
    play(pictures, packets[5:30])
    _, second = join(pictures)
    play(pictures, packets[30:])
    for watching, since in ((first, 0), (second, 24)):
        watching.there()
        assert watching.pictures == shown_ms(packets[since:])
    assert first.payload[: 13 + 11] == second.payload[: 13 + 11]


def test_pictures_may_be_huge(moving_clip: MovingClip, join: Join) -> None:
    """A piece on the socket is at most 64 KiB, a picture may be more."""
    film = packets_of(moving_clip(frames=4, size=(1280, 720), gop=1, codec="libx264"))
    info, packets = film
    filler = b"\x00\x03\x00\x00" + b"\x0c" + b"\xff" * 0x2FFFE + b"\x80"  # a NAL unit that decoders pass over
    grown = [_grown(packet, filler) for packet in packets]
    pictures = begun((info, grown))
    play(pictures, grown)
    viewer, watching = join(pictures)
    while viewer.waits:
        watching.there()
        viewer.flush()
    watching.there()
    assert watching.pictures == shown_ms(grown[-1:])
    assert len(watching.payload) > 0x2FFFE


def _grown(packet: Packet, more: bytes) -> Packet:
    raw = av.Packet(bytes(packet.raw) + more)
    raw.pts, raw.dts, raw.time_base = packet.raw.pts, packet.raw.dts, packet.raw.time_base
    return replace(packet, raw=raw)


def test_nothing_is_copied_while_nobody_looks(film: Film, join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def make(info: StreamInfo, base_ms: int) -> FlvWriter:
        made.append(base_ms)
        return FlvWriter(info, base_ms)

    monkeypatch.setattr(pictures_module, "FlvWriter", make)
    pictures, packets = begun(film), film[1]
    play(pictures, packets[:20])
    assert made == []
    viewer, watching = join(pictures)
    assert len(made) == 1
    pictures.leave(viewer)
    watching.there()
    before = watching.payload
    play(pictures, packets[20:])
    watching.there()
    assert watching.payload == before
    assert len(made) == 1


def test_a_slow_viewer_loses_whole_groups_and_nobody_else_does(
    film: Film, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("camloom.runner.live.viewer.MAX_WAITING_BYTES", 3000)
    pictures, packets = begun(film), film[1]
    viewer, slow = join(pictures, takes_bytes=1)
    _, fast = join(pictures)
    for index, packet in enumerate(packets):
        pictures.put(packet)
        fast.there()
        if index == 40:
            while viewer.waits:
                slow.there()
                viewer.flush()
    while viewer.waits:
        slow.there()
        viewer.flush()
    slow.there()
    assert fast.pictures == shown_ms(packets)
    assert viewer.lost > 0
    seen = slow.pictures
    assert 12 < len(seen) < len(packets)
    assert set(seen) <= set(shown_ms(packets))
    gaps = [after for before, after in pairwise(seen) if after[0] - before[0] > 50]
    assert len(gaps) == 1
    assert gaps[0][1], "after a gap comes a keyframe"
    slow.decoded()


def test_a_viewer_who_takes_nothing_for_long_is_over(film: Film, join: Join) -> None:
    now_s = [0.0]
    pictures, packets = begun(film), film[1]
    viewer, _ = join(pictures, takes_bytes=1, clock=lambda: now_s[0])
    play(pictures, packets)
    assert viewer.waits
    assert not viewer.over
    now_s[0] = STUCK_S + 1
    assert viewer.over


def test_after_a_break_the_viewer_is_to_ask_again(film: Film, join: Join) -> None:
    pictures, packets = begun(film), film[1]
    _, watching = join(pictures)
    play(pictures, packets[:14])
    _, early = join(pictures)
    pictures.put(replace(packets[24], pts_s=packets[24].pts_s + 30, discont=True))
    for one in (watching, early):
        one.there()
        assert one.ending == Ending.ANEW
    _, again = join(pictures)
    again.there()
    assert again.pictures == [(round(packets[24].pts_s * 1000) + 30_000, True)]


def test_who_has_not_seen_anything_yet_need_not_ask_again(film: Film, join: Join) -> None:
    pictures, packets = begun(film), film[1]
    _, watching = join(pictures)
    pictures.put(replace(packets[13], discont=True))
    play(pictures, packets[24:])
    watching.there()
    assert watching.ending is None
    assert watching.pictures == shown_ms(packets[24:])


def test_a_clip_that_is_played_again_goes_on(film: Film, join: Join) -> None:
    pictures, packets = begun(film), film[1]
    length_s = packets[-1].pts_s + 0.04
    again = [replace(one, pts_s=one.pts_s + length_s, discont=index == 0) for index, one in enumerate(packets)]
    _, watching = join(pictures)
    play(pictures, [*packets, *again])
    watching.there()
    assert watching.ending is None
    assert watching.pictures == shown_ms([*packets, *again])


def test_another_size_begins_anew(film: Film, join: Join, moving_clip: MovingClip) -> None:
    info, bigger = packets_of(moving_clip("bigger.mp4", frames=12, size=(640, 480)))
    pictures, packets = begun(film), film[1]
    _, watching = join(pictures)
    play(pictures, packets)
    after_s = packets[-1].pts_s + 0.04
    more = [replace(one, pts_s=one.pts_s + after_s) for one in bigger]
    play(pictures, [replace(more[0], discont=True, info=info), *more[1:]])
    watching.there()
    assert watching.ending == Ending.ANEW
    _, again = join(pictures)
    again.there()
    assert again.pictures == shown_ms(more)


def test_what_flv_does_not_carry_is_said(moving_clip: MovingClip, join: Join) -> None:
    film = packets_of(moving_clip("clip.avi", frames=5, codec="mjpeg", pix_fmt="yuvj420p"))
    pictures = begun(film)
    _, watching = join(pictures)
    play(pictures, film[1])
    watching.there()
    assert watching.ending == Ending.UNSUPPORTED
    assert watching.payload == b""


def test_a_group_without_end_is_not_kept(film: Film, join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures_module, "MAX_GROUP_BYTES", 2000)
    pictures, packets = begun(film), film[1]
    endless = [packets[0], *(replace(one, is_keyframe=False) for one in packets[1:])]
    _, first = join(pictures)
    play(pictures, endless)
    _, late = join(pictures)
    for watching in (first, late):
        watching.there()
    assert first.pictures[-1][0] == round(packets[-1].pts_s * 1000), "who looks sees all of it"
    assert late.payload == b""
