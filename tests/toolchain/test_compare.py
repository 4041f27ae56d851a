from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.toolchain.blobs import SOUND, Damage, frames, write_card

from camloom.detections import Attribute, Detections
from camloom.errors import ModelError
from camloom.inference.base import LoadedModel, Reading
from camloom.toolchain.loading import load_card
from camloom.toolchain.verification.agreement import BoxTally, ReadingTally, match_boxes
from camloom.toolchain.verification.compare import compare_models, pair_outputs
from camloom.toolchain.verification.verify import TOLERANCES, verify


def boxes(*rows: tuple[float, ...], class_id: int = 0, confidence: float = 0.9) -> Detections:
    xyxy = np.asarray(rows, np.float32).reshape(-1, 4)
    count = len(xyxy)
    return Detections(xyxy, np.full(count, confidence, np.float32), np.full(count, class_id, np.int64), ("a", "b"))


def blobs(folder: Path, runtime: str = "onnxruntime", damage: Damage = SOUND, **changes: Any) -> LoadedModel:
    folder.mkdir(exist_ok=True)
    return load_card(str(write_card(folder, damage=damage, **changes)), runtime)


def test_boxes_are_matched_by_class_and_best_overlap_first() -> None:
    a = boxes((0, 0, 10, 10), (1, 0, 11, 10))
    b = boxes((1, 0, 11, 10))
    rows_a, rows_b = match_boxes(a, b)
    assert (rows_a.tolist(), rows_b.tolist()) == ([1], [0])
    other_class = replace(b, class_id=np.array([1]))
    assert len(match_boxes(a, other_class)[0]) == 0


def test_f1_shift_and_confidence_over_frames() -> None:
    tally = BoxTally()
    tally.add(boxes((0, 0, 10, 10), (50, 50, 60, 60)), boxes((0, 0, 10, 13), confidence=0.8))
    tally.add(boxes(), boxes((5, 5, 9, 9)))
    found = tally.result()
    assert (found.boxes_a, found.boxes_b, found.matched) == (2, 2, 1)
    assert found.f1 == pytest.approx(0.5)
    assert found.largest_shift_px == pytest.approx(3)
    assert found.largest_confidence_difference == pytest.approx(0.1, abs=1e-6)


def test_nothing_found_by_either_is_full_agreement() -> None:
    tally = BoxTally()
    tally.add(boxes(), boxes())
    assert tally.result().f1 == 1


def test_keypoints_of_matched_boxes_are_compared() -> None:
    points = np.zeros((1, 5, 3), np.float32)
    moved = points + np.array([0, 7, 0], np.float32)
    tally = BoxTally()
    tally.add(replace(boxes((0, 0, 9, 9)), keypoints=points), replace(boxes((0, 0, 9, 9)), keypoints=moved))
    assert tally.result().largest_keypoint_shift_px == 7


def test_readings_are_compared_by_what_they_say() -> None:
    red, blue = (Attribute("colour", value, 0.9, "m") for value in ("red", "blue"))
    unit = np.array([1, 0], np.float32)
    tally = ReadingTally()
    tally.add(Reading((red,), embedding=unit), Reading((replace(red, confidence=0.5),), embedding=unit))
    tally.add(Reading((red,), embedding=unit), Reading((blue,), embedding=np.array([0.6, 0.8], np.float32)))
    found = tally.result()
    assert (found.readings, found.same_attributes) == (2, 0.5)
    assert found.min_embedding_cosine == pytest.approx(0.6)


def tensors(**shapes: tuple[int, ...]) -> Mapping[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    return {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}


def test_outputs_are_paired_by_name_else_by_size_in_order() -> None:
    assert pair_outputs(tensors(x=(1, 5), y=(1, 5)), tensors(y=(1, 5), x=(1, 5))) == {"x": "x", "y": "y"}
    renamed = pair_outputs(tensors(cls=(1, 10, 2), box=(1, 10, 4), too=(1, 10, 4)), tensors(out0=(10, 2), out1=(10, 4)))
    assert renamed == {"cls": "out0", "box": "out1"}


def test_a_model_agrees_with_itself_on_two_runtimes(tmp_path: Path) -> None:
    a, b = (blobs(tmp_path, runtime) for runtime in ("onnxruntime", "openvino"))
    found = compare_models(a, b, frames(tmp_path))
    assert found.boxes is not None
    assert (found.frames, found.boxes.boxes_a, found.boxes.f1) == (4, 24, 1)
    assert found.boxes.largest_shift_px < 0.01
    assert found.max_abs < 1e-3
    assert found.min_cosine > 0.99999
    assert "onnxruntime" in found.a
    assert verify(a, b, frames(tmp_path)).agrees


def test_moved_boxes_are_beyond_tolerance_and_say_by_how_much(tmp_path: Path) -> None:
    a, b = blobs(tmp_path / "a"), blobs(tmp_path / "b", damage=Damage(shift_px=1))
    found = verify(a, b, frames(tmp_path))
    assert found.comparison.boxes is not None
    assert found.comparison.boxes.largest_shift_px == pytest.approx(2, abs=0.1)  # 1 px of the canvas, 2 of the picture
    assert not found.agrees
    assert any("moved by 2.0 px" in problem for problem in found.problems)
    assert verify(a, b, frames(tmp_path), level="half").agrees


def test_outputs_are_judged_when_there_is_no_box_to_judge(tmp_path: Path) -> None:
    a = blobs(tmp_path / "a", damage=Damage(gain=0.0001), min_confidence=0.9)
    b = blobs(tmp_path / "b", damage=Damage(gain=0.0001, shift_px=60), min_confidence=0.9)
    found = verify(a, b, frames(tmp_path))
    assert any("cosine" in problem for problem in found.problems)
    assert any("neither found anything" in note for note in found.notes)


def test_a_limit_of_the_users_own_replaces_that_of_the_level(tmp_path: Path) -> None:
    a, b = blobs(tmp_path / "a"), blobs(tmp_path / "b", damage=Damage(shift_px=1))
    found = verify(a, b, frames(tmp_path), max_shift_px=3.0)
    assert found.agrees
    assert found.tolerance.min_f1 == TOLERANCES["fp32"].min_f1


def test_the_coarser_arithmetic_decides_the_tolerance(tmp_path: Path) -> None:
    a, b = blobs(tmp_path / "a"), blobs(tmp_path / "b", precision="int8")
    assert verify(a, b, frames(tmp_path)).level == "int8"


def test_strangers_and_nothing_to_look_at_are_refused(tmp_path: Path) -> None:
    a, b = blobs(tmp_path / "a"), blobs(tmp_path / "b", class_names=["car"])
    with pytest.raises(ModelError, match="find different things"):
        compare_models(a, b, [])
    with pytest.raises(ModelError, match="no frame"):
        compare_models(a, a, [])


def test_a_nan_on_one_side_is_no_agreement(tmp_path: Path) -> None:
    good, bad = blobs(tmp_path / "a"), blobs(tmp_path / "b", damage=Damage(shift_px=float("nan")))
    found = compare_models(good, bad, frames(tmp_path))
    assert found.max_abs == np.inf
    assert found.min_cosine == 0
