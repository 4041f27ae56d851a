"""The agent as a process: what a server wants is what runs, and what is asked is answered."""

import base64
from collections import Counter
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from tests.agent.conftest import CANARY, INSIDE, Site, until, workers
from tests.engine.live.viewing import Watching

from camloom.exchange import CommandKind, EventMessage, MediaMessage

CORNER = {"name": "corner", "vertices": [[0, 0], [0.1, 0], [0.1, 0.1], [0, 0.1]]}


def test_what_is_wanted_runs_and_what_is_not_ends(shared: Site) -> None:
    shared.want(go=shared.document())
    running = shared.runs("go")
    assert {key: running.stream[key] for key in ("width", "height", "fps")} == {"width": 320, "height": 180, "fps": 25}
    until(lambda: len(shared.events("go", "region")) == 1, "an event comes")
    before = workers(shared.pid)

    shared.want(stay=shared.document())
    shared.runs("stay")
    assert set(before) <= set(workers(shared.pid)), "it is added to the worker that runs; another one waits in reserve"
    assert len(shared.events("go", "source.online")) == 1, "which nobody interrupts"

    shared.want(go=None)
    until(lambda: shared.status("go").condition == "stopped", "it is not among the tasks any more")
    until(lambda: [each["phase"] for each in shared.events("go", "region")] == ["start", "end"], "what was open ends")
    [stay] = shared.events("stay", "source.online")
    shared.runs("stay")
    shared.want(stay=shared.document(), again=shared.document())
    shared.runs("again")
    assert shared.events("stay", "source.online") == [stay], "the other was not touched"
    shared.want(stay=None, again=None)


def test_an_edit_of_rules_does_not_interrupt_the_stream(shared: Site) -> None:
    shared.want(edit=shared.document())
    before = shared.runs("edit")
    until(lambda: len(shared.events("edit", "region")) == 1, "the rule speaks")
    online = shared.events("edit", "source.online")

    new = {**INSIDE, "id": "new"}
    shared.want(edit=shared.document(zones=[*shared.document()["zones"], CORNER], rules=[INSIDE, new]))
    until(lambda: len(shared.events("edit", "region")) == 2, "the new rule speaks")
    assert [each["rule_id"] for each in shared.events("edit", "region")] == ["inside", "new"], "the old one goes on"

    shared.want(edit=shared.document(rules=[{**new, "classes": ["person"]}]))
    until(lambda: len(shared.events("edit", "region")) == 5, "one rule is gone, the other is another one")
    ended, begun = shared.events("edit", "region")[2:4], shared.events("edit", "region")[4]
    assert {(each["rule_id"], each["phase"], each["reason"]) for each in ended} == {
        ("inside", "end", "edited"),
        ("new", "end", "edited"),
    }
    assert (begun["rule_id"], begun["phase"]) == ("new", "start")
    times_s = [each["pts_s"] for each in shared.events("edit", "region")]
    assert times_s == sorted(times_s), "the clock of the stream runs on"
    assert len({tuple(each["track_ids"]) for each in shared.events("edit", "region")}) == 1, "the tracker knows who"
    after = shared.runs("edit")
    assert (after.since, after.breaks) == (before.since, 0)
    assert shared.events("edit", "source.online") == online, "the camera was not connected again"
    shared.want(edit=None)


def test_an_edit_of_rules_is_not_seen_by_who_watches(shared: Site) -> None:
    camera = {"type": "synthetic", "url": "synthetic:", "live": True, "seconds": 3600, "fps": 10}
    shared.want(live=shared.document(source=camera, live_view=True))
    before = shared.runs("live")
    watching = Watching.at(Path(before.live), "boxes")
    watching.until(lambda: len(watching.lines) > 3)
    shared.want(live=shared.document(source=camera, live_view=True, rules=[{**INSIDE, "id": "another"}]))

    def new() -> list[float]:
        return [each["pts_s"] for each in shared.events("live", "region") if each["rule_id"] == "another"]

    until(lambda: bool(new()), "the new rule speaks")
    watching.until(lambda: watching.lines[-1]["pts_ms"] > 1000 * new()[0] + 300)
    frames = [round(line["pts_ms"] / 100) for line in watching.lines]
    assert watching.ending is None, "it is the same connection all the time"
    assert frames[0] < 10 * new()[0], "from before the edit"
    assert frames == sorted(set(frames)), "the frames of the camera are counted on"
    after = shared.runs("live")
    assert (after.since, after.breaks) == (before.since, 0)

    shared.want(live=shared.document(source={**camera, "width": 320, "height": 180}, live_view=True))
    watching.rest()
    assert watching.ending is not None, "another source is another stream"
    watching.connection.close()
    shared.want(live=None)


def test_any_other_edit_restarts_that_stream_alone(shared: Site) -> None:
    shared.want(one=shared.document(), two=shared.document())
    shared.runs("one")
    two = shared.runs("two")
    shared.want(one=shared.document(analysis_fps=5))
    until(lambda: len(shared.events("one", "source.online")) == 2, "it was connected again")
    shared.runs("one")
    assert len(shared.events("two", "source.online")) == 1
    assert shared.status("two").since == two.since
    shared.want(one=None, two=None)


def test_a_bad_document_is_told_and_stops_nobody(shared: Site) -> None:
    gst = {"type": "gstreamer", "url": "gst:filesrc location=/etc/passwd ! fakesink"}
    bad: dict[str, dict[str, Any]] = {
        "unknown": shared.document(rules=[{"type": "no-such-rule", "id": "x"}]),
        "label": shared.document(rules=[{**INSIDE, "classes": ["unicorn"]}]),
        "file": shared.document(source="/etc/passwd"),
        "pipeline": shared.document(source=gst),
        "card": shared.document(model="/etc/model.yaml"),
        "sinks": shared.document(sinks=[{"type": "jsonl", "path": "/tmp/anywhere"}]),
        "out": shared.document(out="/tmp"),
        "nonsense": {"source": {"type": ["x"]}, "model": 7},
        "password": shared.document(source=f"nosuch://admin:{CANARY}@camera"),
    }
    shared.want(good=shared.document(), **bad)
    good = shared.runs("good")
    for name in bad:
        status = shared.until(name, lambda it: it.condition == "failed", f"{name} is told")
        assert status.errors, name
        assert CANARY not in str(status)
    assert "unicorn" in shared.status("label").errors[0]

    shared.want(good=shared.document(rules=[{**INSIDE, "zone": "nowhere"}]), label=shared.document())
    status = shared.until("good", lambda it: bool(it.errors), "the edit is refused")
    assert "nowhere" in status.errors[0]
    assert (status.condition, status.revision) == ("online", good.revision), "it runs on as it was"
    shared.runs("label")
    shared.want(good=None, **dict.fromkeys(bad))


def test_pictures_and_clips_are_told_once_they_are_complete(shared: Site) -> None:
    shared.want(media=shared.document())

    def told() -> dict[str, MediaMessage]:
        events = [each for each in shared.take() if isinstance(each, EventMessage) and each.task_id == "media"]
        promised = {each.id for each in events if each.media}
        found = [each for each in shared.take() if isinstance(each, MediaMessage)]
        return {each.media_kind: each for each in found if each.event_id in promised}

    until(lambda: len(told()) == 2, "both are told")
    for kind, message in told().items():
        assert message.path is not None
        assert message.path.is_relative_to(shared.data / "streams" / "media"), kind
        assert message.path.stat().st_size > 0
    assert cv2.imread(str(told()["picture"].path)) is not None
    shared.want(media=None)


def test_questions_are_answered(shared: Site) -> None:
    shared.want(look=shared.document())
    shared.runs("look")
    assert picture(shared.ask(CommandKind.SNAPSHOT, task_id="look").result["jpeg"]).shape == (180, 320, 3)
    assert "no task 'blind'" in shared.ask(CommandKind.SNAPSHOT, task_id="blind").error

    found = shared.ask(CommandKind.PROBE, source="synthetic:width=640&height=360").result
    assert found["stream"]["width"] == 640
    assert picture(found["jpeg"]).shape == (360, 640, 3)

    cards = shared.ask(CommandKind.MODELS).result["models"]
    assert "nanodet" in {card["name"] for card in cards}
    assert [card["name"] for card in cards if card.get("imported")] == ["tiny"]
    assert all({"version", "measured", "says"} <= card.keys() for card in cards)
    assert shared.ask(CommandKind.ENABLE, task_id="look").error == ""
    shared.want(look=None)


@pytest.mark.slow
def test_who_is_about_to_ask_finds_a_process_that_has_begun(shared: Site) -> None:
    def ready() -> list[int]:
        return [pid for pid in workers(shared.pid) if b"\0probe\0" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    assert shared.ask(CommandKind.GET_READY).error == ""
    until(lambda: len(ready()) == 1, "it has begun")
    (first,) = ready()
    assert shared.ask(CommandKind.PROBE, source="synthetic:width=640&height=360").result["stream"]["width"] == 640
    until(lambda: len(ready()) == 1 and first not in ready(), "another is ready for the next question")


@pytest.mark.slow
def test_rules_are_tried_on_what_was_kept(shared: Site) -> None:
    shared.want(past=shared.document())
    shared.runs("past")
    until(lambda: bool(shared.events("past", "region")), "somebody is seen")
    was = shared.document()
    edited = {**was, "rules": [{**INSIDE, "id": "tried"}]}
    del edited["source"]
    result = shared.ask(CommandKind.WHAT_IF, task={"id": "past", **edited}, against={"id": "past", **was}).result
    assert result["schema"] == "camloom.backtest/1"
    assert [alarm["rule_id"] for alarm in result["difference"]["added"]] == ["tried"], "what was held back is written"
    shared.want(past=None)


def test_passwords_are_in_no_log_no_answer_no_command_line_and_no_file(shared: Site) -> None:
    source = {"type": "media", "url": f"rtsp://admin:{CANARY}@127.0.0.1:9/1"}
    shared.want(secret=shared.document(source=source))
    status = shared.until("secret", lambda it: it.condition in ("offline", "failed"), "it is not reached")
    lines = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in [shared.pid, *workers(shared.pid)]]
    probed = shared.ask(CommandKind.PROBE, source=source)
    assert probed.reason == "policy", "a server may not have this machine look into itself"
    told = f"{status} {lines} {probed} {shared.ask(CommandKind.LOGS)} {shared.events('secret')}"
    assert CANARY not in told + str(shared.server.reported())
    kept = b"".join(path.read_bytes() for path in shared.data.rglob("*") if path.is_file())
    assert CANARY.encode() not in kept
    shared.want(secret=None)


def test_of_all_that_happened_nothing_came_twice(shared: Site) -> None:
    counts = Counter(each.id for each in shared.take())
    assert counts
    assert set(counts.values()) == {1}


def picture(text: str) -> Any:
    """Return a picture that was sent as text."""
    return cv2.imdecode(np.frombuffer(base64.b64decode(text), np.uint8), cv2.IMREAD_COLOR)
