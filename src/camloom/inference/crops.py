"""One crop through one model: cut out, scaled or straightened, run and read."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from camloom.errors import ConfigError, ModelError
from camloom.frame import FrameBuffer, ImageArray, PixelBox, aligned_box
from camloom.geometry import FloatArray, box_area
from camloom.inference.alignment import align_face, rectify_plate
from camloom.inference.base import CropModel, LoadedModel, Model, Reading, Session, Tensors
from camloom.inference.card import InputSpec, ModelCard
from camloom.inference.preprocess import Letterbox
from camloom.inference.sharpness import sharpness_of

_POINTS = {"": 0, "face": 5, "plate": 4}
_LEAST_ALIGNED_PADDING = 0.5  # the template of a face shows more than its box


@dataclass(slots=True)
class _Place:
    """What one thread needs to run the model."""

    session: Session
    canvas: ImageArray


class CropReader:
    """Reads crops with one model for all streams; any thread may ask, each has a session of its own.

    A family that sets `alignment` gets straightened crops: `face` by five points, `plate` by four corners. A pose
    model of whole pictures reads crops too: the joints of the person who fills each most.

    Raises:
        ConfigError: the model finds other objects in whole pictures.
    """

    def __init__(self, model: LoadedModel) -> None:
        if not hasattr(model.family, "read") and model.card.task != "pose":
            raise ConfigError(
                f"model '{model.card.name}' finds objects in whole pictures, it does not read crops",
                "Name it under `model:`, not under `secondary:`",
            )
        self.model = model
        is_reader = hasattr(model.family, "read")
        self._family = cast("CropModel", model.family) if is_reader else PoseOfCrop(model.family, model.card)
        self._alignment: str = getattr(model.family, "alignment", "")
        self._threads = threading.local()

    @property
    def points_needed(self) -> int:
        """How many keypoints an object must have to be read; 0 for most models."""
        return _POINTS[self._alignment]

    def read(
        self, buffer: FrameBuffer, xyxy: FloatArray, padding: float = 0.0, keypoints: FloatArray | None = None
    ) -> Reading:
        """Read one object of a picture.

        Args:
            buffer: the picture.
            xyxy: (4,) box of the object, finite, px.
            padding: added on each side, as a share of the box's width or height.
            keypoints: (K, 3) of the object, px; for models with `points_needed`.

        Returns:
            What the model read, points in px of the picture; nothing if the keypoints cannot be straightened.

        Raises:
            ModelError: the device or the model failed.
        """
        is_aligned = self._alignment != "" and keypoints is not None
        padding = max(padding, _LEAST_ALIGNED_PADDING) if is_aligned else padding
        box = aligned_box(padded(xyxy, padding), buffer.width, buffer.height)
        place = self._place()
        if self._alignment and keypoints is not None:
            try:
                letterbox = self._straighten(place.canvas, buffer, box, keypoints)
            except ModelError:
                return Reading()  # the points are those of no face or plate
        else:
            letterbox = _fill(place.canvas, buffer, box, self.model.card.input)
        reading = self._family.read(place.session.run(place.canvas), letterbox)
        if reading.embedding is not None:
            reading = replace(reading, sharpness=sharpness_of(place.canvas))
        return _shifted(reading, box)

    def _place(self) -> _Place:
        place: _Place | None = getattr(self._threads, "place", None)
        if place is None:
            spec = self.model.card.input
            canvas = np.full((spec.height, spec.width, 3), spec.pad_value, np.uint8)
            place = self._threads.place = _Place(self.model.compiled.session(), canvas)
        return place

    def _straighten(self, canvas: ImageArray, buffer: FrameBuffer, box: PixelBox, keypoints: FloatArray) -> Letterbox:
        """Put the object on the canvas as its keypoints lie."""
        crop = np.empty((box[3] - box[1], box[2] - box[0], 3), np.uint8)
        buffer.crop_into(crop, box)
        points = keypoints.copy()
        points[:, :2] -= np.asarray(box[:2], np.float32)
        height, width = canvas.shape[:2]
        is_face = self._alignment == "face"
        canvas[:] = align_face(crop, points, width) if is_face else rectify_plate(crop, points, (width, height))
        return Letterbox(width, height, 0, 0, width, height, width, height, 0)


class PoseOfCrop:
    """A pose model of whole pictures that reads the crop of one person.

    Args:
        family: decodes the outputs.
        card: of the model.
    """

    def __init__(self, family: Model, card: ModelCard) -> None:
        self._family = family
        self._card = card

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError if these outputs cannot be of this family and card."""
        self._family.check(output_shapes)

    def read(self, outputs: Tensors, letterbox: Letterbox) -> Reading:
        """Return the joints of the person of most area times confidence; nothing if there is none."""
        found = self._family.decode(outputs, letterbox, self._card.min_confidence)
        if not len(found) or found.keypoints is None:
            return Reading()
        best = int((box_area(found.xyxy) * found.confidence).argmax())
        return Reading(keypoints=found.keypoints[best])


def padded(xyxy: FloatArray, padding: float) -> list[float]:
    """Return a box, (4,), grown on each side by a share of its width or height."""
    x0, y0, x1, y1 = xyxy.tolist()
    across, down = (x1 - x0) * padding, (y1 - y0) * padding
    return [x0 - across, y0 - down, x1 + across, y1 + down]


def _fill(canvas: ImageArray, buffer: FrameBuffer, box: PixelBox, spec: InputSpec) -> Letterbox:
    """Scale a part of the picture onto the canvas as the card asks."""
    width, height = box[2] - box[0], box[3] - box[1]
    letterbox = Letterbox.fit(spec, width, height)
    if min(letterbox.width, letterbox.height) < 2:  # so long and thin that nothing would be left of it
        letterbox = Letterbox.fit(spec.model_copy(update={"fit": "stretch"}), width, height)
    if (letterbox.width, letterbox.height) != (spec.width, spec.height):
        canvas[:] = spec.pad_value  # the crop before had another shape
    x, y = letterbox.x, letterbox.y
    buffer.crop_into(canvas[y : y + letterbox.height, x : x + letterbox.width], box)
    return letterbox


def _shifted(reading: Reading, box: PixelBox) -> Reading:
    """Return a reading with its points in px of the picture instead of the crop."""
    if reading.keypoints is None:
        return reading
    keypoints = reading.keypoints.copy()
    known = keypoints[:, 2] > 0
    keypoints[known, :2] += np.asarray(box[:2], np.float32)
    return replace(reading, keypoints=keypoints)
