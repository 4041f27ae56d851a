"""The page of a backtest: every hour with thumbnails, kept pictures first and sketches where there is none."""

import base64
import re
from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml
from benchmarks.backtest_speed import rules as day_rules
from tests.backtest.conftest import keep_in
from typer.testing import CliRunner

from camloom.backtest.page import page
from camloom.backtest.pictures import Kept, attach_pictures, kept_pictures, thumbnail
from camloom.backtest.run import backtest
from camloom.backtest.store import History
from camloom.cli.app import app
from camloom.config import TaskConfig
from camloom.event import Event, FrameResult
from camloom.frame import ImageArray
from camloom.sinks.document import event_to_dict, to_json

pytest.importorskip("pyarrow")
Day = Callable[..., TaskConfig]
GREEN = (40, 160, 40)


def decoded(jpeg: bytes) -> ImageArray:
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture, np.uint8)


@pytest.fixture(scope="module")
def past(
    day: Day,
    walk: Callable[..., list[FrameResult]],
    live: Callable[..., list[Event]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Return the folder of a history, beside which are recorded events with green pictures."""
    results, folder = walk(200), tmp_path_factory.mktemp("past")
    lines = []
    (folder / "media").mkdir()
    for event in live(day(10.0), results):
        told = event_to_dict(event)
        if event.phase in ("start", "instant"):
            told["media"] = {"picture": f"media/{event.id}.jpg"}
            cv2.imwrite(str(folder / "media" / f"{event.id}.jpg"), np.full((72, 128, 3), GREEN, np.uint8))
        lines.append(to_json(told))
    (folder / "events.jsonl").write_text("\n".join(lines))
    return keep_in(folder, results)


def test_pictures_of_the_same_alarm_or_object_are_found(day: Day, past: Path) -> None:
    alarms = backtest(day(6.0), History(past, "day")).alarms
    kept = kept_pictures(past.parent / "events.jsonl", "day")
    attach_pictures(alarms, kept)
    assert any(alarm.picture for alarm in alarms if alarm.rule_id == "loiter")
    for alarm in alarms:
        near = [one for one in kept if one.track_ids & alarm.track_ids and abs(one.taken - alarm.began).seconds < 10]
        assert bool(alarm.picture) == bool(near)
        own = [one for one in near if one.rule_id == alarm.rule_id]
        assert not own or any(str(one.path) == alarm.picture for one in own)


def test_a_sketch_shows_the_box_in_red(day: Day, past: Path) -> None:
    task = day(6.0)
    result = backtest(task, History(past, "day"))
    alarm = next(alarm for alarm in result.alarms if alarm.rule_id == "loiter")
    jpeg, is_sketch = thumbnail(alarm, task.scene(), result.size_px)
    assert is_sketch
    sketch = decoded(jpeg).astype(int)
    assert alarm.shown is not None
    x0, y0, _, y1 = (value * sketch.shape[1] / result.size_px[0] for value in alarm.shown.objects[0].xyxy)
    patch = sketch[round((y0 + y1) / 2), max(round(x0) - 2, 0) : round(x0) + 3]
    assert (patch[:, 2] - patch[:, 0]).max() > 60


def test_a_picture_that_is_none_becomes_a_sketch(day: Day, past: Path, tmp_path: Path) -> None:
    task = day(6.0)
    result = backtest(task, History(past, "day"))
    alarm = result.alarms[0]
    for content in (b"", b"no picture", b"\xff\xd8\xff"):
        (tmp_path / "odd.jpg").write_bytes(content)
        alarm.picture = str(tmp_path / "odd.jpg")
        assert thumbnail(alarm, task.scene(), result.size_px)[1]
    alarm.shown = None
    assert thumbnail(alarm, task.scene(), result.size_px)[0] == b""


def test_the_page_has_every_hour_with_its_pictures(day: Day, past: Path) -> None:
    new, old = day(6.0), day(10.0)
    result = backtest(new, History(past, "day"), against=old)
    assert result.difference is not None
    attach_pictures([alarm for _, alarm in result.difference.all()], kept_pictures(past.parent / "events.jsonl", "day"))
    text = page(result, UTC, new.scene(), old.scene())
    counts = result.difference.per_hour(UTC)
    assert list(map(int, re.findall(r"<h2>(\d\d):00", text))) == list(counts)
    assert f"{counts[0]['added']} added" in text
    assert text.count('<figure class="added">') == len(result.difference.added)
    shown = [decoded(base64.b64decode(one)) for one in re.findall(r"base64,([^\"]+)", text)]
    assert any(abs(picture.mean(axis=(0, 1)) - GREEN).max() < 5 for picture in shown)
    assert 'src="http' not in text


def test_names_cannot_become_markup(day: Day, past: Path) -> None:
    result = backtest(day(6.0), History(past, "day"))
    for alarm in result.alarms:
        alarm.rule_id = "<script>alert(1)</script>"
        alarm.place = '"><img src=x>'
    text = page(result, UTC, day().scene(), day().scene())
    assert "<script" not in text
    assert "<img src=x" not in text


def test_only_pictures_of_the_same_object_near_in_time(day: Day, past: Path) -> None:
    alarm = backtest(day(6.0), History(past, "day")).alarms[0]
    late = Kept(past, alarm.rule_id, alarm.began + timedelta(seconds=11), alarm.track_ids)
    other = Kept(past, alarm.rule_id, alarm.began, frozenset({10_000}))
    attach_pictures([alarm], [late, other])
    assert alarm.picture == ""


def test_the_command_writes_the_page(past: Path, tmp_path: Path) -> None:
    for name, dwell_s in (("new", 6.0), ("old", 10.0)):
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(day_rules(dwell_s)), encoding="utf-8")
    words = ["backtest", "--task", str(tmp_path / "new.yaml"), "--against", str(tmp_path / "old.yaml")]
    told = CliRunner().invoke(app, [*words, "--history", str(past), "--html", str(tmp_path / "edit.html")])
    assert told.exit_code == 0
    assert "Thumbnails, hour by hour:" in told.stdout
    assert ".jpg" in told.stdout
    assert (tmp_path / "edit.html").read_text(encoding="utf-8").startswith("<!doctype html>")
