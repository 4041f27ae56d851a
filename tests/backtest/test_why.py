"""Why a rule kept silent about a track: the first gate that failed, and what would have let it fire."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from typer.testing import CliRunner

from camloom.backtest.counterfactual import Remedy
from camloom.backtest.life import find_life, present_at
from camloom.backtest.picture import NoPicture
from camloom.backtest.store import History
from camloom.backtest.why import Answer, why
from camloom.cli.app import app
from camloom.config import TaskConfig, parse_task
from camloom.detections import Detections
from camloom.errors import ConfigError
from camloom.event import FrameResult
from camloom.frame import Frame
from camloom.tracks import Tracks

pytest.importorskip("pyarrow")
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
FPS = 5
IN, OUT = (0.5, 0.6), (0.9, 0.6)
Spot = tuple[float, float] | None
Keep = Callable[..., Path]
PLACES = {
    "zones": [{"name": "lawn", "vertices": [[0.3, 0.4], [0.7, 0.4], [0.7, 0.8], [0.3, 0.8]]}],
    "lines": [{"name": "gate", "start": [0.5, 0.3], "end": [0.5, 0.9]}],
}


def tracks_of(spots: Mapping[int, Spot], tall: float, confidence: float) -> Tracks:
    seen = {key: spot for key, spot in spots.items() if spot is not None}
    boxes = [(x * 1280 - 20, y * 720 - tall * 720, x * 1280 + 20, y * 720) for x, y in seen.values()]
    count = len(seen)
    found = Detections(
        np.array(boxes, np.float32).reshape(-1, 4),
        np.full(count, confidence, np.float32),
        np.zeros(count, np.int64),
        ("person", "car"),
    )
    return Tracks.of(found, np.array(list(seen), np.int64), np.zeros(count))


def film(script: Mapping[int, Sequence[Spot]], tall: float = 0.2, confidence: float = 0.9) -> list[FrameResult]:
    results = []
    for index in range(max(len(spots) for spots in script.values())):
        spots = {key: spots[index] if index < len(spots) else None for key, spots in script.items()}
        tracks, pts_s = tracks_of(spots, tall, confidence), index / FPS
        frame = Frame("yard", index, pts_s, NOON + timedelta(seconds=pts_s), 0.0, False, NoPicture(1280, 720))
        results.append(FrameResult(frame, tracks, tracks, (), 0.0))
    return results


def walk(start: tuple[float, float], end: tuple[float, float], frames: int) -> list[Spot]:
    return [
        (start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]))
        for share in np.linspace(0, 1, frames).tolist()
    ]


def task(*rules: dict[str, Any], **more: Any) -> TaskConfig:
    return parse_task({"id": "yard", "source": "a.mp4", **PLACES, "rules": list(rules), **more})


def dwell(**more: Any) -> dict[str, Any]:
    return {"type": "region", "id": "r", "zone": "lawn", "on": "dwell", "dwell_s": 10, **more}


@pytest.fixture
def ask(keep: Keep) -> Callable[..., Answer]:
    """Return what plays a script, keeps it and asks the rule `r` about track 1."""

    def asked(rule: dict[str, Any], script: Mapping[int, Sequence[Spot]], track_id: int = 1, **look: Any) -> Answer:
        history = History(keep(film(script, **look), source_id="yard"), "yard")
        (answer,) = why(task(rule), history, "r", track_id)
        return answer

    return asked


# 31 frames inside: 6 s.
PASSING: dict[int, list[Spot]] = {1: [*[OUT] * 20, *[IN] * 31, *[OUT] * 20]}


def test_a_stay_that_was_too_short_is_measured(ask: Callable[..., Answer]) -> None:
    answer = ask(dwell(), PASSING)
    assert answer.event is None
    assert answer.missed is None
    (remedy,) = answer.singles
    assert str(remedy) == "dwell_s <= 6"
    assert answer.failed is not None
    assert (answer.failed.value, answer.failed.threshold, answer.failed.unit) == (6, 10, "s")
    assert answer.failed.margin == pytest.approx(-4)


def test_what_it_says_holds_and_no_more_than_that(ask: Callable[..., Answer]) -> None:
    (remedy,) = ask(dwell(), PASSING).singles
    assert remedy.value is not None
    assert ask(dwell(dwell_s=remedy.value), PASSING).event is not None
    assert ask(dwell(dwell_s=remedy.value + 0.1), PASSING).event is None


def test_one_that_fired_shows_its_gates(ask: Callable[..., Answer]) -> None:
    answer = ask(dwell(dwell_s=5), PASSING)
    assert answer.event is not None
    assert [(gate.name, gate.threshold) for gate in answer.event.why] == [("dwell", 5)]
    assert answer.to_dict()["fired"] is True


def test_a_gap_that_was_too_long_is_the_nearest_miss(ask: Callable[..., Answer]) -> None:
    answer = ask(dwell(), {1: [IN] * 45 + [OUT] * 8 + [IN] * 45})
    names = [remedy.name for remedy in answer.singles]
    assert set(names) == {"gap_s", "dwell_s"}
    gap = next(remedy for remedy in answer.singles if remedy.name == "gap_s")
    assert str(gap).startswith("gap_s >= 1.6")
    assert answer.singles[0].name == "dwell_s"


@pytest.mark.parametrize(
    ("settings", "look", "said"),
    [
        ({"min_confidence": 0.8}, {"confidence": 0.5}, "min_confidence <= 0.5"),
        ({"min_height_share": 0.3}, {"tall": 0.2}, "min_height_share <= 0.2"),
        ({"classes": ["car"]}, {}, "any class"),
        ({"gate": {"armed": False}}, {}, "armed"),
        ({"gate": {"schedule": [{"start": "22:00", "end": "06:00"}]}}, {}, "no schedule"),
    ],
)
def test_the_first_thing_that_kept_it_away_is_named(
    ask: Callable[..., Answer], settings: dict[str, Any], look: dict[str, Any], said: str
) -> None:
    answer = ask(dwell(dwell_s=5, **settings), PASSING, **look)
    assert answer.missed is not None
    assert answer.missed.name == next(iter(settings)).replace("gate", answer.missed.name)
    assert [str(one) for one in answer.singles] == [said]


def test_a_place_that_it_never_came_to_ends_the_search(ask: Callable[..., Answer]) -> None:
    answer = ask(dwell(), {1: walk((0.9, 0.6), (0.72, 0.6), 30)})
    assert answer.missed is not None
    assert answer.missed.name == "zone"
    assert answer.failed is not None
    # 0.02 of the width of a picture of 16 to 9, in heights.
    assert answer.failed.margin == pytest.approx(-0.02 * 16 / 9, abs=1e-3)
    assert answer.missed.at == NOON + timedelta(seconds=5.8)
    assert answer.replays == 1


def test_a_line_that_it_never_crossed(ask: Callable[..., Answer]) -> None:
    answer = ask({"type": "line", "id": "r", "line": "gate"}, {1: walk((0.2, 0.6), (0.45, 0.6), 30)})
    assert answer.missed is not None
    assert answer.missed.words.startswith("it stayed on side A of 'gate', nearest 0.089 of the picture's height")


def test_the_other_direction_is_named(ask: Callable[..., Answer]) -> None:
    rule = {"type": "line", "id": "r", "line": "gate", "direction": "b_to_a"}
    answer = ask(rule, {1: walk((0.2, 0.6), (0.8, 0.6), 40)})
    assert [str(one) for one in answer.singles] == ["direction both", "direction a_to_b"]


def test_a_cooldown_is_found_and_measured(ask: Callable[..., Answer]) -> None:
    rule = {"type": "region", "id": "r", "zone": "lawn", "gate": {"rule_cooldown_s": 60}}
    answer = ask(rule, {2: [IN] * 20, 1: [None] * 70 + [IN] * 30})
    remedy = answer.singles[0]
    assert remedy.name == "gate.rule_cooldown_s"
    # Number 2 was last seen at 3.8 s; number 1 came at 14 s and was there to the end, at 19.8 s.
    assert remedy.value == pytest.approx(16, abs=0.1)


def test_at_a_time_what_fired_before_does_not_count(keep: Keep) -> None:
    # In for 10 s, out for 20, in again for 10.
    script = {1: [*[IN] * 50, *[OUT] * 100, *[IN] * 50]}
    history = History(keep(film(script), source_id="yard"), "yard")
    rule = {"type": "region", "id": "r", "zone": "lawn", "gate": {"cooldown_s": 60}}

    def asked(second: float, **gate: Any) -> Answer:
        return why(
            task({**rule, "gate": {"cooldown_s": 60, **gate}}), history, "r", 1, NOON + timedelta(seconds=second)
        )[0]

    assert asked(5).event is not None
    later = asked(38)
    assert later.event is None
    assert later.singles[0].name == "gate.cooldown_s"
    assert later.singles[0].value == pytest.approx(30, abs=0.3)
    assert asked(38, cooldown_s=0).event is not None


def test_at_a_time_what_is_still_open_counts(keep: Keep) -> None:
    history = History(keep(film({1: [IN] * 200}), source_id="yard"), "yard")
    (answer,) = why(task(dwell()), history, "r", 1, NOON + timedelta(seconds=35))
    assert answer.event is not None
    assert answer.event.occurred_at == NOON + timedelta(seconds=10)


def test_two_settings_that_only_help_together(ask: Callable[..., Answer]) -> None:
    answer = ask(dwell(min_height_share=0.3), PASSING, tall=0.2)
    assert answer.singles == []
    assert {str(one) for one in answer.together} == {"min_height_share <= 0.2", "dwell_s <= 6"}
    rule = dwell(min_height_share=0.2, dwell_s=6)
    assert ask(rule, PASSING, tall=0.2).event is not None


def test_an_id_that_goes_on_as_another_is_the_same_object(ask: Callable[..., Answer]) -> None:
    script: dict[int, list[Spot]] = {1: [IN] * 30, 2: [None] * 30 + [IN] * 30}
    assert ask(dwell(), script).event is not None
    answer = ask(dwell(dwell_s=20), script)
    assert answer.sight is not None
    assert answer.sight.ids == {1, 2}
    assert str(answer.singles[0]) == "dwell_s <= 11.8"


def test_every_rule_of_an_alarm_is_asked(keep: Keep) -> None:
    history = History(keep(film(PASSING), source_id="yard"), "yard")
    asked = task(alarms=[{"template": "lawn_trampling", "zone": "lawn", "min_time_s": 8, "classes": ["person"]}])
    warning, alarm = why(asked, history, "lawn_trampling", 1)
    assert warning.event is not None
    assert [str(one) for one in alarm.singles] == ["min_time_s <= 6"]
    assert [one.rule_id for one in why(asked, history, "lawn_trampling.alarm", 1)] == ["lawn_trampling.alarm"]


def test_settings_of_an_alarm_are_called_as_they_stand_there(keep: Keep) -> None:
    history = History(keep(film({1: [*[OUT] * 20, *[IN] * 3, *[OUT] * 20]}), source_id="yard"), "yard")
    alarm = {"template": "intrusion", "zone": "lawn", "classes": ["person"], "debounce_s": 4}
    (intrusion,) = why(task(alarms=[{**alarm, "min_time_s": 0}]), history, "intrusion", 1)
    assert [(one.name, one.fixed) for one in intrusion.singles] == [("debounce_s", "")]
    warning, _ = why(
        task(alarms=[{**alarm, "template": "lawn_trampling", "debounce_s": 0}]), history, "lawn_trampling", 1
    )
    assert [(one.name, one.fixed) for one in warning.singles] == [
        ("min_time_s", "fixed by the template 'lawn_trampling'")
    ]


def test_a_rule_that_needs_pixels_says_so(keep: Keep) -> None:
    history = History(keep(film(PASSING), source_id="yard"), "yard")
    (answer,) = why(task({"type": "left", "id": "bag"}), history, "bag", 1)
    assert "needs pixels" in answer.unable


def test_the_newest_life_of_an_id_unless_a_time_is_given(keep: Keep) -> None:
    first, later = film({1: [IN] * 20, 3: [IN] * 40}), film({1: [OUT] * 30})
    moved = [
        replace(one, frame=replace(one.frame, captured_at=one.frame.captured_at + timedelta(hours=2))) for one in later
    ]
    folder = keep([*first, *moved], restarts=[40], source_id="yard")
    history = History(folder, "yard")
    assert find_life(history, 1).first == NOON + timedelta(hours=2)
    old = find_life(history, 1, NOON + timedelta(seconds=1))
    assert (old.first, old.lasts_s) == (NOON, 3.8)
    with pytest.raises(ConfigError, match=r"track 9 is not there at .*These are: 1"):
        find_life(history, 9, NOON)
    with pytest.raises(ConfigError, match="has never seen track 9"):
        find_life(history, 9)
    with pytest.raises(ConfigError, match="no frame at"):
        present_at(history, NOON + timedelta(hours=1))


def test_the_nearest_miss_comes_first() -> None:
    assert Remedy("a", ("a",), 90, 100).strain < Remedy("b", ("b",), 400, 200).strain
    assert str(Remedy("b", ("b",), 9, 1)) == "b >= 9"


@pytest.fixture
def command(keep: Keep, tmp_path: Path) -> Callable[..., str]:
    """Return what calls `camloom why` on a history and a task, and gives what it prints."""
    folder = keep(film(PASSING), source_id="yard")
    document = {"id": "yard", "source": "a.mp4", "classes": ["person"], **PLACES, "rules": [dwell()]}
    (tmp_path / "task.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")

    def call(*more: str) -> str:
        words = ["why", "--task", str(tmp_path / "task.yaml"), "--history", str(folder), *more]
        result = CliRunner().invoke(app, words, catch_exceptions=False, env={"COLUMNS": "200"})
        assert result.exit_code == 0
        return result.stdout

    return call


def test_the_command_says_what_failed_by_how_much_and_what_would_do(command: Callable[..., str]) -> None:
    told = command("--rule", "r", "--track", "1")
    assert "First gate that failed: dwell_s: 6 s reached, 10 s asked for, 4 s short" in told
    assert "dwell_s <= 6  (is 10)" in told
    assert json.loads(command("--rule", "r", "--track", "1", "--json"))[0]["would_have_fired_with"]["any_of"] == [
        "dwell_s <= 6"
    ]


def test_the_command_lists_who_was_there(command: Callable[..., str]) -> None:
    told = command("--at", "2026-11-01T12:00:06")
    assert "person" in told
    assert "lawn" in told


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        (["--rule", "r"], "give `--track`"),
        (["--track", "1"], "give `--rule`. This task has r"),
        (["--track", "1", "--rule", "q"], "no rule or alarm 'q'. Did you mean|no rule or alarm 'q'. Known: r"),
        (["--track", "7", "--rule", "r"], "never seen track 7"),
        (["--at", "soon"], "--at soon: not a time"),
    ],
)
def test_wrong_words_are_one_line(command: Callable[..., str], more: list[str], problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        command(*more)
