"""Real films of a fall, of a hand that goes to the mouth, and of cars, through the whole engine."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from camloom.event import Event, Phase
from camloom.runner import open_task

pytestmark = [pytest.mark.mirror, pytest.mark.slow]

CARDS = Path(__file__).parents[2] / "inference" / "cards"
FALL_S, GONE_S = (165 / 60, 212 / 60), 290 / 60


def card(name: str, folder: Path, mirror: Path) -> str:
    """Return a card of the tests with the files of the mirror."""
    document = yaml.safe_load((CARDS / f"{name}.yaml").read_text(encoding="utf-8"))
    document["files"] = {key: str(mirror / file) for key, file in document["files"].items()}
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return str(path)


def joints(folder: Path, mirror: Path) -> dict[str, Any]:
    pytest.importorskip("ai_edge_litert")
    model = card("movenet-lightning", folder, mirror)
    return {"model": model, "classes": ["person"], "runtime": "litert", "refresh_s": 0.05, "padding": 0.15}


def starts(video: Path, **task: Any) -> list[Event]:
    usual = {"id": "cam", "model": "yolox-nano", "runtime": "onnxruntime", "analysis_fps": 10}
    document = {**usual, "source": str(video), **task}
    return [event for result in open_task(document) for event in result.events if event.phase is Phase.START]


@pytest.mark.parametrize("by_joints", [False, True])
def test_the_snowboarder_falls_and_nobody_else(mirror: Path, tmp_path: Path, by_joints: bool) -> None:
    more = {"secondary": [joints(tmp_path, mirror)]} if by_joints else {}
    # He is out of view a second after he lies: with the usual 5 s it is no alarm.
    alarms = [{"template": "fall", "min_time_s": 0.7}, {"template": "fall", "id": "usual"}]
    (event,) = starts(mirror / "videos/fd_fall.mp4", alarms=alarms, **more)
    assert (event.rule_id, event.severity) == ("fall", "critical")
    assert FALL_S[0] + 0.7 <= event.pts_s <= GONE_S
    assert all(gate.margin >= -1e-6 for gate in event.why)


def test_a_hand_goes_to_the_mouth_twice_and_never_to_the_ear(mirror: Path, tmp_path: Path) -> None:
    rule = {"type": "pose", "min_time_s": 0.5}
    rules = [{**rule, "id": posture, "posture": posture} for posture in ("hand_to_mouth", "hand_to_ear", "arms_up")]
    more: dict[str, Any] = {"secondary": [joints(tmp_path, mirror)], "rules": rules, "analysis_fps": 5}
    found = [(event.rule_id, event.pts_s) for event in starts(mirror / "videos/rt_smoking.mp4", **more)]
    # The third time, in the last half second of the film, is over too soon.
    assert [name for name, _ in found] == ["hand_to_mouth"] * 2
    assert found[0][1] <= 4.0
    assert 9.0 <= found[1][1] <= 13.0


def test_the_one_red_car_is_told(mirror: Path, tmp_path: Path) -> None:
    pytest.importorskip("openvino")
    reader = {
        "model": card("vehicle-attributes-0039", tmp_path, mirror),
        "padding": 0,
        "refresh_s": 0.5,
        "runtime": "openvino",
    }
    rules = [{"type": "attribute", "id": "red", "attribute": "colour=red", "min_readings": 3, "min_height_px": 40}]
    found = starts(
        mirror / "videos/intel_car-detection.mp4", model="pvb-2002", runtime="openvino", secondary=[reader], rules=rules
    )
    (event,) = found
    assert 188 / 12.5 <= event.pts_s <= 238 / 12.5
