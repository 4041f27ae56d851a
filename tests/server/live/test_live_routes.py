"""Live pictures through the server: for those who may, as they come, and never more than the viewer takes."""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import delete, update
from tests.engine.live.viewing import Watching
from tests.server.conftest import Serve, Visitors
from tests.server.fakes import FakeClock
from tests.server.live.conftest import Watched
from tests.server.people import Person, add_account, add_group, add_key
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from camloom.exchange.live import DATA, HEAD
from camloom.server.database.tables import account, account_group
from camloom.server.live import relay
from camloom.server.web.seats import Seats


@pytest.fixture
def site(watched: Watched, served: Serve) -> str:
    """Host and port of the server."""
    return served(watched.app)


@pytest.fixture
def ann(watched: Watched, visit: Visitors) -> Person:
    """A viewer of the camera's group."""
    return visit(watched.app).let_in(add_account(watched.app, "ann", groups=(watched.group_id,)))


@pytest.fixture
def stranger(watched: Watched, visit: Visitors) -> Person:
    """A viewer of another group."""
    return visit(watched.app).let_in(add_account(watched.app, "eve", groups=(add_group(watched.app, "Elsewhere"),)))


def cookie_of(person: Person) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in person.cookies.items())}


def watch(site: str, camera_id: str, channel: str, person: Person | None, **headers: str) -> ClientConnection:
    known = {"Origin": f"http://{site}", **(cookie_of(person) if person else {}), **headers}
    origin = known.pop("Origin")
    address = f"ws://{site}/api/v1/live/{quote(camera_id, safe='')}/{channel}"
    return connect(address, origin=origin or None, additional_headers=known)  # type: ignore[arg-type]


def closing(line: ClientConnection) -> int:
    """Read until it is closed; return the code."""
    try:
        while True:
            line.recv(timeout=60)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd is not None else 0


def seen(line: ClientConnection, enough: Callable[[Watching], bool]) -> Watching:
    watching = Watching(None)  # type: ignore[arg-type]
    while not enough(watching):
        data = line.recv(timeout=10)
        watching.payload += data if isinstance(data, bytes) else data.encode()
    return watching


def test_a_browser_sees_the_pictures(watched: Watched, site: str, ann: Person) -> None:
    watched.play(0, 14)
    with watch(site, watched.id, "flv", ann) as line:
        watched.wait_for_viewers(1)
        watched.play(14)
        watching = seen(line, lambda sofar: len(sofar.payload) > 13 and len(sofar.pictures) >= 20)
    assert watching.pictures == [(round(one.pts_s * 1000), one.is_keyframe) for one in watched.packets[10:]]


def test_who_cannot_play_what_the_camera_sends_sees_it_encoded_again(watched: Watched, site: str, ann: Person) -> None:
    watched.play(0, 14)
    with watch(site, watched.id, "flv?codec=h264", ann) as line:
        watched.wait_for_viewers(1)
        watched.play(14)
        watching = seen(line, lambda sofar: len(sofar.payload) > 200 and len(sofar.pictures) >= 6)
    assert watching.pictures[0][1]
    assert watching.decoded() == len(watching.pictures)
    assert watching.pictures != [(round(one.pts_s * 1000), one.is_keyframe) for one in watched.packets[10:]]


def test_only_h264_is_encoded_again(watched: Watched, site: str, ann: Person) -> None:
    assert ann.get(f"/flv?app=live&stream={watched.id}&codec=av1").status_code == 422
    with pytest.raises(InvalidStatus) as refused, watch(site, watched.id, "flv?codec=av1", ann):
        pass
    assert refused.value.response.status_code == 403
    assert watched.viewers == 0


def test_a_browser_sees_the_boxes(watched: Watched, site: str, ann: Person) -> None:
    with watch(site, watched.id, "boxes", ann) as line:
        watched.wait_for_viewers(1)
        with watched.view.lock:
            for viewer in watched.view._boxes._viewers:
                viewer.send('{"pts_ms":40,"objects":[{"class_name":"人"}],"alarms":[]}\n'.encode(), begins=True)
        said = line.recv(timeout=10)
    assert isinstance(said, str)
    assert json.loads(said)["objects"] == [{"class_name": "人"}]


@pytest.mark.parametrize("channel", ["flv", "boxes"])
def test_nobody_watches_without_a_session(watched: Watched, site: str, channel: str) -> None:
    with watch(site, watched.id, channel, None) as line:
        assert closing(line) == 4401
    assert watched.viewers == 0


@pytest.mark.parametrize("channel", ["flv", "boxes"])
@pytest.mark.parametrize("origin", ["https://evil.example", ""])
def test_a_page_of_another_site_gets_nothing(
    watched: Watched, site: str, ann: Person, channel: str, origin: str
) -> None:
    with pytest.raises(InvalidStatus) as refused, watch(site, watched.id, channel, ann, Origin=origin):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("channel", ["flv", "boxes"])
def test_a_camera_of_another_group_is_not_there(watched: Watched, site: str, stranger: Person, channel: str) -> None:
    for camera_id in (watched.id, "01ARZ3NDEKTSV4RRFFQ69G5FAV", "x" * 64, "'; drop table camera; --"):
        with watch(site, camera_id, channel, stranger) as line:
            assert closing(line) == 4404
    assert stranger.get(f"/flv?app=live&stream={watched.id}").status_code == 404
    assert stranger.post(f"/api/v1/live/{watched.id}/link", json={}).status_code == 404


@pytest.mark.parametrize(
    "reported",
    [
        None,
        {},
        {"host_id": "h", "at": "nonsense"},
        [1, 2],
    ],
)
def test_a_host_that_says_nothing_or_nonsense_shows_nothing(
    watched: Watched, site: str, ann: Person, reported: object
) -> None:
    watched.keep(reported)
    with watch(site, watched.id, "flv", ann) as line:
        assert closing(line) == 4503
    answer = ann.get(f"/flv?app=live&stream={watched.id}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "no-pictures")


def test_no_other_socket_is_ever_opened(watched: Watched, site: str, ann: Person, tmp_path: Path) -> None:
    opened = []
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(tmp_path / "docker.sock"))
        other.listen()
        other.setblocking(False)
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / "live.sock").symlink_to(tmp_path / "docker.sock")
        (tmp_path / "b").mkdir()
        (tmp_path / "b" / "live.sock").write_text("no socket")
        for place in ("docker.sock", "a/live.sock", "b/live.sock", "none/live.sock", "../live.sock"):
            watched.report(str(tmp_path / place))
            with watch(site, watched.id, "flv", ann) as line:
                assert closing(line) == 4503
            try:
                opened.append(other.accept())
            except BlockingIOError:
                continue
    assert opened == []


def test_a_break_closes_with_the_word_to_ask_again(watched: Watched, site: str, ann: Person) -> None:
    watched.play(0, 12)
    with watch(site, watched.id, "flv", ann) as line:
        assert line.recv(timeout=30), "who has seen nothing yet sees no break"
        watched.view._pictures._anew()
        watched.play(12)
        assert closing(line) == 4509


def test_the_end_of_the_task_is_the_end(watched: Watched, site: str, ann: Person) -> None:
    with watch(site, watched.id, "flv", ann) as line, watch(site, watched.id, "boxes", ann) as boxes:
        watched.wait_for_viewers(2)
        watched.view.stop()
        assert (closing(line), closing(boxes)) == (4503, 4503)


@pytest.mark.parametrize("politely", [True, False])
def test_a_browser_that_goes_is_let_go_though_nothing_comes(
    watched: Watched, site: str, ann: Person, politely: bool
) -> None:
    with watch(site, watched.id, "flv", ann) as line:
        watched.wait_for_viewers(1)
        if not politely:
            line.socket.shutdown(socket.SHUT_RDWR)
            watched.wait_for_viewers(0)
    watched.wait_for_viewers(0)
    assert watched.app.state.seats.taken == 0


def test_a_browser_that_talks_is_shown_out(watched: Watched, site: str, ann: Person) -> None:
    with watch(site, watched.id, "flv", ann) as line:
        watched.wait_for_viewers(1)
        line.send("hello")
        assert closing(line) == 1008


def test_logging_out_ends_what_is_watched(
    watched: Watched, site: str, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "CHECK_EVERY_S", 0.0)
    with watch(site, watched.id, "flv", ann) as line:
        watched.wait_for_viewers(1)
        watched.play(0, 12)
        line.recv(timeout=10)
        assert ann.post("/api/v1/logout").status_code == 200
        watched.play(12)
        assert closing(line) == 4401


def test_losing_the_group_ends_what_is_watched(
    watched: Watched, site: str, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "CHECK_EVERY_S", 0.0)
    with watch(site, watched.id, "flv", ann) as line:
        watched.wait_for_viewers(1)
        with watched.app.state.database.write() as connection:
            connection.execute(delete(account_group).where(account_group.c.account_id == ann.account_id))
        watched.play(0, 12)
        assert closing(line) == 4404


def test_there_are_so_many_seats(watched: Watched, site: str, ann: Person) -> None:
    watched.app.state.seats = Seats(total=3, of_one=2)
    with watch(site, watched.id, "flv", ann), watch(site, watched.id, "boxes", ann):
        watched.wait_for_viewers(2)
        with watch(site, watched.id, "flv", ann) as third:
            assert closing(third) == 4429
        assert ann.get(f"/flv?app=live&stream={watched.id}").status_code == 429


def test_a_slow_browser_takes_no_memory_and_loses_whole_groups(watched: Watched, site: str, ann: Person) -> None:
    """What it does not take stays where it came from, and there it is bounded."""
    big = "x" * 60_000
    with watch(site, watched.id, "boxes", ann) as line:
        watched.wait_for_viewers(1)
        (viewer,) = watched.view._boxes._viewers
        sent = 0
        for number in range(1000):
            with watched.view.lock:
                viewer.send(f'{{"number":{number},"fill":"{big}"}}\n'.encode(), begins=True)
            sent += 1
        assert viewer.lost > 100
        numbers: list[int] = []
        while len(numbers) < sent - viewer.lost:
            data = line.recv(timeout=10)
            assert isinstance(data, str)
            numbers += map(int, re.findall(r'"number":(\d+)', data))
    assert numbers == sorted(set(numbers))


@contextmanager
def lying(out: Path, said: bytes) -> Iterator[None]:
    """A worker that a hostile camera has taken over."""
    place = out / "live.sock"
    place.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(place))
        listener.listen()

        def answer() -> None:
            line, _ = listener.accept()
            with line, suppress(ConnectionError):  # who does not believe it hangs up, at whatever moment
                line.recv(16)
                line.sendall(said)
                line.recv(16)

        thread = threading.Thread(target=answer)
        thread.start()
        yield
        thread.join()


@pytest.mark.parametrize(
    "said",
    [HEAD.pack(DATA, 1 << 31) + b"x" * 100, b"\xff" * 5000, HEAD.pack(2, 3) + b"\xff\xfe\xfd", HEAD.pack(2, 0), b"\1"],
)
def test_a_worker_that_lies_is_not_believed(watched: Watched, site: str, ann: Person, said: bytes) -> None:
    with lying(watched.out, said), watch(site, watched.id, "flv", ann) as line:
        if len(said) > 1:
            assert closing(line) == 4503


# --- players ------------------------------------------------------------------------------------------------------


def flv(address: str, **how: Any) -> Any:
    return httpx.stream("GET", address, timeout=10, **how)


def first_bytes(answer: httpx.Response, count: int) -> bytes:
    data = b""
    for part in answer.iter_raw():
        data += part
        if len(data) >= count:
            break
    return data


def test_a_player_watches_with_a_session_or_a_key(watched: Watched, site: str, ann: Person) -> None:
    watched.play(0, 14)
    address = f"http://{site}/flv?app=live&stream={watched.id}"
    key = {"Authorization": f"Bearer {add_key(watched.app, ann.account_id, 'viewer')}"}
    for headers in (cookie_of(ann), key):
        with flv(address, headers=headers) as answer:
            assert answer.status_code == 200
            assert answer.headers["content-type"] == "video/x-flv"
            assert answer.headers["cache-control"] == "no-store"
            watching = Watching(None)  # type: ignore[arg-type]
            watching.payload = first_bytes(answer, 200)
        assert watching.payload.startswith(b"FLV")
        watched.wait_for_viewers(0)
    assert httpx.get(address).status_code == 401
    assert httpx.get(f"http://{site}/flv?app=vod&stream={watched.id}", headers=key).status_code == 422


def test_a_link_lets_a_player_in_for_a_while(
    watched: Watched, site: str, ann: Person, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.play(0, 14)
    answer = ann.post(f"/api/v1/live/{watched.id}/link", json={"seconds": 60})
    assert answer.status_code == 200, answer.text
    address = f"http://{site}{answer.json()['url']}"
    monkeypatch.setattr(relay, "CHECK_EVERY_S", 0.0)
    with flv(address) as playing:
        assert playing.status_code == 200
        assert first_bytes(playing, 200).startswith(b"FLV")
    with flv(address) as playing:
        watched.wait_for_viewers(1)
        clock.forward(seconds=61)
        watched.play(14)
        for _ in playing.iter_raw():  # it ends by itself: the link is over
            pass
    late = httpx.get(address)
    assert (late.status_code, late.json()["error"]["code"]) == (401, "link-over")


def test_a_link_is_for_one_camera_and_cannot_be_made_by_others(watched: Watched, site: str, ann: Person) -> None:
    url = ann.post(f"/api/v1/live/{watched.id}/link", json={}).json()["url"]
    token = url.partition("token=")[2]
    sealed = watched.app.state.sealer.seal(b'{"password": "of a camera"}').hex()
    for stream, changed in (
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV", token),
        (watched.id, token[:-2] + "AA"),
        (watched.id, token[: len(token) // 2]),
        (watched.id, ""),
        (watched.id, "%FF%00"),
        (watched.id, sealed),
    ):
        answer = httpx.get(f"http://{site}/flv?app=live&stream={stream}&token={changed}")
        assert answer.status_code in {400, 401}, (stream, changed)


def test_a_link_ends_with_the_account_and_its_groups(watched: Watched, site: str, ann: Person) -> None:
    address = f"http://{site}{ann.post(f'/api/v1/live/{watched.id}/link', json={}).json()['url']}"
    with watched.app.state.database.write() as connection:
        connection.execute(delete(account_group).where(account_group.c.account_id == ann.account_id))
    assert httpx.get(address).status_code == 404
    with watched.app.state.database.write() as connection:
        connection.execute(update(account).where(account.c.id == ann.account_id).values(active=False))
    assert httpx.get(address).status_code == 401


@pytest.mark.parametrize("wish", [{"seconds": 5}, {"seconds": 86_400}, {"minutes": 5}])
def test_a_link_holds_for_no_longer_than_an_hour(watched: Watched, ann: Person, wish: dict[str, int]) -> None:
    assert ann.post(f"/api/v1/live/{watched.id}/link", json=wish).status_code == 422
