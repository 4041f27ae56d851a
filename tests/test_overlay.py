"""Drawing on pictures."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from camloom.config import Scene
from camloom.event import Event, EventObject, Phase
from camloom.frame import ImageArray
from camloom.geometry import Line, Zone
from camloom.overlay import LINE_COLOUR, RED, ZONE_COLOUR, Alarms, Overlay
from camloom.tracks import Tracks

SCENE = Scene(
    (Zone("yard", ((0.5, 0.5), (0.9, 0.5), (0.9, 0.9), (0.5, 0.9))),), (Line("door", (0.25, 0.3), (0.25, 0.9)),)
)


def grey(width: int = 768, height: int = 576) -> ImageArray:
    return np.full((height, width, 3), 90, np.uint8)


def tracks_of(*boxes: tuple[float, float, float, float]) -> Tracks:
    count = len(boxes)
    return Tracks(
        xyxy=np.asarray(boxes, np.float32).reshape(-1, 4),
        confidence=np.ones(count, np.float32),
        class_id=np.zeros(count, np.int64),
        class_names=("person",),
        track_id=np.arange(1, count + 1),
        first_pts_s=np.zeros(count),
    )


def event(phase: Phase = Phase.START, **changes: object) -> Event:
    made = Event(
        id="E",
        type="region.entered",
        source_id="s",
        rule_id="r",
        phase=phase,
        occurred_at=datetime(2026, 11, 1, tzinfo=UTC),
        pts_s=1.0,
        track_ids=(1,),
        objects=(EventObject(1, "person", 0.9, (100, 200, 150, 320)),),
        zone="yard",
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # fields come by name


def is_colour(pixel: ImageArray, colour: tuple[int, int, int], within: int = 12) -> bool:
    return bool(np.all(np.abs(pixel.astype(int) - colour) <= within))


def test_a_box_is_where_the_object_is() -> None:
    picture = grey()
    Overlay(Scene(), (768, 576)).draw(picture, tracks_of((100, 200, 150, 320)))
    assert not is_colour(picture[260, 100], (90, 90, 90))
    assert not is_colour(picture[320, 125], (90, 90, 90))
    assert is_colour(picture[260, 125], (90, 90, 90)), "the object itself stays visible"
    assert is_colour(picture[260, 170], (90, 90, 90))


def test_boxes_follow_the_scale_of_the_picture() -> None:
    picture = grey(384, 288)
    Overlay(Scene(), (384, 288), (768, 576)).draw(picture, tracks_of((100, 200, 150, 320)))
    assert not is_colour(picture[130, 50], (90, 90, 90))
    assert is_colour(picture[130, 100], (90, 90, 90))


def test_who_is_in_an_alarm_is_red_and_the_others_are_not() -> None:
    picture = grey()
    alarms = Alarms()
    alarms.update([event()], 1.0)
    Overlay(SCENE, (768, 576)).draw(picture, tracks_of((100, 200, 150, 320), (300, 200, 350, 320)), alarms)
    assert is_colour(picture[260, 100], RED)
    assert not is_colour(picture[260, 300], RED)


def test_a_zone_is_tinted_inside_only_and_red_in_an_alarm() -> None:
    calm, alarmed = grey(), grey()
    alarms = Alarms()
    alarms.update([event()], 1.0)
    overlay = Overlay(SCENE, (768, 576))
    overlay.draw(calm, tracks_of())
    overlay.draw(alarmed, tracks_of(), alarms)
    inside, outside = (400, 540), (200, 540)
    tint = calm[inside].astype(int) - 90
    assert np.all(np.sign(tint) == np.sign(np.array(ZONE_COLOUR) - 90))
    assert np.all(np.abs(tint) < 40), "what is below stays visible"
    assert is_colour(calm[outside], (90, 90, 90))
    assert alarmed[inside][2] > calm[inside][2]


def test_the_arrow_of_a_line_points_from_side_a_to_side_b() -> None:
    picture = grey()
    Overlay(Scene((), (Line("door", (0.25, 0.3), (0.25, 0.9)),)), (768, 576)).draw(picture, tracks_of())
    line = Line("door", (0.25, 0.3), (0.25, 0.9))
    painted = np.argwhere(np.abs(picture.astype(int) - LINE_COLOUR).max(axis=2) < 12)
    middle = painted[np.abs(painted[:, 0] - 0.6 * 576) < 20]
    left, right = 192 - middle[:, 1].min(), middle[:, 1].max() - 192
    assert left > 5
    assert right > 5
    side_of_tip = np.array([[0.30, 0.6]], np.float32)
    # The head of the arrow is wider than its tail: more painted pixels on side B.
    on_right = np.count_nonzero(middle[:, 1] > 192 + 6)
    on_left = np.count_nonzero(middle[:, 1] < 192 - 6)
    assert (on_right > on_left) == (line.side(side_of_tip)[0] < 0)


def test_an_alarm_lasts_from_start_to_end() -> None:
    alarms = Alarms()
    alarms.update([event(incident_id="I")], 1.0)
    alarms.update([], 100.0)
    assert alarms.track_ids == {1}
    assert alarms.places == {"yard"}
    alarms.update([event(Phase.UPDATE, id="U", incident_id="I", track_ids=(1, 2))], 101.0)
    assert alarms.track_ids == {1, 2}
    alarms.update([event(Phase.END, id="X", incident_id="I", track_ids=())], 102.0)
    assert not alarms.track_ids
    assert not alarms.places


def test_what_only_happens_is_shown_for_a_moment() -> None:
    alarms = Alarms()
    alarms.update([event(Phase.INSTANT)], 1.0)
    alarms.update([], 2.0)
    assert alarms.track_ids == {1}
    alarms.update([], 3.0)
    assert alarms.track_ids == frozenset()


def test_a_picture_of_an_event_shows_its_place_and_its_objects_only() -> None:
    picture = grey()
    Overlay(SCENE, (768, 576)).draw_event(picture, event(), "header")
    assert is_colour(picture[260, 100], RED)
    assert picture[400, 540][2] > 95, "its zone"
    assert is_colour(picture[200, 192], (90, 90, 90)), "not the line"


def test_the_header_darkens_only_its_corner() -> None:
    picture = grey()
    Overlay(Scene(), (768, 576)).draw(picture, tracks_of(), header="12:00:00   3 objects")
    assert picture[3, 2].max() < 60
    assert is_colour(picture[100, 100], (90, 90, 90))
    assert is_colour(picture[5, 700], (90, 90, 90))


@pytest.mark.parametrize("size", [(32, 24), (320, 240), (1920, 1080), (3840, 2160), (24, 600)])
def test_any_size_and_any_name_can_be_drawn(size: tuple[int, int]) -> None:
    width, height = size
    scene = Scene(
        (Zone("草坪" * 40, ((0, 0), (1, 0), (1, 1), (0, 1))), Zone("thin", ((0, 0.5), (1, 0.5), (0.5, 0.5)))),
        (Line("", (0, 0), (1, 1)),),
    )
    picture = grey(width, height)
    boxes = tracks_of((-50, -50, width + 50, height + 50), (width - 1, height - 1, width, height), (5, 5, 5, 5))
    Overlay(scene, size).draw(picture, boxes, Alarms(), "x" * 300)
    assert picture.shape == (height, width, 3)
