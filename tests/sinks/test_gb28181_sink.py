"""Alarms that are refused: one that never passes stops no other, and what passes later is never lost."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from camloom.errors import ConfigError
from camloom.gb28181.control.server import ControlServer, Question
from camloom.sinks.gb28181 import Gb28181Sink, Gb28181SinkConfig

TAKEN = {"outcome": "delivered", "again": False}
NO_ALARM = {"outcome": "not an alarm", "again": False}
REJECTED = {"outcome": "rejected", "again": False}
REFUSED = {"outcome": "refused", "again": True}
OFFLINE = {"outcome": "offline", "again": True}
Answer = Callable[[dict[str, Any]], dict[str, Any]]


class Service:
    """The control socket of a service whose platform above is a function of the test."""

    def __init__(self, path: Path) -> None:
        self.answer: Answer = lambda _: TAKEN
        self.taken: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._server = ControlServer(path, {"cascade.alarm": self._alarm})
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._server.start(), self._loop).result(5)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._server.close(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _alarm(self, question: Question) -> dict[str, Any]:
        event = question.given["event"]
        answer = self.answer(event)
        if answer == TAKEN:
            self.taken.append(event["detail"])
        return answer


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path / "c.sock")
    yield service
    service.close()


@pytest.fixture
def sink(tmp_path: Path, make_context: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gb28181Sink]:
    monkeypatch.setattr("camloom.sinks.gb28181._LONGEST_PAUSE_S", 0.0)
    made = Gb28181Sink(Gb28181SinkConfig(control=tmp_path / "c.sock"))
    made.open(make_context())
    yield made
    made.close()


@pytest.fixture
def tell(sink: Gb28181Sink, make_event: Any) -> Callable[[str], None]:
    return lambda detail: sink.take_event(make_event(1.0, detail=detail))


def put_aside(tmp_path: Path) -> list[tuple[str, str]]:
    """The details of the events that were put aside, and why each was."""
    file = tmp_path / "out/gb28181-spool-refused.jsonl"
    kept = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    return [(json.loads(one["line"])["detail"][:9], one["why"]) for one in kept]


def fails(event: dict[str, Any]) -> dict[str, Any]:
    if event["detail"].startswith("bad"):
        raise RuntimeError("a fault")
    return TAKEN


def refuses(event: dict[str, Any]) -> dict[str, Any]:
    return REFUSED if event["detail"].startswith("bad") else TAKEN


@pytest.mark.parametrize("answer", [fails, refuses], ids=["the service fails at it", "the platform answers 500"])
def test_one_that_is_refused_while_others_pass_is_put_aside_and_told_once(
    service: Service,
    sink: Gb28181Sink,
    tell: Callable[[str], None],
    tmp_path: Path,
    answer: Answer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    service.answer = answer
    for detail in ("bad 1", "bad 2", "good 1", "bad 3", "good 2"):
        tell(detail)
    for _ in range(30):
        sink.idle()
    tell("good 3")
    for _ in range(10):
        sink.idle()
    assert sorted(service.taken) == ["good 1", "good 2", "good 3"]
    assert [detail for detail, _ in put_aside(tmp_path)] == ["bad 1", "bad 2", "bad 3"]
    assert [record.levelname for record in caplog.records if "put aside" in record.getMessage()] == ["ERROR"] * 3


@pytest.mark.parametrize("answer", [REFUSED, OFFLINE, None], ids=["refused", "offline", "fault"])
def test_as_long_as_none_passes_all_of_them_wait_in_order(
    service: Service, sink: Gb28181Sink, tell: Callable[[str], None], tmp_path: Path, answer: Any
) -> None:
    def nothing_goes(event: dict[str, Any]) -> dict[str, Any]:
        if answer is None:
            raise RuntimeError("a fault")
        return dict(answer)

    service.answer = nothing_goes
    told = [f"good {number}" for number in range(4)]
    for detail in told:
        tell(detail)
    for _ in range(50):
        sink.idle()
    service.answer = lambda _: TAKEN
    sink.idle()
    assert service.taken == told
    assert not put_aside(tmp_path)


def test_what_the_platform_never_hears_of_does_not_show_that_it_takes_alarms(
    service: Service, sink: Gb28181Sink, tell: Callable[[str], None], tmp_path: Path
) -> None:
    service.answer = lambda event: REFUSED if event["detail"] == "start" else NO_ALARM
    for detail in ("start", "end", "end"):
        tell(detail)
    for _ in range(50):
        sink.idle()
    assert not put_aside(tmp_path)
    service.answer = lambda _: TAKEN
    sink.idle()
    assert service.taken == ["start"]


def test_one_that_passes_after_all_when_the_platform_is_back_is_not_put_aside(
    service: Service, sink: Gb28181Sink, tell: Callable[[str], None], tmp_path: Path
) -> None:
    service.answer = lambda event: REFUSED if event["detail"] == "first" and not service.taken else TAKEN
    tell("first")
    for _ in range(20):
        sink.idle()
    tell("second")
    sink.idle()
    assert service.taken == ["second", "first"]
    assert not put_aside(tmp_path)


def test_what_is_refused_for_good_is_kept_with_the_reason(
    service: Service, sink: Gb28181Sink, tell: Callable[[str], None], tmp_path: Path
) -> None:
    def no_event(event: dict[str, Any]) -> dict[str, Any]:
        if event["detail"] == "no event":
            raise ConfigError("this is no event: it has no id")
        return REJECTED if event["detail"] == "no kind" else TAKEN

    service.answer = no_event
    for detail in ("x" * 100_000, "no kind", "no event", "good"):
        tell(detail)
    assert service.taken == ["good"]
    found = put_aside(tmp_path)
    assert [detail for detail, _ in found] == ["x" * 9, "no kind", "no event"]
    for (_, why), words in zip(found, ("65536", "takes no alarm of this kind", "it has no id"), strict=True):
        assert words in why


def test_a_line_that_cannot_be_read_stops_no_other(
    service: Service, tmp_path: Path, make_context: Any, make_event: Any
) -> None:
    context = make_context()
    (context.out / "gb28181-spool.jsonl").write_text("{half of\n[]\n")
    sink = Gb28181Sink(Gb28181SinkConfig(control=tmp_path / "c.sock"))
    sink.open(context)
    sink.take_event(make_event(1.0, detail="good"))
    sink.close()
    assert service.taken == ["good"]
    kept = (context.out / "gb28181-spool-refused.jsonl").read_text().splitlines()
    assert [json.loads(line)["line"] for line in kept] == ["{half of", "[]"]
