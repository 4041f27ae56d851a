"""What the families for crops make of outputs whose answer is known."""

import math
from typing import Any

import numpy as np
import pytest

from camloom import plugins
from camloom.errors import ModelError
from camloom.geometry import FloatArray
from camloom.inference.base import CropModel
from camloom.inference.card import InputSpec, ModelCard
from camloom.inference.models.values import probabilities
from camloom.inference.preprocess import Letterbox

COLOURS = ("white", "red", "blue")


def family(name: str, options: dict[str, Any] | None = None, **changes: Any) -> CropModel:
    card = ModelCard(
        name="tested",
        task="attributes",
        family=name,
        input=InputSpec(width=80, height=160, fit="stretch"),
        options=options or {},
        licence="Apache-2.0",
        files={"any": "none.onnx"},
        **changes,
    )
    made: CropModel = plugins.load("models", name)(card)
    return made


@pytest.fixture
def halved() -> Letterbox:
    """Return the placing of a 40 x 80 crop on the canvas of 80 x 160: one source px is two of the canvas."""
    return Letterbox(80, 160, 0, 0, 80, 160, 40, 80, 114)


def array(*values: float) -> FloatArray:
    return np.array(values, np.float32)


def test_families_say_which_attributes_they_may_say() -> None:
    heads = {"labels": [{"name": "has_hat"}], "heads": [{"attribute": "colour", "values": ["red", "blue"]}]}
    cases: list[tuple[Any, dict[str, tuple[str, ...]]]] = [
        (family("classifier", {"attribute": "colour"}, class_names=COLOURS), {"colour": COLOURS}),
        (family("attributes", heads), {"has_hat": ("yes", "no"), "colour": ("red", "blue")}),
        (family("plate_text", {"alphabet": "AB"}), {"plate": ()}),
    ]
    assert [made.says for made, _ in cases] == [said for _, said in cases]


@pytest.mark.parametrize("shape", [(1, 3), (3,), (1, 3, 1, 1), (1, 1, 1, 3)])
def test_a_classifier_says_the_best_name(halved: Letterbox, shape: tuple[int, ...]) -> None:
    model = family("classifier", {"attribute": "colour"}, class_names=COLOURS)
    model.check({"prob": shape})
    reading = model.read({"prob": array(0.1, 0.7, 0.2).reshape(shape)}, halved)
    assert [(one.name, one.value, one.model) for one in reading.attributes] == [("colour", "red", "tested")]
    assert reading.attributes[0].confidence == pytest.approx(0.7)
    assert reading.embedding is None
    assert reading.keypoints is None


def test_a_classifier_takes_logits_for_what_they_are(halved: Letterbox) -> None:
    model = family("classifier", class_names=COLOURS)
    (said,) = model.read({"logits": array(0, 2, 0)[None]}, halved).attributes
    assert (said.name, said.value) == ("class", "red")
    assert said.confidence == pytest.approx(math.exp(2) / (math.exp(2) + 2), abs=1e-6)


def test_a_classifier_skips_the_background(halved: Letterbox) -> None:
    model = family("classifier", {"first_class": 1}, class_names=COLOURS)
    (said,) = model.read({"prob": array(0.5, 0.1, 0.4, 0)[None]}, halved).attributes
    assert said.value == "red"
    assert said.confidence == pytest.approx(0.4)


@pytest.mark.parametrize("scores", [(0.34, 0.33, 0.33), (math.nan, 1, 0), (math.inf, 0, 0)])
def test_a_classifier_that_is_not_sure_says_nothing(halved: Letterbox, scores: tuple[float, ...]) -> None:
    model = family("classifier", class_names=COLOURS, min_confidence=0.5)
    assert model.read({"prob": array(*scores)[None]}, halved).attributes == ()


def test_a_classifier_without_names_is_refused() -> None:
    with pytest.raises(ModelError, match="class_names"):
        family("classifier")


def test_labels_are_there_or_not_by_their_own_threshold(halved: Letterbox) -> None:
    labels = [{"name": "has_hat"}, {"name": "has_bag", "threshold": 0.8}, {"name": "is_male"}]
    model = family("attributes", {"labels": labels})
    model.check({"points": (1, 2, 1, 1), "labels": (1, 3, 1, 1)})
    outputs = {"points": np.zeros((1, 2, 1, 1), np.float32), "labels": array(0.9, 0.7, 0.5).reshape(1, 3, 1, 1)}
    said = model.read(outputs, halved).attributes
    assert [(one.name, one.value) for one in said] == [("has_hat", "yes"), ("has_bag", "no"), ("is_male", "yes")]
    assert [one.confidence for one in said] == pytest.approx([0.9, 0.3, 0.5])


def test_labels_may_be_logits_and_broken_ones_are_left_out(halved: Letterbox) -> None:
    model = family("attributes", {"labels": [{"name": "a"}, {"name": "b"}], "label_scores": "logits"})
    (said,) = model.read({"out": array(math.log(3), math.nan)[None]}, halved).attributes
    assert (said.name, said.value) == ("a", "yes")
    assert said.confidence == pytest.approx(0.75)


def test_each_head_chooses_one_value(halved: Letterbox) -> None:
    heads = [
        {"attribute": "type", "values": ["car", "van", "truck"], "output": "type"},
        {"attribute": "colour", "values": list(COLOURS), "output": "color"},
    ]
    model = family("attributes", {"heads": heads})
    model.check({"color": (1, 3, 1, 1), "type": (1, 3, 1, 1)})
    said = model.read({"color": array(0, 0.2, 0.8)[None], "type": array(0.6, 0.3, 0.1)[None]}, halved).attributes
    assert [(one.name, one.value) for one in said] == [("type", "car"), ("colour", "blue")]


def test_heads_without_a_name_are_found_by_their_size(halved: Letterbox) -> None:
    model = family("attributes", {"heads": [{"attribute": "colour", "values": list(COLOURS)}]})
    said = model.read({"two": array(1, 0)[None], "three": array(0, 9, 0)[None]}, halved).attributes
    assert [one.value for one in said] == ["red"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "labels or heads"),
        ({"labels": [{"name": "a"}, {"name": "a"}]}, "one name"),
        ({"labels": [{"name": "a", "threshold": 2}]}, "threshold"),
        ({"label": []}, "unknown key"),
    ],
)
def test_attribute_cards_that_say_nothing_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ModelError, match=words):
        family("attributes", options)


@pytest.mark.parametrize("shape", [(1, 4), (4,), (1, 4, 1, 1), (1, 1, 1, 4)])
def test_an_embedding_has_unit_length(halved: Letterbox, shape: tuple[int, ...]) -> None:
    model = family("embedder")
    model.check({"vector": shape})
    reading = model.read({"vector": array(3, 0, 4, 0).reshape(shape)}, halved)
    assert reading.embedding is not None
    assert reading.embedding.dtype == np.float32
    np.testing.assert_allclose(reading.embedding, [0.6, 0, 0.8, 0], atol=1e-6)


@pytest.mark.parametrize("values", [(0, 0, 0), (math.nan, 1, 1), (math.inf, 1, 1)])
def test_a_vector_without_direction_is_no_embedding(halved: Letterbox, values: tuple[float, ...]) -> None:
    assert family("embedder").read({"vector": array(*values)[None]}, halved).embedding is None


def test_an_embedding_does_not_change_with_the_output_it_came_from(halved: Letterbox) -> None:
    output = array(3, 4)[None]
    reading = family("embedder").read({"vector": output}, halved)
    output[:] = 0
    assert reading.embedding is not None
    np.testing.assert_allclose(reading.embedding, [0.6, 0.8], atol=1e-6)


@pytest.mark.parametrize("shape", [(1, 4), (1, 2, 2), (1, 4, 1, 1)])
def test_landmarks_come_back_in_px_of_the_crop(halved: Letterbox, shape: tuple[int, ...]) -> None:
    model = family("landmarks", {"points": 2})
    model.check({"points": shape})
    reading = model.read({"points": array(0.5, 0.25, 1, 0).reshape(shape)}, halved)
    assert reading.keypoints is not None
    np.testing.assert_allclose(reading.keypoints, [[20, 20, 1], [40, 0, 1]], atol=1e-4)


def test_landmarks_may_be_px_with_a_confidence(halved: Letterbox) -> None:
    model = family("landmarks", {"columns": 3, "unit": "px"}, keypoint_names=("nose", "chin"))
    reading = model.read({"points": array(40, 40, 0.5, math.nan, 0, 0.9)[None]}, halved)
    assert reading.keypoints is not None
    np.testing.assert_allclose(reading.keypoints, np.array([[20, 20, 0.5], [0, 0, 0]]), atol=1e-4)


@pytest.mark.parametrize(
    ("name", "options", "shapes"),
    [
        ("classifier", {}, {"prob": (1, 7)}),
        ("classifier", {"output": "other"}, {"prob": (1, 3)}),
        ("attributes", {"labels": [{"name": "a"}]}, {"out": (1, 8)}),
        ("embedder", {}, {"boxes": (1, 100, 4)}),
        ("embedder", {"size": 256}, {"vector": (1, 128)}),
        ("embedder", {}, {"vector": (1, 1)}),
        ("landmarks", {}, {"points": (1, 8)}),
        ("landmarks", {}, {}),
    ],
)
def test_outputs_of_something_else_are_refused_in_one_line(
    name: str, options: dict[str, Any], shapes: dict[str, tuple[int, ...]]
) -> None:
    model = family(name, options, class_names=COLOURS if name == "classifier" else ())
    with pytest.raises(ModelError, match="does not fit its card 'tested'") as error:
        model.check(shapes)
    assert "\n" not in str(error.value)


def test_sizes_known_only_at_run_time_are_accepted() -> None:
    family("classifier", class_names=COLOURS).check({"prob": (-1, -1)})
    family("embedder").check({"vector": (-1, 128)})
    family("embedder").check({"vector": (-1, -1)})
    family("landmarks").check({"points": (-1, -1)})


def test_probabilities_stay_what_they_are() -> None:
    given = array(0.25, 0.75)
    np.testing.assert_array_equal(probabilities(given), given)
    np.testing.assert_allclose(probabilities(array(0.1, 0.2)).sum(), 1, atol=1e-6)
