"""Families of which no file is published that could be tested: painted pictures, real networks, the whole way.

Card file, `load_model`, a decoded picture on a canvas of another shape, a runtime, and the family.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from tests.inference.golden.families import CLASSIFIER, GOLDENS, Golden
from tests.inference.golden.painting import BARE, BLUE, CLASS_NAMES, GREEN, PAINTINGS, RED, Painting

from camloom.detections import Detections
from camloom.errors import ModelError
from camloom.geometry import BoolArray, box_iou
from camloom.inference.base import LoadedModel
from camloom.inference.crops import CropReader
from camloom.inference.load import load_model
from camloom.inference.preprocess import on_canvas

LEAST_IOU = 0.9
POINT_PX = 6.0
"""Two px of the canvas, which is up to 2.9 times smaller than the picture."""

RUNTIMES = ("onnxruntime", "openvino")


def detect(model: LoadedModel, painting: Painting) -> Detections:
    canvas, letterbox = on_canvas(model.card.input, painting.buffer())
    outputs = model.compiled.session().run(canvas)
    found: Detections = model.family.decode(outputs, letterbox, model.card.min_confidence)
    return found


def differences(found: Detections, painting: Painting, family: str) -> list[str]:
    """Say what is not as it was painted."""
    order = np.argsort(found.class_id)
    found = found.select(order)
    things = sorted(range(len(painting.things)), key=lambda row: painting.things[row].class_id)
    wanted = [painting.things[row].class_id for row in things]
    if found.class_id.tolist() != wanted or found.class_names != CLASS_NAMES:
        return [f"found {[found.name_of(row) for row in range(len(found))]}"]
    said = []
    overlap = np.diag(box_iou(painting.boxes[things], found.xyxy))
    if overlap.min() < LEAST_IOU:
        said.append(f"boxes overlap by {overlap}")
    # A region's confidence is that of its cells, not the share of its box that it fills.
    if family != "segmentation" and np.abs(found.confidence - painting.fills[things]).max() > 0.03:
        said.append(f"confidences are {found.confidence}")
    if found.keypoints is not None:
        away_px = np.linalg.norm(found.keypoints[..., :2] - painting.points[things], axis=2)
        said += [f"points lie {away_px} px away"] if away_px.max() > POINT_PX else []
        said += ["points have no confidence"] if found.keypoints[..., 2].min() < 0.3 else []
    if found.masks is not None:
        shared = [mask_iou(*pair) for pair in zip(found.masks, painting.masks[things], strict=True)]
        said += [f"masks overlap by {shared}"] if min(shared) < LEAST_IOU else []
    return said


def mask_iou(found: BoolArray, painted: BoolArray) -> float:
    """Return the overlap of a coarse mask and a fine one; both cover the whole picture."""
    height, width = painted.shape
    fine = cv2.resize(found.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST) > 0
    return float((fine & painted).sum() / (fine | painted).sum())


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("golden", GOLDENS, ids=str)
def test_a_golden_network_finds_what_is_painted(golden: Golden, runtime: str, tmp_path: Path) -> None:
    model = load_model(str(golden.write(tmp_path)), runtime)
    assert model.runtime == runtime
    for painting in PAINTINGS:
        assert differences(detect(model, painting), painting, golden.family) == []


@pytest.mark.parametrize("golden", GOLDENS, ids=str)
def test_a_stretched_picture_is_found_again_in_its_own_shape(golden: Golden, tmp_path: Path) -> None:
    model = load_model(str(golden.write(tmp_path, fit="stretch")), "onnxruntime")
    for painting in PAINTINGS:
        assert differences(detect(model, painting), painting, golden.family) == []


@pytest.mark.parametrize("golden", GOLDENS, ids=str)
def test_where_nothing_is_painted_nothing_is_found(golden: Golden, tmp_path: Path) -> None:
    assert len(detect(load_model(str(golden.write(tmp_path)), "onnxruntime"), BARE)) == 0


@pytest.mark.parametrize("golden", [g for g in GOLDENS if g.settings.get("task") is not None], ids=str)
def test_what_the_task_asks_for_is_there(golden: Golden, tmp_path: Path) -> None:
    found = detect(load_model(str(golden.write(tmp_path)), "onnxruntime"), PAINTINGS[0])
    assert (found.keypoints is not None) == (golden.settings["task"] == "pose")
    assert (found.masks is not None) == (golden.settings["task"] == "segmentation")


def is_noticed(golden: Golden, folder: Path, **changes: Any) -> bool:
    try:
        model = load_model(str(golden.write(folder, **changes)), "onnxruntime")
    except ModelError:
        return True
    return all(differences(detect(model, painting), painting, golden.family) for painting in PAINTINGS)


@pytest.mark.parametrize(
    "changes",
    [{"colour": "BGR"}, {"mean": [0.0, 0.0, 0.0]}, {"std": [255.0, 255.0, 255.0]}, {"mean": [103.53, 116.28, 183.675]}],
)
@pytest.mark.parametrize("golden", GOLDENS[:1], ids=str)
def test_a_picture_made_in_the_wrong_way_is_noticed(golden: Golden, changes: Mapping[str, Any], tmp_path: Path) -> None:
    assert is_noticed(golden, tmp_path, **changes)


@pytest.mark.parametrize(
    ("golden", "settings"), [(golden, settings) for golden in GOLDENS for settings in golden.wrong], ids=str
)
def test_outputs_read_in_the_wrong_way_are_noticed(golden: Golden, settings: Mapping[str, Any], tmp_path: Path) -> None:
    assert is_noticed(golden.mistaken(settings), tmp_path)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_classifier_names_the_paint_of_a_crop(runtime: str, tmp_path: Path) -> None:
    reader = CropReader(load_model(str(CLASSIFIER.write(tmp_path)), runtime))
    for painting in PAINTINGS:
        said = {}
        for thing, box in zip(painting.things, painting.boxes, strict=True):
            (attribute,) = reader.read(painting.buffer(), box).attributes
            said[thing.class_id] = (attribute.name, attribute.value)
            assert attribute.confidence > 0.6
        assert said == {RED: ("paint", "red"), GREEN: ("paint", "green"), BLUE: ("paint", "blue")}


def test_a_classifier_with_colours_the_wrong_way_round_is_noticed(tmp_path: Path) -> None:
    reader = CropReader(load_model(str(CLASSIFIER.write(tmp_path, colour="BGR")), "onnxruntime"))
    painting = PAINTINGS[0]
    reading = reader.read(painting.buffer(), painting.boxes[0])
    assert [one.value for one in reading.attributes] != ["red"]
