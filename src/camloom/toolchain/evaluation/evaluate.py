"""How right a detector is on labelled pictures."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from camloom.detections import Detections
from camloom.errors import ModelError
from camloom.inference.base import LoadedModel
from camloom.inference.card import PICTURE_TASKS
from camloom.inference.preprocess import on_canvas
from camloom.toolchain.datasets.labels import Dataset, Labels, Problems
from camloom.toolchain.datasets.pictures import frames
from camloom.toolchain.evaluation.classes import SharedClasses, share_classes
from camloom.toolchain.evaluation.coco_ap import CocoScores, coco_scores
from camloom.toolchain.evaluation.voc_ap import voc_ap

LEAST_CONFIDENCE = 0.01
"""Average precision needs what a model is unsure of too."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How right a model is on a data set.

    Attributes:
        pictures, objects: that were compared; objects are those of the shared classes, crowds and ignored left out.
        min_confidence: boxes from here on took part.
        coco: COCO's figures.
        voc_ap50: by class, Pascal VOC's average precision at IoU 0.5; None where there is nothing to find.
        not_in_data: classes that the model finds and nobody marked; what it finds of them does not count.
        not_in_model: marked classes that the model does not know; they do not count either.
        problems: entries of the data set that were left out, one line each.
    """

    model: str
    runtime: str
    description: str
    data: str
    layout: str
    pictures: int
    objects: int
    min_confidence: float
    coco: CocoScores
    voc_ap50: dict[str, float | None]
    not_in_data: tuple[str, ...]
    not_in_model: tuple[str, ...]
    problems: tuple[str, ...]
    problem_count: int

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return asdict(self)

    def summary(self) -> dict[str, Any]:
        """Return what belongs into a card: the figures that count and what they were measured on."""
        figures = {name: getattr(self.coco, name) for name in ("ap", "ap50", "ap75", "recall_100")}
        rounded = {name: round(value, 4) for name, value in figures.items() if value is not None}
        by_class = {one.name: round(one.ap50, 4) for one in self.coco.classes if one.ap50 is not None}
        return {
            "data": f"{self.data}, {self.pictures} pictures, {self.objects} objects",
            "runtime": f"{self.runtime} ({self.description})",
            **rounded,
            "ap50_by_class": by_class,
        }


def evaluate(
    model: LoadedModel,
    dataset: Dataset,
    renamed: Mapping[str, str] | None = None,
    min_confidence: float = LEAST_CONFIDENCE,
    progress: Progress | None = None,
) -> Evaluation:
    """Run a model over labelled pictures and compare its boxes with the truth.

    Frames go the engine's own way: decoder, planes, canvas, runtime, family.

    Args:
        model: finds objects in whole pictures.
        dataset: see `read_dataset`.
        renamed: names of the data set -> names of the model, see `share_classes`.
        min_confidence: boxes from here on take part, 0..1.
        progress: called with pictures done and in all.

    Raises:
        ModelError: the model reads crops, or fails.
        ConfigError: model and data set share no class.
        SourceError: a video of the data set cannot be read, or none of its pictures.
    """
    if model.card.task not in PICTURE_TASKS:
        raise ModelError(
            f"'{model.card.name}' is for {model.card.task}: it finds no boxes to compare with labels",
            "Only models that look at whole pictures can be evaluated so far",
        )
    shared = share_classes(model.card.class_names, dataset.class_names, renamed)
    problems = Problems(list(dataset.problems), dataset.problem_count)
    pairs = list(_pairs(model, dataset, shared, min_confidence, problems, progress))
    if not pairs:
        raise ModelError("none of the pictures could be decoded", *problems.lines[:1])
    return Evaluation(
        model=model.card.name,
        runtime=model.runtime,
        description=model.compiled.description,
        data=dataset.name,
        layout=dataset.layout,
        pictures=len(pairs),
        objects=sum(int((~(truth.ignored | truth.crowd)).sum()) for _, truth in pairs),
        min_confidence=min_confidence,
        coco=coco_scores(pairs, shared.names),
        voc_ap50=voc_ap(pairs, shared.names),
        not_in_data=_left_out(model.card.class_names, shared.of_model.tolist()),
        not_in_model=_left_out(dataset.class_names, shared.of_data.tolist()),
        problems=tuple(problems.lines),
        problem_count=problems.count,
    )


def _pairs(
    model: LoadedModel,
    dataset: Dataset,
    shared: SharedClasses,
    min_confidence: float,
    problems: Problems,
    progress: Progress | None,
) -> Iterator[tuple[Detections, Labels]]:
    """Yield what was found and what is true, picture by picture."""
    session = model.compiled.session()
    for done, (picture, buffer) in enumerate(frames(dataset.pictures, problems), 1):
        canvas, letterbox = on_canvas(model.card.input, buffer)
        found = model.family.decode(session.run(canvas), letterbox, min_confidence)
        if progress is not None:
            progress(done, len(dataset.pictures))
        yield shared.found(found), shared.true(picture.labels)


def _left_out(names: tuple[str, ...], numbers: list[int]) -> tuple[str, ...]:
    return tuple(name for name, number in zip(names, numbers, strict=True) if number < 0)
