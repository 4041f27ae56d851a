"""Faster R-CNN and others of torchvision: boxes, labels and scores, as many as there are."""

from collections.abc import Mapping

from pydantic import Field

from camloom.config import StrictModel
from camloom.detections import Detections
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.boxes import Units
from camloom.inference.models.finished import BoxOrder, find_finished, read_finished
from camloom.inference.models.outputs import read_options, shapes_of
from camloom.inference.preprocess import Letterbox


class Options(StrictModel):
    """Settings of a Faster R-CNN card.

    Attributes:
        first_class: number that the model gives to the first name; 1 where 0 is the background.
        units: of the boxes; TensorFlow writes shares.
        order: of the numbers of a box; TensorFlow writes y first.
    """

    first_class: int = Field(default=1, ge=0)
    units: Units = "px"
    order: BoxOrder = "xyxy"


class FasterRcnn:
    """Two-stage detectors as torchvision exports them: boxes (N, 4) px, labels (N,) from 1, scores (N,).

    N is known only at run time; NMS is done inside. torchvision's SSD, RetinaNet and FCOS end the same way. A
    graph of TensorFlow's object detection API with its outputs named (detection_boxes and so on) is read with
    `units: share` and `order: yxyx`; one whose four outputs have no telling names is of family `tf_od`.

    Source: S. Ren et al., Faster R-CNN, NeurIPS 2015; the documentation of torchvision.models.detection.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        self._options = read_options(card, Options)

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless there are boxes, labels and scores."""
        find_finished(output_shapes, self._card)

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        """Turn the outputs for one canvas into detections in px of the source frame."""
        names = find_finished(shapes_of(outputs), self._card)
        options = self._options
        found = read_finished(
            outputs, names, self._card, options.first_class, min_confidence, options.units, options.order
        )
        return found.detections(self._card, letterbox)
