"""The main road: a rule of a task fires, and a superior platform of GB/T 28181 reads its alarm."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.gb28181.running import GATE, Running, cascade_config
from tests.gb28181.superior import Superior

from camloom import Runner, parse_task

pytestmark = pytest.mark.usefixtures("blob_everywhere")
ZONE = {"name": "院子", "vertices": [[0, 0], [1, 0], [1, 1], [0, 1]]}


def test_an_intrusion_arrives_as_one_alarm_of_its_camera(tmp_path: Path) -> None:
    control = tmp_path / "c.sock"
    document: dict[str, Any] = {
        "id": "gate-camera",
        "source": "synthetic:seconds=3&objects=1&seed=3",
        "out": str(tmp_path / "out"),
        "zones": [ZONE],
        "rules": [{"type": "region", "id": "in", "zone": "院子", "on": "enter"}],
        "sinks": [{"type": "gb28181", "control": str(control)}, {"type": "jsonl"}],
    }
    with (
        Superior() as platform,
        Running(cascade_config(platform.address), control=control) as running,
    ):
        running.wait_online()
        with Runner([parse_task(document)]) as runner:
            assert runner.wait(30)
        told = [alarm.device_id for alarm in platform.heard.of("Alarm")]
        events = [json.loads(line) for line in (tmp_path / "out" / "events.jsonl").read_text().splitlines()]
    assert [event["phase"] for event in events] == ["start", "end"]
    assert told == [GATE]
    assert "院子" in platform.heard.of("Alarm")[0].field("AlarmDescription")
