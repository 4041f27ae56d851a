"""Somebody who takes all there is: connections, threads, sockets, pages. Others go on being served."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from http import HTTPStatus

import h11
import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect
from tests.server.abuse.world import API, World
from tests.server.fakes import FakeExchange

from camloom.exchange import Command, Reply
from camloom.server.web import RefusedError
from camloom.server.web.connections import PatientHttp
from camloom.server.web.protection import Patience
from camloom.server.web.seats import Seats
from camloom.server.web.turns import Turns


class _Hasty(PatientHttp):
    head_s = 0.05
    from_one = 3


@pytest.fixture
def place() -> Iterator[tuple[str, int]]:
    """A server that waits for a head only a moment, and takes three connections of one address."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, http=_Hasty, lifespan="off", log_config=None, forwarded_allow_ips="10.9.9.9")
    )
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    yield listener.getsockname()
    server.should_exit = True
    thread.join(10)


def _open(place: tuple[str, int], said: bytes = b"") -> socket.socket:
    opened = socket.create_connection(place, 10)
    opened.sendall(said)
    return opened


@pytest.mark.parametrize("said", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX-A: "])
def test_whoever_connects_and_says_nothing_is_let_go(place: tuple[str, int], said: bytes) -> None:
    with _open(place, said) as opened:
        assert opened.recv(100) == b""


def test_whoever_falls_silent_after_a_request_is_let_go_too(place: tuple[str, int]) -> None:
    with _open(place, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") as opened:
        assert opened.recv(200).startswith(b"HTTP/1.1 200")
        opened.sendall(b"GET / HTTP/1.1\r\nHo")
        assert opened.recv(100) in (b"", b"ok")


def test_one_address_gets_only_so_many_connections(place: tuple[str, int]) -> None:
    with ExitStack() as stack:
        for _ in range(3):
            opened = stack.enter_context(_open(place, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
            assert opened.recv(200).startswith(b"HTTP/1.1 200")
        with suppress(ConnectionResetError), _open(place, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") as one_too_many:
            assert one_too_many.recv(100) == b""


def test_a_head_of_any_length_is_not_kept(place: tuple[str, int]) -> None:
    with _open(place) as opened:
        parser = h11.Connection(h11.CLIENT)
        try:
            opened.sendall(b"GET / HTTP/1.1\r\n" + b"X-A: " + b"a" * 300_000)
            parser.receive_data(opened.recv(10_000))
            answer = parser.next_event()
            assert isinstance(answer, h11.Response)
            assert answer.status_code == HTTPStatus.BAD_REQUEST
        except (ConnectionResetError, BrokenPipeError):
            pass  # it was let go before everything was sent


def test_a_body_that_drips_is_given_up() -> None:
    """Each piece comes in time, and all of them together never would."""
    got: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while not got or got[-1] == "http.request":
            got.append((await receive())["type"])

    async def receive() -> Message:
        await asyncio.sleep(0.002)
        return {"type": "http.request", "body": b"{", "more_body": True}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    scope = {"type": "http", "path": "/", "query_string": b"", "headers": []}
    asyncio.run(Patience(app, idle_s=60, all_s=0.05)(scope, receive, send))
    assert got[-1] == "http.disconnect"


def test_one_account_does_not_take_all_turns() -> None:
    turns = Turns(3, 2, patience_s=0)
    with turns.turn("mallory"), turns.turn("mallory"):
        assert _refused(turns, "mallory") == (429, "too-many-at-once")
        with turns.turn("ann"):
            assert _refused(turns, "bob") == (503, "busy")
    with turns.turn("mallory"), turns.turn("mallory"):
        pass


def _refused(turns: Turns, account_id: str) -> tuple[int, str]:
    with pytest.raises(RefusedError) as refused, turns.turn(account_id):
        pass
    return refused.value.status, refused.value.code


def test_only_a_few_wait_for_their_turn() -> None:
    turns = Turns(1, 9, waiting=2, patience_s=30)
    with ExitStack() as held:
        held.enter_context(turns.turn("ann"))
        entered = [threading.Event() for _ in range(2)]
        threads = [threading.Thread(target=_wait, args=(turns, one)) for one in entered]
        for thread in threads:
            thread.start()
        while len(turns) < 3:
            pass
        assert _refused(turns, "bob") == (503, "busy")
        held.close()
        assert all(one.wait(10) for one in entered)
    for thread in threads:
        thread.join(10)


def _wait(turns: Turns, entered: threading.Event) -> None:
    with turns.turn("ann"):
        entered.set()


REPORT = "reports/report.pdf?period=week"
TAKES_LONG: list[Callable[[World], tuple[str, str, object]]] = [
    lambda world: ("GET", REPORT, None),
    lambda world: ("GET", "reports/report.csv", None),
    lambda world: ("GET", f"alarms/{world.alpha.ids['alarm_id']}/evidence.zip", None),
]


@pytest.mark.parametrize("what", TAKES_LONG)
def test_reports_and_evidence_are_made_two_at_a_time_for_one_person(
    world: World, what: Callable[[World], tuple[str, str, object]]
) -> None:
    person = world.people["operator of alpha"]
    method, path, body = what(world)
    turns: Turns = world.app.state.press
    with turns.turn(person.account_id), turns.turn(person.account_id):
        answer = person.request(method, f"{API}/{path}", json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (429, "too-many-at-once")
        assert answer.headers["retry-after"]
    assert person.request(method, f"{API}/{path}", json=body).status_code == 200


def test_one_person_does_not_keep_the_hosts_busy_for_everybody(world: World) -> None:
    """Four questions of one are open; the fifth is refused, and somebody else still gets an answer."""
    mallory, bob = world.people["operator of alpha"], world.people["operator of bravo"]
    asked, go = threading.Semaphore(0), threading.Event()

    def answer(host_id: str, command: Command) -> Reply:
        asked.release()
        if not bobs_turn:
            go.wait(30)
        return Reply(id=command.id, error="nothing is stored", hint="", reason="")

    exchange: FakeExchange = world.app.state.exchange
    exchange.answer = answer
    bobs_turn = False
    path = f"{API}/tasks/{world.alpha.ids['task_id']}/what-if"
    edit = {"document": {}, "since": "2026-11-01T00:00:00Z", "until": "2026-11-02T00:00:00Z"}
    codes: list[int] = []
    threads = [
        threading.Thread(target=lambda: codes.append(mallory.post(path, json=edit).status_code)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert asked.acquire(timeout=30)
    refused = mallory.post(path, json=edit)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too-many-at-once")
    bobs_turn = True
    other = bob.post(f"{API}/tasks/{world.bravo.ids['task_id']}/what-if", json=edit)
    assert other.json()["error"]["message"] == "nothing is stored"
    go.set()
    for thread in threads:
        thread.join(30)
    assert codes == [422] * 4
    exchange.answer = None


def test_one_person_hears_of_alarms_over_only_so_many_sockets(world: World) -> None:
    world.app.state.feed_seats = Seats(total=3, of_one=2)
    ann, bob = world.people["operator of alpha"], world.people["operator of bravo"]
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(ann.websocket_connect(f"{API}/feed")).receive_json()
        with pytest.raises(WebSocketDisconnect) as closed, ann.websocket_connect(f"{API}/feed") as socket_:
            socket_.receive_json()
        assert closed.value.code == 4429
        stack.enter_context(bob.websocket_connect(f"{API}/feed")).receive_json()


def test_long_lists_come_in_pages(world: World) -> None:
    """No list is longer than a page, whatever is asked for."""
    for path in ("alarms", "cameras", "tasks", "audit", "accounts", "groups", "keys", "people"):
        assert world.admin.get(f"{API}/{path}", params={"limit": 10**6}).status_code == 422
        assert world.admin.get(f"{API}/{path}", params={"limit": -1}).status_code == 422
