"""Brings the class names of a data set and of a model together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from camloom.detections import Detections, IntArray
from camloom.errors import ConfigError
from camloom.toolchain.datasets.labels import Labels

# The same things under the names of COCO, Pascal VOC and the makers of models for streets.
_SAME = {
    "aeroplane": "airplane",
    "bike": "bicycle",
    "cellphone": "cell phone",
    "diningtable": "dining table",
    "motorbike": "motorcycle",
    "mobile phone": "cell phone",
    "pedestrian": "person",
    "people": "person",
    "pottedplant": "potted plant",
    "sofa": "couch",
    "tvmonitor": "tv",
}


@dataclass(frozen=True, slots=True)
class SharedClasses:
    """The classes that both a model and a data set know.

    Attributes:
        names: of these classes, as the model writes them.
        of_model: (C,) number among `names` of each class of the model; -1: not shared.
        of_data: (D,) the same for the data set.
    """

    names: tuple[str, ...]
    of_model: IntArray
    of_data: IntArray

    def found(self, detections: Detections) -> Detections:
        """Return what was found of these classes, under their numbers."""
        class_id = self.of_model[detections.class_id]
        kept = class_id >= 0
        return Detections(detections.xyxy[kept], detections.confidence[kept], class_id[kept], self.names)

    def true(self, labels: Labels) -> Labels:
        """Return what is marked of these classes, under their numbers."""
        class_id = self.of_data[labels.class_id]
        return labels.with_classes(class_id).select(class_id >= 0)


def share_classes(
    model_names: Sequence[str], data_names: Sequence[str], renamed: Mapping[str, str] | None = None
) -> SharedClasses:
    """Find the classes that a model and a data set share, by name.

    Args:
        model_names, data_names: class names of both.
        renamed: names of the data set -> names of the model, where they differ; several may become one.

    Raises:
        ConfigError: they share none, or `renamed` says something that neither knows.
    """
    renamed = renamed or {}
    _refuse_unknown(renamed, model_names, data_names)
    model_keys = {_key(name): index for index, name in reversed(list(enumerate(model_names)))}
    meant = [model_keys.get(_key(renamed.get(name, name)), -1) for name in data_names]
    shared = sorted({index for index in meant if index >= 0})
    if not shared:
        raise ConfigError(
            f"the model finds {_some(model_names)}; the data set has {_some(data_names)}: nothing in common",
            "Say which is which: --map vehicle=car",
        )
    number = {index: place for place, index in enumerate(shared)}
    return SharedClasses(
        names=tuple(model_names[index] for index in shared),
        of_model=np.array([number.get(index, -1) for index in range(len(model_names))], np.int64),
        of_data=np.array([number.get(index, -1) for index in meant], np.int64),
    )


def _refuse_unknown(renamed: Mapping[str, str], model_names: Sequence[str], data_names: Sequence[str]) -> None:
    for data_name, model_name in renamed.items():
        if data_name not in data_names:
            raise ConfigError(f"the data set has no class '{data_name}'", f"It has {_some(data_names)}")
        if _key(model_name) not in map(_key, model_names):
            raise ConfigError(f"the model has no class '{model_name}'", f"It finds {_some(model_names)}")


def _key(name: str) -> str:
    plain = " ".join(name.lower().replace("_", " ").replace("-", " ").split())
    return _SAME.get(plain, plain)


def _some(names: Sequence[str], most: int = 6) -> str:
    shown = ", ".join(names[:most])
    return f"{shown}, ... ({len(names)})" if len(names) > most else shown
