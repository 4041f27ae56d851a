"""Draws tracks, zones, lines and events on a picture, readable from 320 px to 4K.

Everything that does not change (tints of zones, lines, name tags) is prepared once for a picture size.
"""

import math
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from camloom.config import Scene
from camloom.detections import Attribute
from camloom.event import Event, Phase
from camloom.frame import ImageArray
from camloom.geometry import BoolArray, FloatArray, Line, Zone
from camloom.tracks import Tracks

Colour = tuple[int, int, int]
Size = tuple[int, int]

RED: Colour = (48, 48, 235)
ZONE_COLOUR: Colour = (214, 178, 82)
LINE_COLOUR: Colour = (60, 205, 245)
_DARK: Colour = (28, 26, 24)
_WHITE: Colour = (255, 255, 255)
# BGR; calm, apart from each other on grass and asphalt, none near the red of an alarm.
_IDENTITY_COLOURS: tuple[Colour, ...] = (
    (236, 196, 92),
    (120, 214, 120),
    (96, 200, 250),
    (226, 150, 206),
    (190, 222, 96),
    (250, 168, 128),
    (150, 224, 236),
    (206, 206, 206),
)
_ZONE_ALPHA = 0.16
_FLASH_S = 1.5
_MAX_TAGS = 512
_MIN_HEIGHT_FOR_NAMES = 320
_MAX_WORDS = 4
_MAX_LETTERS = 40


@dataclass(frozen=True, slots=True)
class _Alarm:
    track_ids: tuple[int, ...]
    place: str
    until_s: float


class Alarms:
    """Which objects and places are in an alarm at this moment of the stream.

    What starts stays until it ends; what only happens is shown for a second and a half.
    """

    def __init__(self) -> None:
        self._open: dict[str, _Alarm] = {}

    def update(self, events: Iterable[Event], pts_s: float) -> None:
        """Take the events of the frame shown at `pts_s`, in s on the stream clock."""
        self._open = {key: alarm for key, alarm in self._open.items() if alarm.until_s > pts_s}
        for event in events:
            key = event.incident_id or event.id
            if event.phase is Phase.END:
                self._open.pop(key, None)
            else:
                until_s = math.inf if event.lasts else pts_s + _FLASH_S
                self._open[key] = _Alarm(event.track_ids, event.zone, until_s)

    @property
    def track_ids(self) -> frozenset[int]:
        """Objects in an alarm."""
        return frozenset(track_id for alarm in self._open.values() for track_id in alarm.track_ids)

    @property
    def places(self) -> frozenset[str]:
        """Names of the zones and lines in an alarm."""
        return frozenset(alarm.place for alarm in self._open.values() if alarm.place)


@dataclass(frozen=True, slots=True)
class Pen:
    """Sizes that suit a picture.

    Args:
        thickness: of lines, px.
        font: height of letters, px.
    """

    thickness: int
    font: int

    @classmethod
    def for_height(cls, height: int) -> "Pen":
        """Return the sizes for a picture of some height in px."""
        scale = min(max(height / 576, 0.6), 4.0)
        return cls(thickness=max(1, round(1.8 * scale)), font=max(10, round(13 * scale)))


class Overlay:
    """Draws on pictures of one size. Belongs to one thread.

    Args:
        scene: the zones and lines to show.
        picture_size: width and height of the pictures drawn on, px.
        frame_size: width and height that boxes refer to, px; default: the same.
    """

    def __init__(self, scene: Scene, picture_size: Size, frame_size: Size | None = None) -> None:
        self._size = picture_size
        self._pen = Pen.for_height(picture_size[1])
        width, height = frame_size or picture_size
        self._scale = np.array([picture_size[0] / width, picture_size[1] / height] * 2, np.float32)
        self._letters = _Letters(self._pen)
        tints = _Tints(picture_size)
        self._places: list[_DrawnZone | _DrawnLine] = [
            *(_DrawnZone(zone, picture_size, self._pen, tints) for zone in scene.zones.values()),
            *(_DrawnLine(line, picture_size, self._pen) for line in scene.lines.values()),
        ]

    def draw(self, picture: ImageArray, tracks: Tracks, alarms: Alarms | None = None, header: str = "") -> None:
        """Draw into `picture`, (H, W, 3) uint8 BGR.

        Args:
            picture: changed in place; pass a copy where others look at it too.
            tracks: objects to frame; those in an alarm are framed in red.
            alarms: what is in an alarm now.
            header: one line for the top left corner.
        """
        alarms = alarms or Alarms()
        self._draw_places(picture, alarms.places)
        self._draw_tracks(picture, tracks, alarms.track_ids)
        if header:
            self._letters.panel(picture, header)

    def draw_event(self, picture: ImageArray, event: Event, header: str = "") -> None:
        """Draw one event into `picture`: its zone or line, and its objects framed in red."""
        self._draw_places(picture, frozenset([event.zone]), only=event.zone)
        for item in event.objects:
            box = np.asarray(item.xyxy, np.float32) * self._scale
            said = caption(item.attributes)
            label = f"{item.class_name} {item.track_id}  {item.confidence:.2f}{said}"
            self._draw_box(picture, box, label, RED, self._pen.thickness + 1)
        if header:
            self._letters.panel(picture, header)

    def _draw_places(self, picture: ImageArray, in_alarm: frozenset[str], only: str | None = None) -> None:
        shown = [place for place in self._places if only is None or place.name == only]
        for place in shown:
            place.draw(picture, RED if place.name in in_alarm else place.colour)
        for place in shown:
            tag = self._letters.tag(place.name, RED if place.name in in_alarm else place.colour)
            _paste(picture, tag, *place.tag_at)

    def _draw_tracks(self, picture: ImageArray, tracks: Tracks, in_alarm: frozenset[int]) -> None:
        boxes = tracks.xyxy * self._scale
        red = np.isin(tracks.track_id, list(in_alarm))
        has_names = self._size[1] >= _MIN_HEIGHT_FOR_NAMES
        for row in _calm_first(red):
            track_id = int(tracks.track_id[row])
            colour = RED if red[row] else _IDENTITY_COLOURS[track_id % len(_IDENTITY_COLOURS)]
            thickness = self._pen.thickness + int(red[row])
            label = f"{tracks.name_of(row)} {track_id}" if has_names else str(track_id)
            if tracks.attributes and has_names:
                label += caption(tracks.attributes[row])
            self._draw_box(picture, boxes[row], label, colour, thickness)

    def _draw_box(self, picture: ImageArray, box: FloatArray, label: str, colour: Colour, thickness: int) -> None:
        x0, y0, x1, y1 = (round(v) for v in box.tolist())
        cv2.rectangle(picture, (x0, y0), (x1, y1), colour, thickness)
        tag = self._letters.tag(label, colour)
        left = x0 - thickness // 2
        top = y0 - tag.shape[0] if y0 >= tag.shape[0] else y0
        _paste(picture, tag, left, top)


def caption(attributes: Iterable[Attribute]) -> str:
    """Return what is known of an object as a few words for its tag; what it has not is left out."""
    shown = [_word(one) for one in attributes if one.value != "no"]
    text = "  " + ", ".join(shown[:_MAX_WORDS]) if shown else ""
    return text if len(text) <= _MAX_LETTERS else f"{text[:_MAX_LETTERS]}..."


def _word(attribute: Attribute) -> str:
    return attribute.name.removeprefix("has_").removeprefix("is_") if attribute.value == "yes" else attribute.value


def _calm_first(red: BoolArray) -> list[int]:
    """Return the rows in drawing order: alarms last, so that nothing covers them."""
    order: list[int] = np.argsort(red, kind="stable").tolist()
    return order


class _DrawnZone:
    """A zone prepared for one picture size."""

    colour = ZONE_COLOUR

    def __init__(self, zone: Zone, size: Size, pen: Pen, tints: "_Tints") -> None:
        self.name = zone.name
        self._pen = pen
        self._tints = tints
        self._corners = _to_pixels(zone.vertices_norm, size)
        self.tag_at = _topmost(self._corners)
        x, y, width, height = cv2.boundingRect(self._corners)
        self._window = (slice(y, y + height), slice(x, x + width))
        mask = np.zeros((height, width), np.uint8)
        self._mask = np.asarray(cv2.fillPoly(mask, [self._corners], 255, offset=(-x, -y)), np.uint8)

    def draw(self, picture: ImageArray, colour: Colour) -> None:
        self._tints.blend(picture[self._window], self._mask, colour)
        cv2.polylines(picture, [self._corners], True, colour, self._pen.thickness, cv2.LINE_AA)


class _Tints:
    """Plates of one colour and a scratch picture, shared by all zones."""

    def __init__(self, size: Size) -> None:
        self._shape = (size[1], size[0], 3)
        self._plates: dict[Colour, ImageArray] = {}
        self._scratch = np.empty(self._shape, np.uint8)

    def blend(self, target: ImageArray, mask: ImageArray, colour: Colour) -> None:
        """Tint `target`, (h, w, 3), where `mask`, (h, w), is not 0."""
        height, width = mask.shape
        blended = self._scratch[:height, :width]
        cv2.addWeighted(target, 1 - _ZONE_ALPHA, self._plate(colour)[:height, :width], _ZONE_ALPHA, 0, dst=blended)
        cv2.copyTo(blended, mask, target)

    def _plate(self, colour: Colour) -> ImageArray:
        if colour not in self._plates:
            self._plates[colour] = np.full(self._shape, colour, np.uint8)
        return self._plates[colour]


class _DrawnLine:
    """A line prepared for one picture size, with an arrow that points from side A to side B."""

    colour = LINE_COLOUR

    def __init__(self, line: Line, size: Size, pen: Pen) -> None:
        self.name = line.name
        self._pen = pen
        ends = _to_pixels((line.start_norm, line.end_norm), size)
        along = (ends[1] - ends[0]) / max(float(np.hypot(*(ends[1] - ends[0]))), 1e-9)
        to_side_b = np.array([along[1], -along[0]]) * pen.font * 1.3
        middle = ends.mean(axis=0)
        self._ends = (_point(ends[0]), _point(ends[1]))
        self._arrow = (_point(middle - to_side_b), _point(middle + to_side_b))
        left, top = _topmost(ends)
        self.tag_at = (left + pen.font // 2, top - pen.font * 2)

    def draw(self, picture: ImageArray, colour: Colour) -> None:
        for paint, thickness in ((_DARK, self._pen.thickness + 2), (colour, self._pen.thickness)):
            cv2.line(picture, *self._ends, paint, thickness, cv2.LINE_AA)
            cv2.arrowedLine(picture, *self._arrow, paint, thickness, cv2.LINE_AA, tipLength=0.4)
        for end in self._ends:
            cv2.circle(picture, end, self._pen.thickness + 2, colour, cv2.FILLED, cv2.LINE_AA)


class _Letters:
    """Text in the size of a pen; tags are drawn once and then copied."""

    def __init__(self, pen: Pen) -> None:
        self.pen = pen
        # The fonts of OpenCV 5 know Chinese and accents; those of OpenCV 4 only ASCII.
        self._font = cv2.FontFace("sans") if hasattr(cv2, "FontFace") else None
        self._tags: OrderedDict[tuple[str, Colour], ImageArray] = OrderedDict()

    def tag(self, text: str, colour: Colour) -> ImageArray:
        """Return dark or white letters on a plate of a colour, (h, w, 3) uint8."""
        key = (text, colour)
        tag = self._tags.get(key)
        if tag is None:
            tag = self._tags[key] = self._make_tag(text, colour)
            if len(self._tags) > _MAX_TAGS:
                self._tags.popitem(last=False)
        return tag

    def panel(self, picture: ImageArray, text: str) -> None:
        """Write white letters on a darkened strip in the top left corner of the picture."""
        width, height = self._extent(text)
        strip = picture[: height + self.pen.font // 3, : width + self.pen.font]
        cv2.convertScaleAbs(strip, dst=strip, alpha=0.35)
        self._write(picture, text, (self.pen.font // 2, height - self.pen.font // 6), _WHITE)

    def _make_tag(self, text: str, colour: Colour) -> ImageArray:
        width, height = self._extent(text)
        tag = np.empty((height, width + self.pen.font // 2, 3), np.uint8)
        tag[:] = colour
        letters = _WHITE if colour == RED else _DARK
        self._write(tag, text, (self.pen.font // 4, height - round(self.pen.font * 0.36)), letters)
        return tag

    def _extent(self, text: str) -> Size:
        if self._font is None:
            (width, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, self.pen.font / 28, 1)
        else:
            width = cv2.getTextSize((10_000, 100), text, (0, 50), self._font, self.pen.font, 500)[2]
        return int(width), round(self.pen.font * 1.45)

    def _write(self, picture: ImageArray, text: str, origin: Size, colour: Colour) -> None:
        if self._font is None:
            cv2.putText(picture, text, origin, cv2.FONT_HERSHEY_SIMPLEX, self.pen.font / 28, colour, 1, cv2.LINE_AA)
        else:
            cv2.putText(picture, text, origin, colour, self._font, self.pen.font, 500)


def _to_pixels(points_norm: Iterable[tuple[float, float]], size: Size) -> npt.NDArray[np.int32]:
    scaled = np.asarray(list(points_norm), np.float64) * (size[0] - 1, size[1] - 1)
    return np.rint(scaled).astype(np.int32)


def _point(xy: npt.NDArray[np.generic]) -> Size:
    return round(float(xy[0])), round(float(xy[1]))


def _topmost(points: npt.NDArray[np.int32]) -> Size:
    return _point(points[np.lexsort((points[:, 0], points[:, 1]))[0]])


def _paste(picture: ImageArray, tag: ImageArray, left: int, top: int) -> None:
    """Copy a tag into the picture, moved inside where it would stick out."""
    height, width = (min(a, b) for a, b in zip(tag.shape[:2], picture.shape[:2], strict=True))
    left = min(max(0, left), picture.shape[1] - width)
    top = min(max(0, top), picture.shape[0] - height)
    picture[top : top + height, left : left + width] = tag[:height, :width]
