"""Alarms marked as true or false, and edited rules held against them."""

import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from benchmarks.backtest_speed import rules as day_rules
from tests.backtest.conftest import keep_in
from typer.testing import CliRunner, Result

from camloom.backtest.marks import add_mark, mark_of, read_marks
from camloom.backtest.regression import Outcome, check_marks
from camloom.backtest.store import History
from camloom.cli.app import app
from camloom.config import TaskConfig
from camloom.errors import CamloomError, ConfigError
from camloom.event import Event, FrameResult
from camloom.sinks.document import event_to_dict, to_json

pytest.importorskip("pyarrow")
Day = Callable[..., TaskConfig]


@pytest.fixture(scope="module")
def past(
    day: Day,
    walk: Callable[..., list[FrameResult]],
    live: Callable[..., Iterable[Event]],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, list[Event]]:
    """Give a file of recorded events, beside it a history, and the events; not to be changed."""
    results, folder = walk(240), tmp_path_factory.mktemp("past")
    keep_in(folder, results)
    said = list(live(day(6.0), results))
    (folder / "events.jsonl").write_text("".join(f"{to_json(event_to_dict(one))}\n" for one in said))
    return folder / "events.jsonl", said


Past = tuple[Path, list[Event]]


def loiterers(said: list[Event]) -> dict[str, float]:
    """Return how long each loiterer stayed, by incident."""
    ends = [event for event in said if event.rule_id == "loiter" and event.phase == "end"]
    return {event.incident_id: event.value or 0 for event in ends}


def outcomes(task: TaskConfig, past: Past, marks: Path) -> list[str]:
    history = History(past[0].parent / "history", "day")
    return [str(one.outcome) for one in check_marks(task, history, read_marks(marks))]


def test_an_edit_that_loses_a_true_one_or_brings_back_a_false_one_fails(day: Day, past: Past, tmp_path: Path) -> None:
    stays = loiterers(past[1])
    long = max(stays, key=lambda key: stays[key])
    short = min(stays, key=lambda key: stays[key])
    assert stays[short] < 10 < stays[long]
    marks = tmp_path / "marks.jsonl"
    assert add_mark(marks, mark_of(past[0], long, verdict=True)) == 1
    assert add_mark(marks, mark_of(past[0], short, verdict=False, note="the gardener")) == 2
    assert sorted(outcomes(day(10.0), past, marks)) == ["gone", "kept"]
    assert sorted(outcomes(day(6.0), past, marks)) == ["false alarm", "kept"]
    assert sorted(outcomes(day(stays[long] + 1), past, marks)) == ["gone", "lost"]


def test_every_alarm_of_the_past_is_there_again(day: Day, past: Past, tmp_path: Path) -> None:
    marks = tmp_path / "marks.jsonl"
    for incident in {event.incident_id for event in past[1]}:
        add_mark(marks, mark_of(past[0], incident, verdict=True))
    assert set(outcomes(day(6.0), past, marks)) == {"kept"}


def test_the_last_mark_counts(past: Past, tmp_path: Path) -> None:
    event, marks = past[1][0], tmp_path / "marks.jsonl"
    add_mark(marks, mark_of(past[0], event.id, verdict=True))
    assert add_mark(marks, mark_of(past[0], event.incident_id, verdict=False)) == 1
    (mark,) = read_marks(marks)
    assert mark.verdict is False
    assert len(marks.read_text().splitlines()) == 2


def test_what_cannot_be_told_is_said(day: Day, past: Past, tmp_path: Path) -> None:
    mark = mark_of(past[0], past[1][0].id, verdict=True)
    history, task = History(past[0].parent / "history", "day"), day()
    old = mark.model_copy(update={"began": mark.began - timedelta(days=9), "ended": mark.began - timedelta(days=9)})
    (told,) = check_marks(task, history, [old])
    assert (told.outcome, told.reason) == (Outcome.UNKNOWN, "its tracks are not kept any more")
    renamed = mark.model_copy(update={"rule_id": "other"})
    assert check_marks(task, history, [renamed])[0].outcome is Outcome.LOST
    assert check_marks(task, history, [renamed.model_copy(update={"verdict": False})])[0].outcome is Outcome.GONE
    bag = day(rules=[{"type": "left", "id": "other"}])
    assert check_marks(bag, history, [renamed])[0].outcome is Outcome.UNKNOWN
    assert check_marks(task, history, [mark.model_copy(update={"source_id": "night"})]) == []


def test_marks_can_be_written_by_hand(day: Day, past: Past, tmp_path: Path) -> None:
    start = next(event for event in past[1] if event.rule_id == "lawn")
    marks = tmp_path / "marks.yaml"
    marks.write_text(
        yaml.safe_dump(
            [{"verdict": True, "source_id": "day", "rule_id": "lawn", "place": "lawn", "began": start.occurred_at}]
        )
    )
    assert outcomes(day(), past, marks) == ["kept"]


def test_one_who_joined_an_alarm_is_marked_alone(
    day: Day,
    walk: Callable[..., list[FrameResult]],
    keep: Callable[..., Path],
    live: Callable[..., Iterable[Event]],
    tmp_path: Path,
) -> None:
    results, merged = walk(300), [{"template": "tripwire", "line": "gate", "classes": ["person"], "merge_s": 600}]
    task = day(rules=[], alarms=merged)
    keep(results)
    said = list(live(task, results))
    (tmp_path / "events.jsonl").write_text("".join(f"{to_json(event_to_dict(one))}\n" for one in said))
    joined = [event for event in said if event.change == "joined"]
    mark = mark_of(tmp_path / "events.jsonl", joined[0].id, verdict=True)
    assert mark.track_ids == (joined[0].track_ids[-1],)
    whole = mark_of(tmp_path / "events.jsonl", joined[0].incident_id, verdict=True)
    assert set(whole.track_ids) > set(mark.track_ids)
    history = History(tmp_path / "history", "day")
    assert [str(one.outcome) for one in check_marks(task, history, [mark, whole])] == ["kept", "kept"]
    one_way = day(
        rules=[], alarms=[{**merged[0], "direction": "a_to_b" if joined[0].direction == "B->A" else "b_to_a"}]
    )
    assert [str(one.outcome) for one in check_marks(one_way, history, [mark])] == ["lost"]


def test_the_marks_of_the_documentation_are_right(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "backtest.md").read_text(encoding="utf-8")
    (tmp_path / "marks.yaml").write_text(
        next(part for part in page.split("```yaml\n") if "verdict" in part[:20]).split("```")[0]
    )
    assert [mark.verdict for mark in read_marks(tmp_path / "marks.yaml")] == [True, False]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nothing", "1: not JSON"),
        ("[" * 100_000, "1: not JSON"),
        ('{"verdict": "yes"}', "1: verdict: must be true or false"),
        ('{"verdict": true, "source_id": "day", "rule_id": "lawn"}', "1: began: is missing"),
        ('{"verdict": true, "rule": "lawn"}', "1: rule: unknown key. Did you mean 'rule_id'"),
    ],
)
def test_what_is_no_mark_is_refused_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "marks.jsonl").write_text(line)
    with pytest.raises(ConfigError, match=f"marks.jsonl:{said}"):
        read_marks(tmp_path / "marks.jsonl")


def test_an_id_must_be_that_of_one_alarm(past: Past) -> None:
    with pytest.raises(ConfigError, match="no event is called 'nothing'"):
        mark_of(past[0], "nothing", verdict=True)
    with pytest.raises(ConfigError, match="several events begin with"):
        mark_of(past[0], past[1][0].incident_id[:6], verdict=True)


@pytest.fixture
def command(past: Past, tmp_path: Path) -> Callable[..., Result]:
    """Return what calls `camloom rules` in the folder of the past."""
    for name, dwell_s in (("new", 10.0), ("old", 6.0)):
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(day_rules(dwell_s)), encoding="utf-8")

    def call(*words: str) -> Result:
        marks = ["--marks", str(tmp_path / "marks.jsonl")]
        return CliRunner().invoke(app, ["rules", *words, *marks], env={"COLUMNS": "200"})

    return call


def test_the_commands(command: Callable[..., Result], past: Past, tmp_path: Path) -> None:
    stays = loiterers(past[1])
    short = min(stays, key=lambda key: stays[key])
    told = command("mark", short, "false", "--events", str(past[0]), "--note", "the gardener")
    assert told.stdout.startswith("false: loiter at 2026-11-01")
    history = ["--history", str(past[0].parent / "history")]
    good = command("test", "--task", str(tmp_path / "new.yaml"), *history)
    assert good.exit_code == 0
    assert "1 gone" in good.stdout
    bad = command("test", "--task", str(tmp_path / "old.yaml"), *history)
    assert isinstance(bad.exception, CamloomError)
    assert str(bad.exception).startswith("the rules disagree with 1 of 1 marks")
    assert bad.exception.exit_code == 1
    assert "the gardener" in bad.stdout
    document: list[dict[str, Any]] = json.loads(
        command("test", "--task", str(tmp_path / "old.yaml"), *history, "--json").stdout
    )
    assert document[0]["outcome"] == "false alarm"


def test_a_test_of_nothing_does_not_pass(command: Callable[..., Result], past: Past, tmp_path: Path) -> None:
    (tmp_path / "marks.jsonl").write_text("")
    told = command("test", "--task", str(tmp_path / "new.yaml"), "--history", str(past[0].parent / "history"))
    assert isinstance(told.exception, ConfigError)
    assert "has no mark of 'day'" in str(told.exception)
    assert isinstance(command("mark", past[1][0].id, "maybe", "--events", str(past[0])).exception, ConfigError)
