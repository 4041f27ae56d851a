"""The control socket: who may speak there, and what it makes of nonsense."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from camloom.errors import ConfigError, SourceError
from camloom.gb28181.control.client import ControlClient
from camloom.gb28181.control.protocol import MAX_QUESTION_BYTES
from camloom.gb28181.control.server import ControlServer, Question


async def echo(question: Question) -> Any:
    return question.given


async def fail(question: Question) -> Any:
    raise RuntimeError("a fault with a secret in it")


async def refuse(question: Question) -> Any:
    raise SourceError("no", "because", reason="busy")


class Running:
    """A control server on an event loop of its own thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ended: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._server = ControlServer(path, {"echo": echo, "fail": fail, "refuse": refuse, "hold": self._hold})

    async def _hold(self, question: Question) -> Any:
        async def ending() -> None:
            self.ended.append(str(question.given.get("name")))

        question.session.at_end(ending)
        question.session.push("held", name=question.given.get("name"))

    def __enter__(self) -> "Running":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._server.start(), self._loop).result(5)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._server.close(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    with Running(tmp_path / "c") as running:
        yield running


def raw(server: Running, data: bytes) -> dict[str, Any]:
    """Return the answer to bytes."""
    with socket.socket(socket.AF_UNIX) as one:
        one.settimeout(5)
        one.connect(str(server.path))
        one.sendall(data)
        return dict(json.loads(one.makefile().readline() or "{}"))


def test_a_question_gets_its_answer_and_events_come_between(server: Running) -> None:
    with ControlClient(server.path) as client:
        client.ask("hold", name="one")
        assert client.ask("echo", text="门") == {"text": "门"}
        assert next(client.events())["name"] == "one"
        assert not server.ended


def test_what_was_started_ends_with_the_connection(server: Running) -> None:
    with ControlClient(server.path) as client:
        client.ask("hold", name="one")
        with ControlClient(server.path) as other:
            other.ask("hold", name="other")
        while server.ended != ["other"]:
            client.ask("echo")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"nonsense\n", "not a JSON object"),
        (b"[1]\n", "not a JSON object"),
        (b"[" * 5000 + b"\n", "not a JSON object"),
        (b'{"v": 2, "id": 1, "op": "echo"}\n', "version 2"),
        (b'{"id": 1, "op": "echo"}\n', "version None"),
        (b'{"v": 1, "id": 1, "op": "__init__"}\n', "no operation"),
        (b'{"v": 1, "id": 1}\n', "no operation"),
    ],
)
def test_nonsense_is_refused_with_a_reason(server: Running, line: bytes, told: str) -> None:
    error = raw(server, line)["error"]
    assert error["reason"] == "usage"
    assert told in error["message"]


def test_a_line_without_end_ends_the_connection(server: Running) -> None:
    assert raw(server, b"x" * (3 * MAX_QUESTION_BYTES)) == {}
    with ControlClient(server.path) as client:
        assert client.ask("echo", a=1) == {"a": 1}


def test_a_question_that_is_too_long_is_refused_and_the_connection_stays(server: Running) -> None:
    with ControlClient(server.path) as client:
        for size in (MAX_QUESTION_BYTES, MAX_QUESTION_BYTES * 40):
            with pytest.raises(SourceError, match="more than") as refused:
                client.ask("echo", text="x" * size)
            assert refused.value.reason == "refused"
        longest = "x" * (MAX_QUESTION_BYTES - 100)
        assert client.ask("echo", text=longest) == {"text": longest}


def test_errors_keep_their_reason_and_faults_tell_no_secrets(server: Running) -> None:
    with ControlClient(server.path) as client:
        with pytest.raises(SourceError, match="because") as busy:
            client.ask("refuse")
        assert busy.value.reason == "busy"
        with pytest.raises(SourceError, match="the service failed") as fault:
            client.ask("fail")
        assert "secret" not in str(fault.value)


def test_only_this_user_may_speak_there_and_only_one_service_listens(server: Running, tmp_path: Path) -> None:
    assert server.path.stat().st_mode & 0o777 == 0o600

    async def second() -> None:
        await ControlServer(server.path, {}).start()

    with pytest.raises(ConfigError, match="already"):
        asyncio.run(second())


def test_a_socket_that_was_left_behind_is_taken_over_but_never_a_file(tmp_path: Path) -> None:
    left = tmp_path / "c"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(left))
    with Running(left), ControlClient(left) as client:
        assert client.ask("echo") == {}
    assert not left.exists()
    file = tmp_path / "file"
    file.write_text("precious")

    async def on_a_file() -> None:
        await ControlServer(file, {}).start()

    with pytest.raises(ConfigError, match="cannot listen"):
        asyncio.run(on_a_file())
    assert file.read_text() == "precious"


def test_a_path_that_is_too_long_is_said(tmp_path: Path) -> None:
    async def start() -> None:
        await ControlServer(tmp_path / ("x" * 120), {}).start()

    with pytest.raises(ConfigError, match="too long"):
        asyncio.run(start())


def test_a_service_that_is_silent_or_gone_is_said(tmp_path: Path) -> None:
    path = tmp_path / "c"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        with ControlClient(path, timeout_s=0.2) as client, pytest.raises(SourceError) as silent:
            client.ask("echo")
        assert silent.value.reason == "timeout"
    with pytest.raises(SourceError, match="not running") as gone:
        ControlClient(path)
    assert gone.value.reason == "unavailable"
