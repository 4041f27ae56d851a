"""Published models of crops on real pictures."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from camloom import plugins
from camloom.geometry import FloatArray
from camloom.inference.base import LoadedModel
from camloom.inference.card import ModelCard
from camloom.inference.crops import CropReader
from camloom.sources.decode import AvFrameBuffer

FileFinder = Callable[[str], Path]

pytestmark = pytest.mark.mirror

IMAGENET_MEAN, IMAGENET_STD = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)


def reader_of(path: Path, runtime: str, **card: Any) -> CropReader:
    full = ModelCard.model_validate(
        {"name": "tested", "licence": "see the mirror's manifest", "files": {runtime: path.name}, **card}
    )
    compiled = plugins.load_available("runtimes", runtime)().compile(path, full, workers=1)
    family = plugins.load("models", full.family)(full)
    family.check(compiled.output_shapes)
    return CropReader(LoadedModel(full, family, compiled, runtime))


def frames_of(path: Path, wanted: set[int]) -> Iterator[tuple[int, AvFrameBuffer]]:
    with av.open(str(path)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if index in wanted:
                yield index, AvFrameBuffer(frame)
            if index >= max(wanted):
                return


def auc(same: FloatArray, different: FloatArray) -> float:
    """Return how often a pair of one person is more alike than a pair of two: the area under the ROC curve."""
    return float(np.mean(same[:, None] > different[None, :]))


@pytest.mark.parametrize(
    ("file", "runtime", "spec"),
    [
        (
            "osnet_x0_25_msmt17.onnx",
            "onnxruntime",
            {"colour": "RGB", "mean": IMAGENET_MEAN, "std": IMAGENET_STD},
        ),
        (
            "osnet_x0_25_msmt17.onnx",
            "openvino",
            {"colour": "RGB", "mean": IMAGENET_MEAN, "std": IMAGENET_STD},
        ),
        ("person-reidentification-retail-0288.onnx", "onnxruntime", {"layout": "NHWC"}),
    ],
)
def test_crops_of_one_person_are_more_alike_than_of_two(
    mirrored: FileFinder, file: str, runtime: str, spec: dict[str, Any]
) -> None:
    sizes = {"width": 128, "height": 256, "fit": "stretch"}
    path = mirrored(f"models/{file}")
    reader = reader_of(path, runtime, task="embedding", family="embedder", input={**sizes, **spec})
    truth = np.loadtxt(mirrored("labels/pets09/gt.txt"), delimiter=",")
    people, vectors = [], []
    for index, buffer in frames_of(mirrored("videos/odoc_vtest.avi"), set(range(0, 795, 60))):
        for row in truth[truth[:, 0] == index + 1]:
            xyxy = np.hstack((row[2:4], row[2:4] + row[4:6])).astype(np.float32)
            people.append((int(row[1]), index))
            vectors.append(reader.read(buffer, xyxy).embedding)
    assert all(vector is not None for vector in vectors)
    alike = np.array(vectors) @ np.array(vectors).T
    who, when = np.array(people).T
    pair = when[:, None] < when[None, :]
    is_same = who[:, None] == who[None, :]
    assert auc(alike[pair & is_same], alike[pair & ~is_same]) > 0.8
