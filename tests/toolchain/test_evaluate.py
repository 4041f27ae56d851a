"""A model on labelled pictures: what it finds is compared with what is there, by the names of the classes."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from camloom.detections import Detections
from camloom.errors import ConfigError, ModelError
from camloom.inference.base import LoadedModel
from camloom.toolchain.datasets import Dataset, Labels, read_dataset
from camloom.toolchain.datasets.labels import Box
from camloom.toolchain.evaluation.classes import share_classes
from camloom.toolchain.evaluation.evaluate import evaluate

MovingClip = Callable[..., Path]
FRAMES = 12


@pytest.fixture
def clip_data(tmp_path: Path, moving_clip: MovingClip) -> Dataset:
    """Return a clip of a bright square and the truth about it."""
    clip = moving_clip(frames=FRAMES)
    rows = [f"{n + 1},1,{round(280 * n / (FRAMES - 1))},120,40,60,1,-1,-1,-1" for n in range(FRAMES)]
    truth = tmp_path / "gt.txt"
    truth.write_text("\n".join(rows), encoding="utf-8")
    return read_dataset(truth, pictures=str(clip))


def test_a_model_that_finds_everything_reaches_one(blob_model: LoadedModel, clip_data: Dataset) -> None:
    steps: list[tuple[int, int]] = []
    result = evaluate(
        blob_model, clip_data, {"person": "box"}, progress=lambda done, total: steps.append((done, total))
    )
    assert (result.pictures, result.objects, result.problem_count) == (FRAMES, FRAMES, 0)
    assert result.coco.ap50 == pytest.approx(1)
    assert result.voc_ap50 == {"box": pytest.approx(1)}
    assert (result.coco.ap or 0) > 0.8
    assert steps[-1] == (FRAMES, FRAMES)
    assert result.summary()["ap50_by_class"] == {"box": pytest.approx(1)}


def test_what_is_not_there_is_missed(blob_model: LoadedModel, clip_data: Dataset) -> None:
    ghost = Labels.of([Box((5, 5, 45, 65), 0)])
    pictures = tuple(
        replace(picture, labels=ghost) if index % 2 else picture for index, picture in enumerate(clip_data.pictures)
    )
    result = evaluate(blob_model, replace(clip_data, pictures=pictures), {"person": "box"})
    assert (result.coco.ap50 or 1) < 0.6
    assert result.coco.recall_100 == pytest.approx(0.5, abs=0.1)


def test_a_broken_picture_is_left_out_and_counted(blob_model: LoadedModel, clip_data: Dataset, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff nothing")
    pictures = (replace(clip_data.pictures[0], path=broken, frame=None), *clip_data.pictures)
    result = evaluate(blob_model, replace(clip_data, pictures=pictures), {"person": "box"})
    assert (result.pictures, result.problem_count) == (FRAMES, 1)
    assert "broken.jpg" in result.problems[0]


def test_nothing_in_common_is_refused(blob_model: LoadedModel, clip_data: Dataset) -> None:
    with pytest.raises(ConfigError, match=r"the model finds box; the data set has person.*--map"):
        evaluate(blob_model, clip_data)


def test_a_model_of_crops_has_no_boxes_to_compare(blob_model: LoadedModel, clip_data: Dataset) -> None:
    reader = replace(blob_model, card=blob_model.card.model_copy(update={"task": "embedding"}))
    with pytest.raises(ModelError, match="'blob' is for embedding"):
        evaluate(reader, clip_data)


# Names.


def test_classes_are_shared_by_name_however_they_are_written() -> None:
    shared = share_classes(("person", "cell phone", "airplane", "boat"), ("Aeroplane", "pedestrian", "cell_phone"))
    assert shared.names == ("person", "cell phone", "airplane")
    assert shared.of_model.tolist() == [0, 1, 2, -1]
    assert shared.of_data.tolist() == [2, 0, 1]


def test_several_classes_of_the_data_may_be_one_of_the_model() -> None:
    shared = share_classes(("vehicle", "person"), ("car", "bus", "dog"), {"car": "vehicle", "bus": "vehicle"})
    assert (shared.names, shared.of_data.tolist()) == (("vehicle",), [0, 0, -1])
    labels = shared.true(Labels.of([Box((0, 0, 9, 9), index) for index in range(3)]))
    assert labels.class_id.tolist() == [0, 0]
    boxes = np.array([[0, 0, 9, 9]] * 2, np.float32)
    seen = Detections(boxes, np.ones(2, np.float32), np.array([1, 0]), ("vehicle", "person"))
    assert shared.found(seen).class_id.tolist() == [0]


@pytest.mark.parametrize("renamed", [{"truck": "vehicle"}, {"car": "lorry"}])
def test_a_name_that_nobody_knows_is_refused(renamed: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="has no class"):
        share_classes(("vehicle",), ("car",), renamed)
