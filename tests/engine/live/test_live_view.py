"""The live view of a running stream: pictures and boxes on one clock, and nothing that a viewer could break."""

import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.engine.live.viewing import Watching, base_of, film_of

from camloom import Runner, parse_task
from camloom.config import StrictModel, TaskConfig
from camloom.event import Event, FrameResult
from camloom.exchange.live import Channel, Ending, socket_of
from camloom.packets import Packet, StreamInfo
from camloom.runner.live import LiveView, TappedSource, door
from camloom.server.live.messages import LiveLook
from camloom.sources.live.states import StateBoard

MovingClip = Callable[..., Path]
ZONE = {"name": "left", "vertices": [[0, 0], [0.6, 0], [0.6, 1], [0, 1]]}
RULE = {"type": "region", "id": "in", "zone": "left", "on": "enter"}


def played(clip: Path, out: Path, **changes: Any) -> TaskConfig:
    source = {"type": "media", "url": str(clip), "pace": "realtime", "loop": True}
    document = {"id": "cam", "source": source, "out": str(out), "live_view": True, "idle": "off", "health": "off"}
    return parse_task({**document, **changes})


@pytest.mark.usefixtures("blob_everywhere")
def test_pictures_and_boxes_are_on_one_clock(moving_clip: MovingClip, tmp_path: Path) -> None:
    clip = moving_clip(frames=50, fps=25, gop=10, b_frames=2)
    with Runner([played(clip, tmp_path, zones=[ZONE], rules=[RULE])]):
        boxes = Watching.at(socket_of(tmp_path), "boxes")
        boxes.until(lambda: len(boxes.lines) > 2)
        pictures = Watching.at(socket_of(tmp_path), "flv")
        while not any(line["alarms"] for line in boxes.lines) or len(pictures.payload) < 8000:
            pictures.more()
            boxes.more()
    shown = pictures.pictures
    assert shown[0][1], "it begins with a keyframe"
    assert pictures.decoded() > 10
    last_ms = shown[-1][0]
    times_ms = {at_ms for at_ms, _ in shown}
    during = [line for line in boxes.lines if shown[0][0] <= line["pts_ms"] <= last_ms]
    assert len(during) > 5
    assert {line["pts_ms"] for line in during} <= times_ms
    found = [one for line in boxes.lines for one in line["objects"]]
    assert {one["class_name"] for one in found} == {"box"}
    assert all(0 <= edge <= 1 for one in found for edge in one["box"])
    (rule_id, zone), *_ = {(one["rule_id"], one["zone"]) for line in boxes.lines for one in line["alarms"]}
    assert (rule_id, zone) == ("in", "left")
    assert [LiveLook.model_validate(line).model_dump(mode="json") for line in boxes.lines] == boxes.lines, (
        "it is what clients are told to expect"
    )


@pytest.mark.usefixtures("blob_everywhere")
def test_a_run_without_live_view_offers_none(moving_clip: MovingClip, tmp_path: Path) -> None:
    with Runner([played(moving_clip(frames=5), tmp_path, live_view=False)]) as runner:
        while not runner.streams[0].counts.decoded:
            time.sleep(0.01)
        assert not socket_of(tmp_path).exists()


@pytest.mark.usefixtures("blob_everywhere")
def test_the_end_of_the_task_is_told_and_nothing_stays(moving_clip: MovingClip, tmp_path: Path) -> None:
    threads = threading.active_count()
    with Runner([played(moving_clip(frames=10), tmp_path)]) as runner:
        watching = Watching.at(socket_of(tmp_path), "flv")
        watching.until(lambda: bool(watching.payload))
        runner.stop()
        watching.rest()
    assert watching.ending == Ending.OVER
    assert not socket_of(tmp_path).exists()
    assert threading.active_count() == threads


@contextmanager
def view_at(out: Path) -> Iterator[LiveView]:
    view = LiveView("cam", out)
    view.start(lambda _event: None, lambda: 0.0)
    try:
        yield view
    finally:
        view.stop()
        view.join()


def test_only_this_user_may_look(tmp_path: Path) -> None:
    with view_at(tmp_path):
        mode = socket_of(tmp_path).stat().st_mode
    assert (stat.S_ISSOCK(mode), stat.S_IMODE(mode)) == (True, 0o600)


def test_what_a_dead_worker_left_is_replaced_and_what_a_new_one_has_stays(tmp_path: Path) -> None:
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(socket_of(tmp_path)))
    dead.close()
    with ExitStack() as old:
        old.enter_context(view_at(tmp_path))
        with view_at(tmp_path) as new:
            old.close()
            watching = Watching.at(socket_of(tmp_path), "flv")
            while not new._pictures._viewers:
                time.sleep(0.01)
    watching.rest()
    assert list(tmp_path.iterdir()) == []


def test_the_folder_may_be_deep(tmp_path: Path) -> None:
    """The address of a socket has room for 107 bytes."""
    deep = tmp_path / ("a" * 100) / ("b" * 100)
    with view_at(deep):
        assert socket_of(deep).is_socket()


def test_a_folder_that_cannot_be_is_no_reason_not_to_analyse(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "out").write_text("a file is in the way")
    with view_at(tmp_path / "out"):
        pass
    assert "no live view" in caplog.text


@pytest.mark.parametrize("said", [b"flv", b"nonsense\n", b"x" * 100, b"flv\nflv\n", b"\xff\xfe\n", b"\n"])
def test_whoever_says_something_else_is_shown_out(tmp_path: Path, said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "_ASK_WITHIN_S", 0.3)
    with view_at(tmp_path), socket.socket(socket.AF_UNIX) as guest:
        guest.settimeout(10)
        guest.connect(str(socket_of(tmp_path)))
        guest.sendall(said)
        assert _goodbye(guest)
        assert Watching.at(socket_of(tmp_path), "flv").connection.fileno() > 0


def _goodbye(guest: socket.socket) -> bool:
    try:
        return guest.recv(100) == b""
    except ConnectionResetError:
        return True


def test_there_is_room_for_so_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MAX_VIEWERS", 2)
    with view_at(tmp_path):
        first, second = (Watching.at(socket_of(tmp_path), "flv") for _ in range(2))
        third = Watching.at(socket_of(tmp_path), "flv")
        third.until(lambda: third.ending is not None)
        assert third.ending == Ending.FULL
        first.connection.close()
        while (again := _asked(tmp_path)).ending == Ending.FULL:
            again.connection.close()
    assert again.ending == Ending.OVER
    second.rest()
    assert second.ending == Ending.OVER


def _asked(out: Path) -> Watching:
    """Ask, and take what comes within a moment."""
    watching = Watching.at(socket_of(out), "boxes")
    watching.connection.settimeout(0.3)
    try:
        watching.rest()
    except TimeoutError:
        watching.ending = Ending.OVER
    return watching


def wait_for(what: Callable[[], bool]) -> None:
    until_s = time.monotonic() + 20
    while not what():
        assert time.monotonic() < until_s
        time.sleep(0.01)


def test_a_viewer_who_leaves_is_forgotten(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    with view_at(tmp_path) as view:
        for channel in Channel:
            watching = Watching.at(socket_of(tmp_path), channel)
            wait_for(lambda: view.viewers == 1)
            watching.connection.close()
            wait_for(lambda: view.viewers == 0)
    assert len(list(Path("/proc/self/fd").iterdir())) <= before


def test_a_mistake_in_the_view_ends_the_view_only(
    tmp_path: Path, moving_clip: MovingClip, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    info, packets = film_of(moving_clip, frames=5)
    done: list[bool] = []
    with view_at(tmp_path) as view:
        view.begin(info)
        monkeypatch.setattr(view._pictures, "put", lambda _packet: 1 / 0)
        monkeypatch.setattr(view._boxes, "put", lambda _result: 1 / 0)
        watching = Watching.at(socket_of(tmp_path), "flv")
        while not view._pictures._viewers:
            time.sleep(0.01)
        view.show(packets[0])
        watching.rest()
        result: Any = None
        view.take(result, lambda: done.append(True))
    assert watching.ending == Ending.OVER
    assert done == [True]
    assert caplog.text.count("ZeroDivisionError") == 1


class Camera:
    """A source that reconnects, with packets that a test hands out."""

    Config = StrictModel
    schemes = ()
    reconnects = True

    def __init__(self, packets: list[Packet]) -> None:
        self.board = StateBoard()
        self.asked: list[int] = []
        self._packets = packets
        self._more = threading.Semaphore(0)

    def hand_out(self, count: int) -> None:
        for _ in range(count):
            self._more.release()

    def packets(self) -> Iterator[Packet]:
        for packet in self._packets:
            self._more.acquire()
            self.asked.append(threading.get_ident())
            yield packet

    def open(self) -> StreamInfo:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class Shown:
    def __init__(self) -> None:
        self.packets: list[Packet] = []

    def begin(self, info: StreamInfo) -> None:
        self.packets = []

    def show(self, packet: Packet) -> None:
        self.packets.append(packet)


def test_a_camera_is_shown_while_its_model_is_being_loaded(moving_clip: MovingClip) -> None:
    info, packets = film_of(moving_clip, frames=40, gop=10)
    packets[3] = replace(packets[3], discont=True, info=info)
    camera, shown = Camera(packets), Shown()
    tapped = TappedSource(camera, shown)

    def load(_info: StreamInfo) -> str:
        camera.hand_out(25)
        while len(shown.packets) < 25:
            time.sleep(0.001)
        camera.hand_out(100)  # lets the reader see that this is over
        return "loaded"

    assert tapped.assembled(load, info) == "loaded"
    analysed = list(tapped.packets())
    assert shown.packets == packets
    first = next(index for index, one in enumerate(packets) if one.pts_s == analysed[0].pts_s)
    assert analysed[0].is_keyframe
    assert [one.pts_s for one in analysed] == [one.pts_s for one in packets[first:]]
    assert (analysed[0].discont, analysed[0].info) == (True, info), "what was said before is not lost"
    assert not any(one.discont for one in analysed[1:])
    assert set(camera.asked) == {threading.get_ident()}, "one thread reads a stream"


def test_a_model_that_cannot_be_loaded_is_said(moving_clip: MovingClip) -> None:
    info, packets = film_of(moving_clip, frames=5)
    camera = Camera(packets)
    camera.hand_out(5)

    def load(_info: StreamInfo) -> str:
        raise ValueError("no such model")

    with pytest.raises(ValueError, match="no such model"):
        TappedSource(camera, Shown()).assembled(load, info)


def test_a_break_of_the_source_is_raised_where_the_stream_goes_on(moving_clip: MovingClip) -> None:
    info, packets = film_of(moving_clip, frames=5)

    class Broken(Camera):
        def packets(self) -> Iterator[Packet]:
            yield packets[0]
            raise OSError("gone")

    tapped = TappedSource(Broken(packets), Shown())
    loaded = threading.Event()
    threading.Timer(0.1, loaded.set).start()
    assert tapped.assembled(lambda _info: loaded.wait(10), info)
    analysed = tapped.packets()
    assert next(analysed) == packets[0]
    with pytest.raises(OSError, match="gone"):
        next(analysed)


@pytest.mark.usefixtures("blob_everywhere")
def test_a_camera_that_reconnects_works_through_the_tap(rtsp_server: Callable[..., Any], tmp_path: Path) -> None:
    results: list[FrameResult] = []
    told: list[Event] = []
    source = {"type": "media", "url": rtsp_server(gop=10).url, "timeout_s": 5}
    document = {"id": "cam", "source": source, "out": str(tmp_path), "live_view": True, "idle": "off", "health": "off"}

    def take(result: FrameResult, done: Callable[[], None]) -> None:
        results.append(result)
        done()

    with Runner([parse_task(document)], consumer=take, on_event=told.append):
        watching = Watching.at(socket_of(tmp_path), "flv")
        watching.until(lambda: len(watching.payload) > 2000)
        until_s = time.monotonic() + 20
        while len(results) < 20 and time.monotonic() < until_s:
            time.sleep(0.05)
        watching.there()
    assert len(results) >= 20
    assert watching.pictures[0][1]
    assert watching.decoded() > 2
    assert base_of(watching.payload) >= 0
    assert "source.online" in [event.type for event in told]
