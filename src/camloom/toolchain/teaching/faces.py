"""Faces in pictures: found, judged, and put into a gallery."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from camloom.errors import ConfigError
from camloom.frame import FrameBuffer
from camloom.geometry import FloatArray
from camloom.inference.base import LoadedModel
from camloom.inference.crops import CropReader
from camloom.inference.library import find_card
from camloom.inference.load import Progress, load_model, runtimes_for
from camloom.inference.models.embedder import Options
from camloom.inference.models.outputs import read_options
from camloom.inference.preprocess import on_canvas
from camloom.taught.face_view import FaceView, face_view
from camloom.taught.gallery import FacePrint, Gallery

# What a picture of the gallery must be like: better than what the camera is asked for, all else is compared with it.
_MIN_WIDTH_PX = 48.0
_MAX_ANGLE_DEG = 30.0
_MIN_SHARPNESS = 0.35
# A second face this large is no passer-by in the background.
_RIVAL_SHARE = 0.6
_PADDING = 0.1


@dataclass(frozen=True, slots=True)
class SeenFace:
    """A face in a picture.

    Attributes:
        xyxy: (4,) px.
        view: None where its five points are not known.
        embedding: (D,) float32 of unit length; None where it could not be read.
        sharpness: 0 to 1.
    """

    xyxy: FloatArray
    view: FaceView | None
    embedding: FloatArray | None
    sharpness: float

    @property
    def width_px(self) -> float:
        """Of its box."""
        return float(self.xyxy[2] - self.xyxy[0])

    def problem(self) -> str:
        """Return why nothing should be compared with this face; empty: it is good."""
        if self.view is None or self.embedding is None:
            return "its eyes, nose and mouth were not found"
        if self.view.width_px < _MIN_WIDTH_PX:
            return f"the face is too small: {self.view.width_px:.0f} px from ear to ear, {_MIN_WIDTH_PX:.0f} are needed"
        if self.view.angle_deg > _MAX_ANGLE_DEG:
            return (
                f"the face is turned away by {self.view.angle_deg:.0f} degrees, at most {_MAX_ANGLE_DEG:.0f} are good"
            )
        if self.sharpness < _MIN_SHARPNESS:
            return f"the face is blurred: sharpness {self.sharpness:.2f}, {_MIN_SHARPNESS} is needed"
        return ""


class FaceReader:
    """Finds faces in pictures and reads them, the way the engine does.

    Args:
        detector: of faces, with five points.
        embedder: of crops.

    Attributes:
        model: name and version of the embedder.
        match_threshold: what its card says, if it does.
    """

    def __init__(self, detector: LoadedModel, embedder: CropReader) -> None:
        card = embedder.model.card
        self.model = card.version_name
        self.match_threshold = read_options(card, Options).match_threshold if card.family == "embedder" else None
        self._detector = detector
        self._embedder = embedder

    @classmethod
    def load(cls, cards: tuple[str, str], progress: Progress | None = None) -> Self:
        """Load the models of two cards, of faces and of embeddings.

        Raises:
            ConfigError: one of them is for something else.
            CamloomError: one of them cannot be loaded.
        """
        for name, task, what in zip(cards, ("faces", "embedding"), ("finds faces", "reads embeddings"), strict=True):
            card = find_card(name)[0]
            if card.task != task:
                raise ConfigError(f"model '{card.name}' is for {card.task}", f"Name the card of a model that {what}")
        detector, embedder = (load_model(name, _runtime(name), progress=progress) for name in cards)
        return cls(detector, CropReader(embedder))

    def read(self, buffer: FrameBuffer) -> list[SeenFace]:
        """Return the faces in a picture, the largest first. ModelError: a model failed."""
        canvas, letterbox = on_canvas(self._detector.card.input, buffer)
        outputs = self._detector.compiled.session().run(canvas)
        found = self._detector.family.decode(outputs, letterbox, self._detector.card.min_confidence)
        points: Sequence[FloatArray | None] = [None] * len(found) if found.keypoints is None else list(found.keypoints)
        seen = [self._read_one(buffer, xyxy, one) for xyxy, one in zip(found.xyxy, points, strict=True)]
        return sorted(seen, key=lambda face: -face.width_px)

    def _read_one(self, buffer: FrameBuffer, xyxy: FloatArray, points: FloatArray | None) -> SeenFace:
        view = None if points is None else face_view(points)
        if points is None or view is None:
            return SeenFace(xyxy, None, None, 0.0)
        reading = self._embedder.read(buffer, xyxy, _PADDING, points)
        return SeenFace(xyxy, view, reading.embedding, reading.sharpness)


def _runtime(name: str) -> str:
    """Return any runtime that can run a card: to time them all takes longer than a few pictures."""
    able = runtimes_for(find_card(name)[0])
    return able[0] if able else "auto"


def the_face(faces: Sequence[SeenFace]) -> SeenFace:
    """Return the one face that a picture is of. ConfigError: there is none, or there are several."""
    if not faces:
        raise ConfigError("no face was found", "Give a picture in which the head with its hair is 100 px tall or more")
    rivals = sum(face.width_px >= _RIVAL_SHARE * faces[0].width_px for face in faces)
    if rivals > 1:
        raise ConfigError(f"it shows {rivals} faces, and nobody knows whose is meant", "Cut the picture")
    return faces[0]


def enrol(gallery: Gallery, name: str, face: SeenFace, *, surely: bool = False) -> Gallery:
    """Return a gallery with one more picture of a person.

    Args:
        gallery: as it is.
        name: of the person.
        face: in the picture.
        surely: take it although it is like somebody else or unlike the person's other pictures.

    Raises:
        ConfigError: the picture is not good enough, or more like somebody else.
    """
    if (problem := face.problem()) or face.view is None or face.embedding is None:
        raise ConfigError(problem)
    if not surely and (doubt := _doubt(gallery, name, face.embedding)):
        raise ConfigError(doubt, "If it is right, add it with --force")
    seen = (face.view.width_px, face.view.angle_deg, face.sharpness)
    return gallery.with_print(name, FacePrint(face.embedding, *seen, datetime.now(UTC)))


def _doubt(gallery: Gallery, name: str, embedding: FloatArray) -> str:
    """Return what speaks against a picture being of a person; empty: nothing."""
    other, own = gallery.nearest(embedding, without=name), gallery.likeness_to(name, embedding)
    if other is not None and other.cosine >= max(gallery.threshold, own or -1.0):
        return f"it looks like {other.name} ({other.cosine:.2f}; from {gallery.threshold:.2f} on it is the same person)"
    if own is not None and own < gallery.threshold:
        return f"it does not look like the other pictures of {name} ({own:.2f}; {gallery.threshold:.2f} is needed)"
    return ""
