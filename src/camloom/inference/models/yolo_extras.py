"""What a YOLO table holds beside boxes and classes: keypoints for poses, coefficients for masks."""

from typing import Literal

import numpy as np
from pydantic import Field

from camloom.config import StrictModel
from camloom.detections import Detections
from camloom.errors import ModelError
from camloom.geometry import FloatArray
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.boxes import Units
from camloom.inference.models.outputs import Candidates, with_columns
from camloom.inference.models.prototypes import Prototypes
from camloom.inference.preprocess import Letterbox


class TableOptions(StrictModel):
    """Settings of a card whose table holds boxes and what its task adds.

    Attributes:
        units: of boxes and keypoints; `px` in ONNX, `share` in TFLite.
        keypoint_values: numbers per keypoint of a pose model, x and y, or x, y and confidence.
        mask_coefficients: prototypes of a segmentation model.
    """

    units: Units = "auto"
    keypoint_values: Literal[2, 3] = 3
    mask_coefficients: int = Field(default=32, ge=1, le=256)


class Extras:
    """The extra columns that the task of a card asks for.

    Attributes:
        columns: how many: K keypoints x `keypoint_values`, or the mask coefficients, or none.
    """

    def __init__(self, card: ModelCard, keypoint_values: int, mask_coefficients: int) -> None:
        self._card = card
        self._keypoint_values = keypoint_values if card.task == "pose" else 0
        self._prototypes = Prototypes(card, mask_coefficients) if card.task == "segmentation" else None
        if card.task == "pose" and not card.keypoint_names:
            raise ModelError(f"model card '{card.name}' is for poses but has no keypoint_names", "Mend the card")
        self.columns = mask_coefficients if self._prototypes else self._keypoint_values * len(card.keypoint_names)

    def find(self, left: dict[str, tuple[int, ...]]) -> str:
        """Remove and return the output with the prototypes; empty for a task without masks."""
        return self._prototypes.find(left) if self._prototypes else ""

    def detections(
        self,
        found: Candidates,
        extra: FloatArray,
        scale: FloatArray,
        outputs: Tensors,
        prototypes: str,
        letterbox: Letterbox,
    ) -> Detections:
        """Return N clean candidates as detections, with keypoints or masks read from (N, columns) `extra`.

        Args:
            found: the boxes, px of the canvas.
            extra: the extra columns of each.
            scale: turns the table's x, y, x, y into px of the canvas, (4,).
            outputs: of the model.
            prototypes: the name that `find` gave.
            letterbox: says where the picture lies on the canvas.
        """
        if self._prototypes:
            masks = self._prototypes.masks(outputs, prototypes, extra, found.xyxy, letterbox)
            return with_columns(found, self._card, letterbox, masks=masks)
        keypoints = self._keypoints(extra, scale) if self._keypoint_values else None
        return with_columns(found, self._card, letterbox, keypoints=keypoints)

    def _keypoints(self, extra: FloatArray, scale: FloatArray) -> FloatArray:
        """Return (N, K, 3) in px of the canvas; a model without confidences is sure of all its points."""
        points = extra.reshape(-1, len(self._card.keypoint_names), self._keypoint_values)  # N may be 0
        with np.errstate(over="ignore", invalid="ignore"):
            xy = points[..., :2] * scale[:2]
        confidence = points[..., 2:] if self._keypoint_values == 3 else np.ones((*points.shape[:2], 1), np.float32)
        return np.concatenate((xy, confidence), axis=2)
