"""Every template has scenes that must fire, at the right time, and twins that must not."""

from pathlib import Path
from typing import Any

import cv2
import pytest
from tests.scenes.case import Case, all_cases

from camloom.config.template import template_file, template_folders, template_names
from camloom.event import Event, Phase
from camloom.sources.scripted.script import parse_script
from camloom.testing.scenes import Watcher, play, rules_for

CASES = all_cases()
# What a script cannot have: files that a user taught, faces, hours of weather, a camera that is pushed.
ELSEWHERE = {
    "bin_overflow": "rules/picture/test_state_rule.py",
    "dirty_road": "rules/picture/test_state_rule.py",
    "face_match": "golden/faces.py",
    "state_alarm": "rules/picture/test_state_rule.py",
}
# They look at the pixels of every frame, which takes ten times as long.
_OF_PIXELS = {"camera_fault", "illegal_structure", "object_left", "object_removed"}
# A real tracker wants to see somebody more than once before it gives him an id.
_TRACKER_S = 1.0


def played(case: Case, tracker: str) -> list[Event]:
    script = parse_script(case.scene)
    alarm: dict[str, Any] = {"template": case.template, **case.settings}
    return play(script, rules_for(script, {**case.places, "alarms": [alarm]}), Watcher(tracker))


def _param(case: Case, tracker: str) -> Any:
    """Twins that must stay quiet are slow with the identities of a tracker, and where pixels are looked at."""
    costly = tracker != "script" or case.template in _OF_PIXELS
    marks = (pytest.mark.slow,) if costly and not case.at else ()
    return pytest.param(case, tracker, id=f"{case}, {tracker}", marks=marks)


@pytest.mark.parametrize(("case", "tracker"), [_param(case, name) for case in CASES for name in case.trackers])
def test_it_fires_when_it_should_and_only_then(case: Case, tracker: str) -> None:
    events = played(case, tracker)
    begun = sorted(event.pts_s for event in events if event.phase in (Phase.START, Phase.INSTANT))
    assert len(begun) == len(case.at), [(event.phase, event.pts_s, event.detail) for event in events]
    allowed_s = case.within_s + 1 / parse_script(case.scene).fps + 1e-6 + (_TRACKER_S if tracker != "script" else 0)
    assert [late for late, due in zip(begun, case.at, strict=True) if abs(late - due) > allowed_s] == []


@pytest.mark.parametrize("template", template_names(template_folders()))
def test_every_template_has_scenes_that_fire_and_twins_that_do_not(template: str) -> None:
    if template in ELSEWHERE:
        assert f'"{template}"' in (Path(__file__).parents[1] / ELSEWHERE[template]).read_text()
        return
    mine = [case for case in CASES if case.template == template]
    assert [case for case in mine if case.at]
    assert [case for case in mine if not case.at]


@pytest.mark.parametrize("template", template_names(template_folders()))
def test_every_template_has_an_example_picture(template: str) -> None:
    """`python -m benchmarks.template_pictures` draws it."""
    picture = cv2.imread(str(template_file(template).with_suffix(".jpg")))
    assert picture is not None
    assert picture.shape == (270, 480, 3)
