"""Which family reads which golden network, and with what card."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from tests.inference.golden import networks
from tests.inference.golden.networks import CELL, COEFFICIENTS, HEIGHT, MEAN, STD, WIDTH, Head, Net, look
from tests.inference.golden.painting import CLASS_NAMES

KEYPOINT_NAMES = ("upper left", "lower right", "centre of mass")
_POSE = {"task": "pose", "keypoint_names": list(KEYPOINT_NAMES)}
_MASKS = {"task": "segmentation"}


@dataclass(frozen=True, slots=True)
class Golden:
    """A golden network and its card.

    Attributes:
        name: of the card.
        settings: of the card, beside those that all have.
        wrong: settings that are wrong for it, of which each must be noticed.
    """

    name: str
    family: str
    head: Head
    settings: Mapping[str, Any] = field(default_factory=dict)
    wrong: tuple[Mapping[str, Any], ...] = ()

    def __str__(self) -> str:
        return self.name

    def write(self, folder: Path, **changes: Any) -> Path:
        """Write network and card and return the card's path; `changes` are settings of its input."""
        net = Net()
        net.save(folder / f"{self.name}.onnx", self.head(net, look(net)))
        card = {
            "name": self.name,
            "family": self.family,
            "class_names": list(CLASS_NAMES),
            "precision": "fp32",
            "min_confidence": 0.3,
            "licence": "made for tests",
            "files": {"any": f"{self.name}.onnx"},
            **self.settings,
            "input": {**INPUT, **changes},
        }
        path = folder / f"{self.name}.yaml"
        path.write_text(yaml.safe_dump(card), encoding="utf-8")
        return path

    def mistaken(self, settings: Mapping[str, Any]) -> "Golden":
        """Return it with a card that is wrong."""
        return Golden(self.name, self.family, self.head, {**self.settings, **settings})


INPUT = {"width": WIDTH, "height": HEIGHT, "colour": "RGB", "mean": list(MEAN), "std": list(STD), "pad": "center"}


def _options(**options: Any) -> dict[str, Any]:
    return {"options": options}


GOLDENS = (
    Golden(
        "yolov8-pose",
        "yolov8",
        networks.yolo_pose,
        {**_POSE, **_options(keypoint_values=3)},
        (_options(units="share"),),
    ),
    Golden(
        "yolov8-masks",
        "yolov8",
        networks.yolo_masks,
        {**_MASKS, **_options(mask_coefficients=COEFFICIENTS)},
        (_options(units="share", mask_coefficients=COEFFICIENTS),),
    ),
    Golden("yolo-end2end", "yolo_end2end", networks.finished_rows, {}, (_options(units="share"),)),
    Golden(
        "yolo-end2end-pose",
        "yolo_end2end",
        networks.finished_pose,
        {**_POSE, **_options(keypoint_values=2)},
        (_options(units="px", keypoint_values=2),),
    ),
    Golden(
        "yolo-end2end-masks",
        "yolo_end2end",
        networks.finished_masks,
        {**_MASKS, **_options(mask_coefficients=COEFFICIENTS)},
        (_options(units="share", mask_coefficients=COEFFICIENTS),),
    ),
    Golden(
        "centernet",
        "centernet",
        networks.centernet,
        _options(stride=CELL, first_class=1, units="px"),
        (_options(first_class=1, units="px"), _options(stride=CELL, units="px")),
    ),
    Golden("detr-sigmoid", "detr", networks.detr_sigmoid, {}, (_options(scores="none"),)),
    Golden("detr-softmax", "detr", networks.detr_softmax, _options(scores="softmax"), (_options(scores="sigmoid"),)),
    Golden(
        "faster-rcnn",
        "faster_rcnn",
        networks.faster_rcnn,
        {},
        (_options(first_class=0), _options(units="share"), _options(order="yxyx")),
    ),
    Golden(
        "tensorflow-rcnn",
        "faster_rcnn",
        networks.tensorflow_rcnn,
        _options(units="share", order="yxyx"),
        (_options(units="share"), _options(order="yxyx")),
    ),
    Golden("scores-map", "segmentation", networks.class_scores_map, _MASKS, (_options(first_class=0),)),
    Golden(
        "number-map",
        "segmentation",
        networks.class_number_map,
        {**_MASKS, **_options(output="class_map")},
        (_options(output="class_map", first_class=0),),
    ),
)
"""Families that look at whole pictures."""

CLASSIFIER = Golden(
    "paint-classifier",
    "classifier",
    networks.class_of_all,
    {"task": "classification", **_options(attribute="paint")},
)
