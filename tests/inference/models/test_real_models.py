"""Published models on a real frame find the people that the truth names."""

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from camloom import plugins
from camloom.detections import Detections
from camloom.frame import FrameBuffer
from camloom.geometry import FloatArray, box_iou
from camloom.inference.library import find_card
from camloom.inference.preprocess import Letterbox
from camloom.sources.reading.decode import AvFrameBuffer

FRAME = 400
FileFinder = Callable[[str], Path]

pytestmark = [pytest.mark.mirror, pytest.mark.slow]


@pytest.fixture(scope="module")
def street(mirrored: FileFinder) -> tuple[FrameBuffer, FloatArray]:
    """Return a frame of people on a campus and the boxes of all of them."""
    with av.open(str(mirrored("videos/odoc_vtest.avi"))) as container:
        picture = next(frame for index, frame in enumerate(container.decode(video=0)) if index == FRAME)
    table = np.loadtxt(mirrored("labels/pets09/gt.txt"), delimiter=",")
    rows = table[table[:, 0] == FRAME + 1]
    return AvFrameBuffer(picture), np.hstack((rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6])).astype(np.float32)


def detect(path: Path, card_name: str, runtime: str, buffer: FrameBuffer) -> Detections:
    card, _ = find_card(card_name)
    compiled = plugins.load_available("runtimes", runtime)().compile(path, card, workers=1)
    family = plugins.load("models", card.family)(card)
    family.check(compiled.output_shapes)
    letterbox = Letterbox.fit(card.input, buffer.width, buffer.height)
    canvas = letterbox.new_canvas()
    letterbox.fill(canvas, buffer)
    found: Detections = family.decode(compiled.session().run(canvas), letterbox, card.min_confidence)
    return found


@pytest.mark.parametrize(
    ("card_name", "file", "runtime"),
    [
        ("yolox-nano", "yolox_nano.onnx", "openvino"),
        ("yolox-nano", "yolox_nano.onnx", "onnxruntime"),
        ("pvb-2000", "omz/FP16/person-vehicle-bike-detection-2000.xml", "openvino"),
        ("pvb-2002", "omz/FP16/person-vehicle-bike-detection-2002.xml", "openvino"),
        ("pvb-2003", "omz/FP16/person-vehicle-bike-detection-2003.xml", "openvino"),
        ("pvb-2004", "omz/FP16-INT8/person-vehicle-bike-detection-2004.xml", "openvino"),
        ("pvb-crossroad-0078", "omz/FP16-INT8/person-vehicle-bike-detection-crossroad-0078.xml", "openvino"),
    ],
)
def test_people_are_found_where_they_are(
    mirrored: FileFinder, street: tuple[FrameBuffer, FloatArray], card_name: str, file: str, runtime: str
) -> None:
    buffer, truth = street
    found = detect(mirrored(f"models/{file}"), card_name, runtime, buffer)
    people = found.xyxy[[found.name_of(row) == "person" for row in range(len(found))]]
    best = box_iou(truth, people).max(axis=1)
    assert np.mean(best >= 0.5) >= 0.75
    assert len(people) <= len(truth) + 2


def test_a_family_with_eight_bins_reads_the_nanodet_of_its_publisher(
    mirrored: FileFinder, street: tuple[FrameBuffer, FloatArray], tmp_path: Path
) -> None:
    card, _ = find_card("nanodet")
    own = tmp_path / "nanodet-m.yaml"
    options = {"strides": [8, 16, 32], "bins": 8}
    own.write_text(card.model_copy(update={"options": options}).model_dump_json(), encoding="utf-8")
    buffer, truth = street
    found = detect(mirrored("models/nanodet_m_416.onnx"), str(own), "onnxruntime", buffer)
    best = box_iou(truth, found.xyxy[found.class_id == 0]).max(axis=1)
    assert np.mean(best >= 0.5) >= 0.75
