"""What a camera raises by itself becomes events of its stream."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.alerts.camera import AlertCamera, document, part
from tests.engine.test_cameras import Watcher

from camloom import Runner, parse_task
from camloom.errors import ConfigError

PASSWORD = "p@ss:w/r#1%?&!"


@pytest.mark.usefixtures("blob_everywhere")
def test_alerts_reach_the_sinks_with_their_beginning_and_end(tmp_path: Path) -> None:
    watcher = Watcher()
    with AlertCamera() as camera:
        url = f"http://admin:{quote(PASSWORD, safe='')}@127.0.0.1:{camera.server_port}"
        task = parse_task(
            {
                "id": "gate",
                "source": {"type": "synthetic", "url": "synthetic:seconds=60&live=true"},
                "camera_alerts": {"type": "isapi", "url": url},
                "sinks": ["jsonl"],
                "out": str(tmp_path),
            }
        )
        with Runner([task], consumer=watcher.take, on_event=watcher.hear):
            camera.put(part(document("linedetection", "active", channel=2)))
            watcher.wait(lambda: watcher.conditions()[-1:] == [("camera.alert", "line")])
            camera.put(part(document("linedetection", "inactive", channel=2)), part(document("VMD", "active")))
            watcher.wait(lambda: len(watcher.told) >= 4)
    told = [(event["type"], event["phase"], event.get("reason", "")) for event in _lines(tmp_path)]
    assert told == [
        ("camera_alerts.online", "instant", ""),
        ("camera.alert", "start", "line"),
        ("camera.alert", "end", "line"),
        ("camera.alert", "start", "motion"),
        ("camera.alert", "end", "motion"),
    ]
    lines = _lines(tmp_path)
    assert lines[1]["incident_id"] == lines[2]["incident_id"] != lines[3]["incident_id"]
    assert lines[1]["detail"] == "linedetection on channel 2: linedetection alarm"
    assert lines[4]["detail"].endswith("stopped")
    assert PASSWORD not in (tmp_path / "events.jsonl").read_text()


def _lines(out: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (out / "events.jsonl").read_text().splitlines()]


@pytest.mark.usefixtures("blob_everywhere")
def test_a_camera_that_cannot_be_heard_is_told_once(tmp_path: Path, closed_port: int) -> None:
    watcher = Watcher()
    task = parse_task(
        {
            "id": "gate",
            "source": {"type": "synthetic", "url": "synthetic:seconds=60&live=true"},
            "camera_alerts": {"type": "dahua", "url": f"http://admin:Canary1@127.0.0.1:{closed_port}"},
            "out": str(tmp_path),
        }
    )
    with Runner([task], consumer=watcher.take, on_event=watcher.hear):
        watcher.wait(lambda: len(watcher.told) >= 1)
        watcher.wait(lambda: len(watcher.results) >= 20)
    assert watcher.conditions() == [("camera_alerts.offline", "unreachable")]
    assert "Canary1" not in str(watcher.told)


@pytest.mark.parametrize("alerts", [{"type": "isapi", "url": "rtsp://h"}, {"type": "other", "url": "http://h"}, {}])
def test_wrong_settings_are_refused(alerts: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="camera_alerts"):
        parse_task({"id": "gate", "source": "a.mp4", "camera_alerts": alerts})
