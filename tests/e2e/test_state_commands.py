"""camloom state: a place is taught at the prompt, and the alarm runs."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest
import yaml
from tests.rules.picture.bins import ZONE, Corner

from camloom.taught.state_model import STATES_VARIABLE
from camloom.toolchain.teaching.states import Place

Camloom = Callable[..., Any]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(STATES_VARIABLE, str(tmp_path / "states"))


# The detector of these tests sees a person before the bin in every picture.
HURRY = {"persist_s": 2, "every_s": 0.5, "max_cover": 1}


def draw(folder: Path, state: str, count: int, corner: Corner) -> Path:
    """Write whole pictures of the camera into a folder."""
    folder.mkdir()
    for index in range(count):
        cv2.imwrite(str(folder / f"{index:03d}.png"), corner.picture(state))
    return folder


def write_task(folder: Path, card: Path, clip: Path) -> Path:
    task = {
        "id": "yard",
        "source": str(clip),
        "model": str(card),
        "zones": [{"name": "bin", "vertices": [list(point) for point in ZONE]}],
        "alarms": [{"template": "bin_overflow", "zone": "bin", "model": "bin_1", **HURRY}],
        "sinks": ["jsonl"],
        "out": str(folder / "out"),
    }
    (folder / "task.yaml").write_text(yaml.safe_dump(task))
    return folder / "task.yaml"


def clip_of(path: Path, corner: Corner, state: str, seconds: int) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 5, (320, 180))
    for _ in range(5 * seconds):
        writer.write(corner.picture(state))
    writer.release()
    return path


@pytest.mark.slow
def test_a_place_is_taught_and_the_alarm_runs(camloom: Camloom, tmp_path: Path, tiny_card: Path) -> None:
    corner = Corner()
    task = write_task(tmp_path, tiny_card, clip_of(tmp_path / "full.avi", corner, "full", 5))
    early = camloom("rules", "check", task)
    assert early.code == 2
    assert "Train one: camloom state train bin_1" in early.out

    for state in ("empty", "full"):
        folder = draw(tmp_path / state, state, 10, corner)
        zone = ("--task", task, "--zone", "bin") if state == "empty" else ()
        outcome = camloom("state", "add", "bin_1", state, folder, *zone)
        assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines()[0] == "bin_1: 10 more of 'full'; empty 10, full 10"

    trained = camloom("state", "train", "bin_1")
    assert (trained.code, trained.err) == (0, "")
    assert "accuracy 100%" in trained.out
    tested = camloom("state", "test", "bin_1", tmp_path / "empty" / "001.png", tmp_path / "full" / "002.png").out
    assert [line.split("│")[2].strip() for line in tested.splitlines() if "png" in line] == ["empty", "full"]

    assert camloom("rules", "check", task).code == 0
    ran = camloom("run", task, "--quiet")
    assert (ran.code, ran.err) == (0, "")
    events = [json.loads(line) for line in (tmp_path / "out" / "events.jsonl").read_text().splitlines()]
    assert [(one["template"], one["phase"]) for one in events] == [("bin_overflow", "start"), ("bin_overflow", "end")]


@pytest.mark.slow
def test_what_cannot_be_taught_is_not_kept(camloom: Camloom, tmp_path: Path) -> None:
    corner = Corner()
    for index in range(20):  # the same picture, but for the noise
        Place("road").add(("clean", "dirty")[index % 2], corner.buffer("empty"), ZONE, f"{index:03d}")
    outcome = camloom("state", "train", "road")
    assert outcome.code == 1
    assert outcome.err.startswith("camloom: 'road' is not usable: of the examples it had not seen it tells")
    assert len(outcome.err.strip().splitlines()) == 1
    assert "told clean" in outcome.out
    assert not (tmp_path / "states" / "road" / "model.json").exists()
    assert "not yet" in camloom("state", "list").out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("add", "../bin", "full", "a.png"), "cannot be the name of a place"),
        (("add", "bin", "full", "a.png", "--zone", "yard"), "whose zone is 'yard'?"),
        (("add", "bin", "full", "a.png", "--zone", "0,0 x,1 1,1"), "no numbers"),
        (("train", "bin"), "has no examples"),
        (("test", "bin", "a.png"), "Train one: camloom state train bin"),
    ],
)
def test_mistakes_get_one_line(camloom: Camloom, arguments: tuple[str, ...], word: str) -> None:
    outcome = camloom("state", *arguments)
    assert outcome.code in (1, 2)
    assert len(outcome.err.strip().splitlines()) == 1
    assert word in outcome.err
