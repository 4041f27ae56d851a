"""Pictures with something on them for each kind of model: streets, faces, drawn number plates, and crops of those."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import av
import cv2
import numpy as np
from benchmarks.cards import find_in_mirror, known_cards, load_known

from camloom.errors import AssetError, ConfigError
from camloom.frame import FrameBuffer, ImageArray, aligned_box
from camloom.inference.card import PICTURE_TASKS, ModelCard
from camloom.inference.preprocess import on_canvas
from camloom.sources.reading.decode import AvFrameBuffer
from camloom.toolchain.frames import FrameSet

_STREET = "sample:street"
_ONE_PERSON = "videos/sk_carphone.mp4"
_LOOKS_AT_ONE = frozenset({"faces", "pose"})
_PLATES = ("浙B2V9L7", "粤C84K36", "苏D6T4X9", "川A9W5Y3", "闽K8P6Z4")


@dataclass(frozen=True, slots=True)
class _Finder:
    """Who finds the objects that are cut out.

    Attributes:
        card: of a model of whole pictures.
        classes: of its boxes that are wanted.
        videos: in a mirror, or a sample.
        min_side_px: smaller boxes say little.
    """

    card: str
    classes: frozenset[str]
    videos: tuple[str, ...]
    min_side_px: float


_FINDERS = {
    "person": _Finder("nanodet", frozenset({"person"}), (_STREET,), 24),
    "vehicle": _Finder("nanodet", frozenset({"car", "bus", "truck"}), ("videos/cp_test_video.mp4",), 60),
    "face": _Finder(
        "yunet",
        frozenset({"face"}),
        (_ONE_PERSON, "videos/rt_smoking.mp4", "videos/cpc_demo.mp4", "videos/vg_fight.mp4"),
        24,
    ),
}


def pictures_for(card: ModelCard, count: int) -> list[FrameBuffer]:
    """Return up to `count` pictures for a model; of a model of crops, crops.

    A card of crops says what it reads: `measured: {parity: {crops: person}}`, or vehicle, face, plate.

    Raises:
        CamloomError: a video is not here, or the card does not say what it reads.
    """
    if card.task not in PICTURE_TASKS:
        return list(islice(crops_of(_subject(card), count), count))
    if card.class_names == ("plate",):
        return [plate.picture for plate in islice(drawn_plates(), count)]
    return list(FrameSet(_video(_ONE_PERSON if card.task in _LOOKS_AT_ONE else _STREET), count))


def crops_of(subject: str, count: int) -> Iterator[FrameBuffer]:
    """Yield crops: of real frames, but for plates, of which there is no video."""
    if subject == "plate":
        yield from (plate.crop() for plate in drawn_plates())
        return
    if subject not in _FINDERS:
        raise ConfigError(f"there are no pictures of '{subject}'", f"Known: plate, {', '.join(_FINDERS)}")
    finder = _FINDERS[subject]
    per_video = -(-count // len(finder.videos))
    for video in finder.videos:
        yield from islice(_found_on(finder, video, count), per_video)


def _found_on(finder: _Finder, video: str, frame_count: int) -> Iterator[FrameBuffer]:
    """Yield what a finder is most sure of on each frame of a video, one crop a frame."""
    (known,) = known_cards((finder.card,))
    frames = list(FrameSet(_video(video), frame_count))
    model = load_known(known, "onnxruntime", (frames[0].width, frames[0].height))
    session = model.compiled.session()
    for frame in frames:
        canvas, letterbox = on_canvas(model.card.input, frame)
        found = model.family.decode(session.run(canvas), letterbox, model.card.min_confidence)
        sides = np.minimum(found.xyxy[:, 2] - found.xyxy[:, 0], found.xyxy[:, 3] - found.xyxy[:, 1])
        wanted = np.array([found.class_names[each] in finder.classes for each in found.class_id], bool)
        rows = np.flatnonzero(wanted & (sides >= finder.min_side_px))
        if len(rows):
            yield cropped(frame, found.xyxy[rows[np.argmax(found.confidence[rows])]].tolist())


def cropped(frame: FrameBuffer, xyxy: list[float]) -> FrameBuffer:
    """Return a part of a picture as a picture of its own."""
    x0, y0, x1, y1 = aligned_box(xyxy, frame.width, frame.height)
    return _buffer(frame.to_bgr()[y0:y1, x0:x1])


@dataclass(frozen=True, slots=True)
class DrawnPlate:
    """A picture of a dark car with a plate, and where the plate is: (4,) px."""

    picture: FrameBuffer
    xyxy: list[float]

    def crop(self) -> FrameBuffer:
        """Return the plate alone."""
        return cropped(self.picture, self.xyxy)


def drawn_plates() -> Iterator[DrawnPlate]:
    """Yield pictures of plates without end, the same ones each time: five numbers in sizes from 90 to 270 px."""
    width = 90
    while True:
        for text in _PLATES:
            yield _on_a_car(_plate(text), width)
            width = 90 + (width - 90 + 20) % 200


def _on_a_car(plate: ImageArray, width: int) -> DrawnPlate:
    scene = np.full((480, 640, 3), 90, np.uint8)
    cv2.rectangle(scene, (100, 60), (540, 440), (50, 50, 50), cv2.FILLED)
    height = round(width * plate.shape[0] / plate.shape[1])
    x, y = 320 - width // 2, 300 - height // 2
    scene[y : y + height, x : x + width] = cv2.resize(plate, (width, height), interpolation=cv2.INTER_AREA)
    return DrawnPlate(_buffer(scene), [float(each) for each in (x, y, x + width, y + height)])


def _plate(text: str) -> ImageArray:
    """Return a blue plate, (140, 440, 3), with white letters as on Chinese plates and a dot after the second."""
    plate = np.full((140, 440, 3), (160, 70, 20), np.uint8)
    cv2.rectangle(plate, (6, 6), (433, 133), (255, 255, 255), 3)
    cv2.circle(plate, (129, 70), 5, (255, 255, 255), cv2.FILLED)
    for place, letter in zip((16, 73, 152, 209, 266, 323, 380), text, strict=True):
        plate[25:115, place : place + 45] = np.maximum(plate[25:115, place : place + 45], _letter(letter))
    return plate


def _letter(letter: str) -> ImageArray:
    """Return one letter, (90, 45, 3), white on black."""
    if not hasattr(cv2, "FontFace"):
        raise AssetError("number plates are drawn, and only OpenCV 5 can write Chinese")
    drawn = np.zeros((200, 200, 3), np.uint8)
    cv2.putText(drawn, letter, (30, 150), (255, 255, 255), cv2.FontFace("sans"), 120, 700)
    x, y, width, height = cv2.boundingRect(drawn[:, :, 0])
    scaled = cv2.resize(drawn[y : y + height, x : x + width], (45, 90), interpolation=cv2.INTER_AREA)
    return np.asarray(scaled, np.uint8)


def _subject(card: ModelCard) -> str:
    parity = card.measured.get("parity")
    return str(parity.get("crops", "")) if isinstance(parity, dict) else ""


def _video(named: str) -> str:
    if named == _STREET:
        return named
    path = find_in_mirror(named)
    if path is None:
        raise AssetError(f"{named} is in no folder of CAMLOOM_MIRROR")
    return str(path)


def _buffer(bgr: ImageArray) -> FrameBuffer:
    return AvFrameBuffer(av.VideoFrame.from_ndarray(np.ascontiguousarray(bgr), format="bgr24"))
