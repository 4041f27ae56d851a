"""Detectors that the package registries carry find the people that the truth names."""

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from camloom.frame import FrameBuffer
from camloom.geometry import FloatArray, box_iou
from camloom.inference.load import load_model
from camloom.inference.preprocess import on_canvas
from camloom.sources.reading.decode import AvFrameBuffer
from camloom.toolchain.importing.convert import readable

FRAME = 400
CARDS = Path(__file__).parent.parent / "cards"
FileFinder = Callable[[str], Path]
Street = tuple[FrameBuffer, FloatArray]

pytestmark = [pytest.mark.mirror, pytest.mark.slow, pytest.mark.slow]


@pytest.fixture(scope="module")
def street(mirrored: FileFinder) -> Street:
    """Return a frame of people on a campus and the boxes of all of them."""
    with av.open(str(mirrored("videos/odoc_vtest.avi"))) as container:
        picture = next(frame for index, frame in enumerate(container.decode(video=0)) if index == FRAME)
    table = np.loadtxt(mirrored("labels/pets09/gt.txt"), delimiter=",")
    rows = table[table[:, 0] == FRAME + 1]
    return AvFrameBuffer(picture), np.hstack((rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6])).astype(np.float32)


def people_found(card: str, runtime: str, street: Street) -> tuple[float, int]:
    """Return the share of the people that a card finds, and how many boxes of people there are in excess of them."""
    buffer, truth = street
    model = load_model(card, runtime)
    canvas, letterbox = on_canvas(model.card.input, buffer)
    found = model.family.decode(model.compiled.session().run(canvas), letterbox, model.card.min_confidence)
    people = found.xyxy[[found.name_of(row) == "person" for row in range(len(found))]]
    best = box_iou(truth, people).max(axis=1, initial=0.0)
    return float(np.mean(best >= 0.5)), len(people) - len(truth)


@pytest.mark.parametrize(
    ("card", "runtime"),
    [("objectron-ssd", "openvino"), ("objectron-ssd", "litert"), ("pedestrian-ssdlite", "openvino")],
)
def test_built_in_cards_find_people_where_they_are(street: Street, card: str, runtime: str) -> None:
    share, excess = people_found(card, runtime, street)
    assert share >= 0.75
    assert excess <= 2


def test_centernet_finds_people_where_they_are(mirrored: FileFinder, street: Street, tmp_path: Path) -> None:
    converted = readable(mirrored("models/centernet.json"), tmp_path)
    card = tmp_path / "centernet.yaml"
    text = (CARDS / "centernet.yaml").read_text(encoding="utf-8")
    card.write_text(text.replace("models/centernet.xml", converted.name), encoding="utf-8")
    share, excess = people_found(str(card), "openvino", street)
    assert share >= 0.75
    assert excess <= 2
