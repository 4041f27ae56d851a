"""What fails takes down its own stream alone, and says so: in the report, in the state, to whoever listens."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from camloom import CamloomError, Runner, parse_task
from camloom.config import StrictModel, TaskConfig
from camloom.errors import ModelError, SourceError
from camloom.event import Event
from camloom.frame import Frame
from camloom.packets import Packet, StreamInfo
from camloom.rules.zones.region import RegionRule
from camloom.runner.build import build_source
from camloom.runner.stream import Assembly, StreamRun
from camloom.sources.base import Source
from camloom.sources.live.reconnect import ReconnectingSource
from camloom.sources.live.states import StateBoard
from camloom.tracks import Tracks

pytestmark = pytest.mark.usefixtures("blob_everywhere")

ZONE = {"name": "all", "vertices": [[0, 0], [1, 0], [1, 1], [0, 1]]}
RULES = [{"type": "region", "id": "in", "zone": "all", "on": "enter"}]


def task(out: Path, name: str) -> TaskConfig:
    source = "synthetic:seconds=2&objects=1&seed=3"
    return parse_task({"id": name, "source": source, "out": str(out / name), "zones": [ZONE], "rules": RULES})


class Broken:
    """A stranger's source that raises what it likes, the address and all."""

    Config = StrictModel
    schemes = ("broken",)

    def __init__(self) -> None:
        self.closed = False

    def open(self) -> StreamInfo:
        raise ZeroDivisionError("cannot open rtsp://admin:hunter2@10.0.0.9/live\nnor anything else")

    def packets(self) -> Iterator[Packet]:
        raise AssertionError("it was never open")

    def stop(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


class Camera:
    """Another source, as a camera.

    Args:
        ends: it turns out to be complete once it is open.
    """

    Config = StrictModel
    schemes = ("camera",)

    def __init__(self, source: Source, *, ends: bool = False) -> None:
        self.reconnects = True
        self._source = source
        self._ends = ends

    def open(self) -> StreamInfo:
        self.reconnects = not self._ends
        return replace(self._source.open(), live=True)

    def packets(self) -> Iterator[Packet]:
        return self._source.packets()

    def stop(self) -> None:
        self._source.stop()

    def close(self) -> None:
        self._source.close()


def test_a_stream_whose_start_raises_anything_leaves_the_others_alone(tmp_path: Path) -> None:
    broken = Broken()

    def wrap(each: TaskConfig, source: Source) -> Source:
        return broken if each.id == "bad" else source

    with Runner([task(tmp_path, name) for name in ("bad", "good")], wrap_source=wrap) as runner:
        assert runner.wait(30)
    errors = {report.source_id: report.errors for report in runner.reports}
    assert errors["good"] == []
    (line,) = errors["bad"]
    assert "ZeroDivisionError" in line
    assert "hunter2" not in line
    assert "\n" not in line
    assert broken.closed


def test_a_single_task_whose_start_raises_anything_is_one_error(tmp_path: Path) -> None:
    runner = Runner([task(tmp_path, "bad")], wrap_source=lambda *_: Broken())
    with pytest.raises(CamloomError, match="ZeroDivisionError") as raised:
        runner.start()
    assert "hunter2" not in str(raised.value)
    with pytest.raises(CamloomError, match="ZeroDivisionError"):
        runner.add(task(tmp_path, "other"))


def test_a_companion_that_cannot_start_is_a_line_of_the_report() -> None:
    class Stubborn:
        def start(self, *_: object) -> None:
            raise RuntimeError("no thread is left")

        def stop(self) -> None:
            pass

        def join(self) -> None:
            pass

    source = ReconnectingSource(Broken, StateBoard())
    stream = StreamRun("gate", source, _never, open_event_sinks=list, credits=1, companions=[Stubborn()])
    stream.start()
    stream.stop()
    assert stream.join(10)
    assert stream.report.errors == ["unexpected RuntimeError: no thread is left"]


def test_a_camera_whose_stream_fails_is_offline_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_rule: RegionRule, _tracks: Tracks, _frame: Frame) -> list[Event]:
        raise ZeroDivisionError("a mistake in a rule")

    monkeypatch.setattr(RegionRule, "update", fail)
    told = _told_by(task(tmp_path, "cam"), ends=False)
    assert [(event.type, event.reason) for event in told] == [("source.online", ""), ("source.offline", "failed")]
    assert "a mistake in a rule" in told[-1].detail


def test_a_camera_whose_stream_comes_to_its_end_is_offline(tmp_path: Path) -> None:
    told = _told_by(task(tmp_path, "cam"), ends=True)
    assert [(event.type, event.reason) for event in told] == [("source.online", ""), ("source.offline", "closed")]


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (ModelError("it does not fit"), "offline (failed)"),
        (SourceError("no decoder", reason="unsupported"), "offline (unsupported)"),
        (KeyError("boxes"), "offline (failed)"),
    ],
)
def test_a_camera_that_cannot_be_analysed_is_offline(error: Exception, state: str, tmp_path: Path) -> None:
    def refuse(_info: StreamInfo) -> Assembly:
        raise error

    source = ReconnectingSource(lambda: Camera(_synthetic(tmp_path)), StateBoard())
    told: list[Event] = []
    stream = StreamRun("gate", source, refuse, open_event_sinks=list, credits=1, on_event=told.append)
    stream.start()
    assert stream.join(10)
    assert str(stream.report.state) == state
    assert [event.type for event in told] == ["source.offline"]
    assert len(stream.report.errors) == 1


def test_a_camera_that_is_stopped_keeps_its_state() -> None:
    told: list[Event] = []
    source = ReconnectingSource(Broken, StateBoard())
    stream = StreamRun("gate", source, _never, open_event_sinks=list, credits=1, on_event=told.append)
    stream.stop()
    stream.start()
    assert stream.join(10)
    assert stream.report.errors == []
    assert told == []


def _told_by(camera: TaskConfig, *, ends: bool) -> list[Event]:
    told: list[Event] = []
    with Runner([camera], on_event=told.append, wrap_source=lambda _, source: Camera(source, ends=ends)) as runner:
        assert runner.wait(30)
    assert str(runner.reports[0].state).startswith("offline")
    return told


def _synthetic(out: Path) -> Any:
    return build_source(task(out, "cam"))


def _never(_info: StreamInfo) -> Assembly:
    raise AssertionError("it never came")
