"""Edited rules on the past: what is added, removed and left out, and how the command tells it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from benchmarks.backtest_speed import rules as day_rules
from tests.backtest.conftest import Stored
from typer.testing import CliRunner

from camloom import plugins
from camloom.backtest.run import backtest
from camloom.backtest.store import History
from camloom.cli.app import app
from camloom.config import Scene, StrictModel, TaskConfig
from camloom.errors import ConfigError
from camloom.event import Event, FrameResult
from camloom.frame import Frame
from camloom.sinks.document import event_to_dict, to_json
from camloom.tracks import Tracks

pytest.importorskip("pyarrow")
Walk = Callable[..., list[FrameResult]]
Keep = Callable[..., Path]
Day = Callable[..., TaskConfig]


def test_a_shorter_dwell_keeps_and_adds(day: Day, ten_minutes: Stored) -> None:
    history = History(ten_minutes.folder, "day")
    result = backtest(day(6.0), history, against=day(10.0))
    assert result.difference is not None
    rules = result.difference.per_rule()
    assert rules["loiter"]["added"] > 0
    assert rules["loiter"]["kept"] > 0
    assert rules["loiter"]["removed"] == 0
    for name in ("lawn", "gate"):
        assert (rules[name]["added"], rules[name]["removed"]) == (0, 0)
    back = backtest(day(10.0), history, against=day(6.0)).difference
    assert back is not None
    assert [one.to_dict() for one in back.removed] == [one.to_dict() for one in result.difference.added]


def test_a_dwell_is_the_same_alarm_earlier(day: Day, ten_minutes: Stored) -> None:
    difference = backtest(day(6.0), History(ten_minutes.folder, "day"), against=day(10.0)).difference
    assert difference is not None
    shifts = {
        round((new.began - old.began).total_seconds(), 1) for new, old in difference.kept if new.rule_id == "loiter"
    }
    assert shifts == {-4.0}


def test_what_began_before_the_span_is_known_but_not_counted(day: Day, ten_minutes: Stored) -> None:
    history = History(ten_minutes.folder, "day")
    middle = ten_minutes.results[len(ten_minutes.results) // 2].frame.captured_at
    all_of_it, later = backtest(day(), history), backtest(day(), history, since=middle)
    assert later.alarms == [alarm for alarm in all_of_it.alarms if alarm.began >= middle]
    assert 0 < len(later.alarms) < len(all_of_it.alarms)


def test_classes_of_the_task_count(day: Day, walk: Walk, keep: Keep) -> None:
    history = History(keep(walk(120)), "day")
    assert backtest(day(), history).alarms
    assert backtest(day(classes=["person"]), history).alarms == backtest(day(), history).alarms
    assert backtest(day(classes=["car"]), history).alarms == []


def test_rules_in_a_schedule_see_the_hour_of_then(day: Day, walk: Walk, keep: Keep) -> None:
    history = History(keep(walk(120)), "day")
    task = day_rules(10.0)
    shut = [{**rule, "gate": {"schedule": [{"start": "08:00", "end": "18:00"}]}} for rule in task["rules"]]
    assert backtest(day(rules=shut), history).alarms == []


class LooksConfig(StrictModel):
    id: str


class Looks:
    """A rule that looks at the picture once somebody is there."""

    Config: ClassVar = LooksConfig
    holding = False

    def __init__(self, config: LooksConfig, scene: Scene) -> None:
        del config, scene

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        if len(tracks):
            frame.buffer.luma(32, 32)
        return []

    def finish(self, frame: Frame) -> list[Event]:
        return []


class SaysSo(Looks):
    """One that says so, and cannot even be made here."""

    needs_pixels = True

    def __init__(self, config: LooksConfig, scene: Scene) -> None:
        raise AssertionError("not to be made")


def test_rules_that_need_pixels_are_named_and_left_out(
    day: Day, walk: Walk, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    load, extra = plugins.load, {"looks": Looks, "says_so": SaysSo}
    monkeypatch.setattr(plugins, "load", lambda seam, name: extra.get(name) or load(seam, name))
    rules = [{"type": "looks", "id": "bag"}, *day_rules(10.0)["rules"], {"type": "says_so", "id": "cover"}]
    history = History(keep(walk(120)), "day")
    result = backtest(day(rules=rules), history)
    assert result.left_out == ["bag", "cover"]
    assert result.alarms == backtest(day(), history).alarms


def test_rules_that_go_by_joints_alone_are_left_out(day: Day, walk: Walk, keep: Keep) -> None:
    rules = [
        {"type": "pose", "id": "lies"},
        {"type": "relation", "id": "calls", "gesture": "hand_to_ear"},
        {"type": "relation", "id": "pairs", "things": ["person"]},
        {"type": "fall", "id": "falls"},
    ]
    assert backtest(day(rules=rules), History(keep(walk(30)), "day")).left_out == ["calls", "lies"]


def test_a_file_that_cannot_be_read_is_named_and_passed_over(day: Day, walk: Walk, keep: Keep) -> None:
    folder = keep(walk(60))
    (folder / "day" / "2026-10-31T05.parquet").write_bytes(b"PAR1 nothing")
    result = backtest(day(), History(folder, "day"))
    assert result.unreadable == ["2026-10-31T05.parquet"]
    assert result.frames == 300


def test_an_unknown_stream_is_refused_with_those_known(walk: Walk, keep: Keep, tmp_path: Path) -> None:
    folder = keep(walk(10))
    with pytest.raises(ConfigError, match="Known: day"):
        History(folder, "night")
    with pytest.raises(ConfigError, match="not a folder"):
        History(tmp_path / "nothing", "day")


@pytest.fixture
def command(ten_minutes: Stored, tmp_path: Path) -> Callable[..., str]:
    """Return what calls `camloom backtest` on a history and two task files, and gives what it prints."""
    for name, dwell_s in (("new", 6.0), ("old", 10.0)):
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(day_rules(dwell_s)), encoding="utf-8")

    def call(*more: str) -> str:
        words = ["backtest", "--rules", str(tmp_path / "new.yaml"), "--history", str(ten_minutes.folder), *more]
        result = CliRunner().invoke(app, words, catch_exceptions=False, env={"COLUMNS": "200"})
        assert result.exit_code == 0
        return result.stdout

    return call


def test_the_command_tells_per_rule_and_per_hour(command: Callable[..., str], tmp_path: Path) -> None:
    told = command("--against", str(tmp_path / "old.yaml"))
    assert "3,000 frames" in told
    assert "Alarms per rule" in told
    assert "Alarms per hour of the day" in told
    assert "added  2026-11-01 00:0" in told


def test_the_command_gives_json(command: Callable[..., str], tmp_path: Path) -> None:
    told = json.loads(command("--against", str(tmp_path / "old.yaml"), "--json", "--since", "5m"))
    difference: dict[str, Any] = told["difference"]
    assert told["source_id"] == "day"
    assert difference["counts"]["added"] == len(difference["added"]) > 0
    assert sum(counts["kept"] for counts in difference["per_hour"].values()) == difference["counts"]["kept"]
    assert json.loads(command("--json"))["difference"] is None


def test_recorded_events_show_their_pictures(
    command: Callable[..., str], day: Day, ten_minutes: Stored, live: Callable[..., Any], tmp_path: Path
) -> None:
    lines = []
    for event in live(day(10.0), ten_minutes.results):
        one = event_to_dict(event)
        one["media"] = {"picture": f"media/{event.incident_id}.jpg"}
        if event.rule_id == "lawn":
            one["rule_id"] = "gone"
        lines.append(to_json(one))
    (tmp_path / "events.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = json.loads(command("--against", str(tmp_path / "events.jsonl"), "--json"))["difference"]
    assert {one["rule_id"] for one in told["removed"]} == {"gone"}
    assert {one["rule_id"] for one in told["added"]} == {"lawn", "loiter"}
    assert told["per_rule"]["gate"]["removed"] == told["per_rule"]["gate"]["added"] == 0
    assert all(one["picture"].startswith(str(tmp_path / "media")) for one in told["removed"])


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        (["--since", "yesterday"], "not a time"),
        (["--source", "night"], "keeps no history of 'night'"),
        (["--timezone", "Mars/Olympus"], "unknown time zone"),
        (["--against", "nothing.jsonl"], "cannot read"),
    ],
)
def test_wrong_words_are_refused_with_the_mend(command: Callable[..., str], more: list[str], problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        command(*more)


def test_a_line_that_is_no_event_is_refused_with_its_number(command: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "odd.jsonl").write_text('{"schema":"camloom.frame/1","objects":[]}\n{"a": 1}\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"odd\.jsonl:2: not an event"):
        command("--against", str(tmp_path / "odd.jsonl"))
