"""Published detectors that cannot be shipped find the people that the truth names, on every runtime that reads them."""

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from camloom import plugins
from camloom.detections import Detections
from camloom.frame import FrameBuffer
from camloom.geometry import FloatArray, box_iou
from camloom.inference.card import ModelCard, read_card
from camloom.inference.preprocess import Letterbox
from camloom.sources.reading.decode import AvFrameBuffer

FRAME = 400
CARDS = Path(__file__).parent.parent / "cards"
FileFinder = Callable[[str], Path]
Street = tuple[FrameBuffer, FloatArray]

# How many of the people on that frame a card must find: small models miss those behind others.
DETECTORS = {
    "yolov8n-int8-onnx": 0.75,
    "yolov8n-int8-tflite": 0.75,
    "yolo11n-int8-tflite": 0.6,
    "yolov5n-fp16-tflite": 0.75,
    "fastestdet": 0.5,
    "light-person-detector": 0.5,
    "yolo-fastest": 0.4,
    "mobilenetv2-yolov3-nano": 0.4,
}

pytestmark = [pytest.mark.mirror, pytest.mark.slow]


@pytest.fixture(scope="module")
def street(mirrored: FileFinder) -> Street:
    """Return a frame of people on a campus and the boxes of all of them."""
    with av.open(str(mirrored("videos/odoc_vtest.avi"))) as container:
        picture = next(frame for index, frame in enumerate(container.decode(video=0)) if index == FRAME)
    table = np.loadtxt(mirrored("labels/pets09/gt.txt"), delimiter=",")
    rows = table[table[:, 0] == FRAME + 1]
    return AvFrameBuffer(picture), np.hstack((rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6])).astype(np.float32)


def detect(card: ModelCard, path: Path, runtime: str, buffer: FrameBuffer) -> Detections:
    compiled = plugins.load_available("runtimes", runtime)().compile(path, card, workers=1)
    family = plugins.load("models", card.family)(card)
    family.check(compiled.output_shapes)
    letterbox = Letterbox.fit(card.input, buffer.width, buffer.height)
    canvas = letterbox.new_canvas()
    letterbox.fill(canvas, buffer)
    found: Detections = family.decode(compiled.session().run(canvas), letterbox, card.min_confidence)
    return found


def pairs() -> list[tuple[str, str]]:
    cards = {name: read_card(CARDS / f"{name}.yaml") for name in DETECTORS}
    return [(name, runtime) for name, card in cards.items() for runtime in card.files]


@pytest.mark.parametrize(("name", "runtime"), pairs())
def test_people_are_found_where_they_are(mirrored: FileFinder, street: Street, name: str, runtime: str) -> None:
    card = read_card(CARDS / f"{name}.yaml")
    buffer, truth = street
    found = detect(card, mirrored(card.files[runtime]), runtime, buffer)
    people = found.xyxy[[found.name_of(row) == "person" for row in range(len(found))]]
    best = box_iou(truth, people).max(axis=1, initial=0.0)
    assert np.mean(best >= 0.5) >= DETECTORS[name]
    assert len(people) <= len(truth) + 2


def test_px_and_shares_are_told_apart_without_the_cards_help(mirrored: FileFinder, street: Street) -> None:
    for name in ("yolov8n-int8-onnx", "yolov8n-int8-tflite"):
        card = read_card(CARDS / f"{name}.yaml")
        told = detect(card, mirrored(card.files["openvino"]), "openvino", street[0])
        guessed = detect(
            card.model_copy(update={"options": {}}), mirrored(card.files["openvino"]), "openvino", street[0]
        )
        assert len(told) > 0
        np.testing.assert_allclose(guessed.xyxy, told.xyxy)
