"""Both ends are ours: alarms of tasks go up through sink, service and platform, and cameras come back as a source."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.gb28181.running import GATE, OWN_ID, Running, cascade_config
from tests.gb28181.service import RunningService
from tests.sinks.conftest import make_context, make_event, make_result  # noqa: F401  # fixtures
from tests.sources.conftest import encode_clip

from camloom import plugins
from camloom.gb28181.platform.config import DeviceConfig
from camloom.sinks.base import Sink


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def above() -> Iterator[RunningService]:
    with RunningService(devices=(DeviceConfig(id=OWN_ID),)) as service:
        yield service


def make_sink(control: Path, **settings: Any) -> Sink:
    kind = plugins.load("sinks", "gb28181")
    sink: Sink = kind(kind.Config(control=control, **settings))
    return sink


def alarms(above: RunningService) -> list[tuple[str, int]]:
    return [(one.alarm.device_id, one.alarm.kind) for one in above.platform.alarms.latest]


def wait_for(until: Callable[[], bool], timeout_s: float = 10) -> None:
    until_s = time.monotonic() + timeout_s
    while not until():
        assert time.monotonic() < until_s
        time.sleep(0.02)


def test_our_platform_knows_the_cameras_of_our_cascade(above: RunningService) -> None:
    with Running(cascade_config(above.address)) as running:
        running.wait_online()
        device = above.wait(lambda platform: next((one for one in platform.devices if len(one.channels) == 2), None))
        assert device is not None
        assert {one.name for one in device.channels.values()} == {"大门 <东> & 北", "院子"}
        assert device.manufacturer == "Camloom"


@pytest.mark.parametrize("transport", ["udp", "tcp-passive", "tcp-active"])
def test_a_camera_of_the_cascade_is_a_source_of_the_platform(
    above: RunningService, tmp_path: Path, transport: str
) -> None:
    clip = encode_clip(tmp_path / "gate.mp4", frames=25, gop=5)
    camera = {"type": "media", "url": str(clip), "pace": "realtime", "loop": True}
    config = cascade_config(above.address, channels=[{"id": GATE, "source": camera}])
    with Running(config) as running:
        running.wait_online()
        above.wait(lambda platform: any(one.id == OWN_ID for one in platform.devices))
        kind = plugins.load("sources", "gb28181")
        control = above.config.control
        source = kind(kind.Config(url=f"gb28181://{OWN_ID}/{GATE}", control=control, transport=transport))
        info = source.open()
        assert (info.codec, info.width, info.height) == ("h264", 160, 120)
        packets = source.packets()
        assert [next(packets).is_keyframe for _ in range(11)].count(True) >= 2
        source.close()
        wait_for(lambda: running.cascade.status()["live"] == 0)


def test_an_alarm_of_a_task_reaches_the_platform(
    above: RunningService,
    tmp_path: Path,
    stack: ExitStack,
    make_event: Any,  # noqa: F811
    make_result: Any,  # noqa: F811
    make_context: Any,  # noqa: F811
) -> None:
    control = tmp_path / "c.sock"
    running = stack.enter_context(Running(cascade_config(above.address), control=control))
    running.wait_online()
    sink = make_sink(control, rules=["yard-intrusion"])
    sink.open(make_context())
    sink.write(make_result(0, events=[make_event(1.0), make_event(2.0, rule_id="other")]))
    sink.close()
    assert alarms(above) == [(GATE, 6)]
    assert not list((tmp_path / "out").iterdir())


def test_nothing_is_lost_while_the_service_or_the_platform_is_away(
    above: RunningService,
    tmp_path: Path,
    stack: ExitStack,
    make_event: Any,  # noqa: F811
    make_result: Any,  # noqa: F811
    make_context: Any,  # noqa: F811
) -> None:
    control, context = tmp_path / "c.sock", make_context()
    before = make_sink(control)
    before.open(context)
    before.write(make_result(0, events=[make_event(1.0)]))
    before.close()  # the task ends, and starts again
    sink: Any = make_sink(control)
    sink.open(context)
    sink.write(make_result(1, events=[make_event(2.0), make_event(3.0)]))
    running = stack.enter_context(Running(cascade_config(above.address), control=control))
    running.wait_online()

    def arrived() -> bool:
        sink.idle()
        return len(alarms(above)) == 3

    wait_for(arrived)
    sink.close()
    assert alarms(above) == [(GATE, 6)] * 3


def test_alarms_wait_where_the_service_is_below_no_platform(
    above: RunningService,
    make_event: Any,  # noqa: F811
    make_result: Any,  # noqa: F811
    make_context: Any,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
) -> None:
    sink: Any = make_sink(above.config.control)
    sink.open(make_context())
    sink.write(make_result(0, events=[make_event(1.0)]))
    sink.close()
    assert sink.delivered == 0
    assert "1 alarms wait" in caplog.text


def test_the_same_event_from_two_sinks_is_one_alarm(
    above: RunningService,
    tmp_path: Path,
    stack: ExitStack,
    make_event: Any,  # noqa: F811
    make_result: Any,  # noqa: F811
    make_context: Any,  # noqa: F811
) -> None:
    control = tmp_path / "c.sock"
    running = stack.enter_context(Running(cascade_config(above.address), control=control))
    running.wait_online()
    for name in ("a", "b"):
        sink = make_sink(control, channel=GATE, spool=f"{name}.jsonl")
        sink.open(make_context())
        event = make_event(1.0)
        sink.write(make_result(0, events=[replace(event, source_id=name)]))
        sink.close()
    assert alarms(above) == [(GATE, 6)]
