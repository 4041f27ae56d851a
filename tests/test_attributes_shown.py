"""What was read of an object is shown on its tag and stands in every document."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from camloom.config import Scene
from camloom.detections import Attribute, Detections
from camloom.event import Event, EventObject, Phase
from camloom.overlay import Overlay, caption
from camloom.sinks.document import event_to_dict
from camloom.tracks import Tracks


def said(name: str, value: str) -> Attribute:
    return Attribute(name, value, 0.87654, "tested")


def objects_of(*attributes: Attribute) -> list[dict[str, Any]]:
    item = EventObject(1, "car", 0.9, (1.0, 2.0, 3.0, 4.0), attributes)
    taken = datetime(2026, 3, 4, 12, tzinfo=UTC)
    event = Event("1", "region.entered", "cam", "in", Phase.START, taken, 0.0, (1,), (item,))
    objects: list[dict[str, Any]] = event_to_dict(event)["objects"]
    return objects


def test_a_tag_says_what_there_is_and_not_what_there_is_not() -> None:
    assert caption(()) == ""
    assert caption([said("colour", "red"), said("type", "car")]) == "  red, car"
    assert caption([said("has_hat", "yes"), said("has_bag", "no"), said("is_male", "yes")]) == "  hat, male"
    assert caption([said("has_bag", "no")]) == ""


def test_a_tag_stays_short() -> None:
    many = [said(f"has_{number}", "yes") for number in range(20)]
    assert caption(many) == "  0, 1, 2, 3"
    assert len(caption([said("plate", "x" * 1000)])) <= 45


def test_a_document_has_attributes_only_where_something_was_read() -> None:
    assert "attributes" not in objects_of()[0]
    expected = {"name": "colour", "value": "red", "confidence": 0.877, "model": "tested"}
    assert objects_of(said("colour", "red"))[0]["attributes"] == [expected]


@pytest.mark.parametrize("height", [200, 480])
def test_tags_are_wider_where_something_was_read(height: int) -> None:
    size = (640, height)
    pictures = []
    for attributes in (None, ((said("colour", "red"),),)):
        box = np.array([[100, 100, 200, 180]], np.float32)
        found = Detections(box, np.ones(1, np.float32), np.zeros(1, np.int64), ("car",), attributes=attributes)
        picture = np.zeros((height, 640, 3), np.uint8)
        Overlay(Scene(), size).draw(picture, Tracks.of(found, np.array([1]), np.zeros(1)))
        pictures.append(picture)
    plain, told = (int(np.count_nonzero(picture)) for picture in pictures)
    assert (told > plain) == (height >= 320)
