"""Cameras of GB/T 28181 in a running engine: what takes them away, and how they come back."""

from pathlib import Path

import pytest
from tests.engine.test_cameras import Watcher, start
from tests.gb28181.device import CHANNEL_ID, DEVICE_ID, Device
from tests.gb28181.service import RunningService

from camloom import parse_task
from camloom.config import TaskConfig

pytestmark = pytest.mark.usefixtures("blob_everywhere")


@pytest.fixture
def watcher() -> Watcher:
    """A consumer of results and events."""
    return Watcher()


def task(out: Path, service: RunningService, **changes: object) -> TaskConfig:
    source = {
        "type": "gb28181",
        "url": f"gb28181://{DEVICE_ID}/{CHANNEL_ID}",
        "control": str(service.config.control),
        "timeout_s": 2,
        **changes,
    }
    return parse_task({"id": "gate", "source": source, "out": str(out), "idle": "off"})


def test_a_device_that_restarts_comes_back(tmp_path: Path, watcher: Watcher) -> None:
    with RunningService() as service, Device(service.address, retry_s=0.2) as device:
        assert device.wait_online()
        with start(watcher, task(tmp_path, service)):
            watcher.wait(lambda: len(watcher.results) > 10)
            device.stop()
            watcher.wait(lambda: watcher.conditions()[-1] == ("source.offline", "timeout"))
            before = len(watcher.results)
            device.start()
            watcher.wait(lambda: len(watcher.results) > before + 10)
    times_s = [result.frame.pts_s for result in watcher.results]
    assert times_s == sorted(times_s)


def test_a_busy_device_is_asked_again(tmp_path: Path, watcher: Watcher) -> None:
    with RunningService() as service, Device(service.address, refuse=486) as device:
        assert device.wait_online()
        with start(watcher, task(tmp_path, service, transport="tcp-passive")):
            watcher.wait(lambda: ("source.offline", "busy") in watcher.conditions())
            device.refuse = 0
            watcher.wait(lambda: len(watcher.results) > 5)


def test_a_codec_that_changes_in_mid_stream_is_no_break(tmp_path: Path, watcher: Watcher) -> None:
    with RunningService() as service, Device(service.address, habits={"codec-switch"}) as device:
        assert device.wait_online()
        with start(watcher, task(tmp_path, service)) as runner:
            watcher.wait(lambda: len(watcher.results) > 70)
        assert [kind for kind, _ in watcher.conditions()] == ["source.online"]
        assert runner.reports[0].errors == []
    assert len(service.platform.calls) == 0
