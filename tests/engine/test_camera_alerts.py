"""What a camera raises by itself becomes events of its stream."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import av
import pytest
from tests.alerts.camera import AlertCamera, document, part
from tests.engine.test_cameras import Watcher

from camloom import Runner, parse_task
from camloom.errors import ConfigError

if TYPE_CHECKING:
    from camloom.bench.camera import RtspServer

PASSWORD = "p@ss:w/r#1%?&!"


@pytest.mark.usefixtures("blob_everywhere")
def test_alerts_reach_the_sinks_with_their_beginning_and_end(tmp_path: Path) -> None:
    watcher = Watcher()
    with AlertCamera() as camera:
        task = parse_task(
            {
                "id": "gate",
                "source": {"type": "synthetic", "url": "synthetic:seconds=60&live=true"},
                "camera_alerts": {"type": "isapi", "url": _url(camera)},
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


@pytest.mark.usefixtures("blob_everywhere")
def test_an_alert_of_the_camera_has_a_clip_and_a_document(
    tmp_path: Path, rtsp_server: "Callable[..., RtspServer]"
) -> None:
    watcher, server = Watcher(), rtsp_server(gop=5)
    with AlertCamera() as camera:
        task = parse_task(
            {
                "id": "gate",
                "source": server.url,
                "camera_alerts": {"type": "isapi", "url": _url(camera)},
                "sinks": [{"type": "evidence", "before_s": 1, "after_s": 0.5}],
                "out": str(tmp_path),
            }
        )
        with Runner([task], consumer=watcher.take, on_event=watcher.hear):
            watcher.wait(lambda: len(watcher.results) > 40)
            camera.put(part(document("fielddetection", "active")), part(document("fielddetection", "inactive")))
            watcher.wait(lambda: list(tmp_path.glob("media/*/*.mp4")))
    (folder,) = (path for path in tmp_path.glob("media/*") if path.is_dir())
    told = json.loads((folder / "alarm.json").read_text())
    assert [(event["phase"], event["reason"]) for event in told["events"]] == [
        ("start", "intrusion"),
        ("end", "intrusion"),
    ]
    clip = tmp_path / told["events"][0]["media"]["clip"]
    with av.open(str(clip)) as container:
        assert 1.2 < sum(1 for _ in container.decode(video=0)) / 25 < 2.5


@pytest.mark.usefixtures("blob_everywhere")
def test_a_camera_that_only_alerts_does_not_trouble_the_evidence(tmp_path: Path, closed_port: int) -> None:
    watcher = Watcher()
    with AlertCamera() as camera:
        task = parse_task(
            {
                "id": "gate",
                "source": f"rtsp://127.0.0.1:{closed_port}/x",
                "camera_alerts": {"type": "isapi", "url": _url(camera)},
                "sinks": ["evidence", "jsonl"],
                "out": str(tmp_path),
            }
        )
        with Runner([task], consumer=watcher.take, on_event=watcher.hear) as runner:
            camera.put(part(document("VMD", "active")))
            watcher.wait(lambda: ("camera.alert", "motion") in watcher.conditions())
    assert runner.reports[0].errors == []
    assert ("camera.alert", "end") in [(event["type"], event["phase"]) for event in _lines(tmp_path)]


def _url(camera: AlertCamera) -> str:
    return f"http://admin:{quote(PASSWORD, safe='')}@127.0.0.1:{camera.server_port}"


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
