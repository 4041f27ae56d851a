"""Golden pictures: painted things on a grey ground, and what a model has to find in them."""

from dataclasses import dataclass

import av
import numpy as np

from camloom.frame import ImageArray
from camloom.geometry import BoolArray, FloatArray
from camloom.sources.reading.decode import AvFrameBuffer

CLASS_NAMES = ("red", "green", "blue", "yellow")
PAINTS_RGB = ((220, 30, 40), (40, 190, 60), (40, 60, 210), (230, 210, 30))
"""One for each class. Nothing yellow is ever painted: a model that finds it makes things up."""

_GROUND = (96, 150)  # darkest and brightest grey


@dataclass(frozen=True, slots=True)
class Thing:
    """A rectangle that lacks its upper right corner, so that no two of its sides are alike.

    Attributes:
        class_id: index into CLASS_NAMES.
        box: x1, y1, x2, y2, px of the picture.
        notch: what is cut out of the corner, as a share of width and height.
    """

    class_id: int
    box: tuple[int, int, int, int]
    notch: float

    def mask(self, width: int, height: int) -> BoolArray:
        """Return where it is, (H, W)."""
        x1, y1, x2, y2 = self.box
        mask = np.zeros((height, width), np.bool_)
        mask[y1:y2, x1:x2] = True
        mask[y1 : y1 + round((y2 - y1) * self.notch), x2 - round((x2 - x1) * self.notch) : x2] = False
        return mask


@dataclass(frozen=True, slots=True)
class Painting:
    """A picture and all that is in it."""

    width: int
    height: int
    things: tuple[Thing, ...]

    @property
    def boxes(self) -> FloatArray:
        """Boxes, (N, 4) px."""
        return np.asarray([thing.box for thing in self.things], np.float32).reshape(-1, 4)

    @property
    def masks(self) -> BoolArray:
        """Masks, (N, H, W)."""
        masks = [thing.mask(self.width, self.height) for thing in self.things]
        return np.asarray(masks, np.bool_).reshape(-1, self.height, self.width)

    @property
    def fills(self) -> FloatArray:
        """Share of its box that each thing fills, (N,): what the golden networks give as confidence."""
        corners = self.boxes
        areas = (corners[:, 2] - corners[:, 0]) * (corners[:, 3] - corners[:, 1])
        return np.asarray(self.masks.sum(axis=(1, 2)) / areas, np.float32)

    @property
    def points(self) -> FloatArray:
        """Upper left corner, lower right corner and centre of mass of each thing, (N, 3, 2) px."""
        centres = [np.argwhere(mask).mean(axis=0)[::-1] + 0.5 for mask in self.masks]
        return np.stack((self.boxes[:, :2], self.boxes[:, 2:], np.asarray(centres, np.float32)), axis=1)

    def buffer(self) -> AvFrameBuffer:
        """Return it as a decoder would: planar 4:2:0."""
        frame = av.VideoFrame.from_ndarray(self._rgb(), format="rgb24")
        return AvFrameBuffer(frame.reformat(format="yuv420p"))

    def _rgb(self) -> ImageArray:
        grey = np.random.default_rng(7).integers(*_GROUND, (self.height, self.width, 1), np.uint8)
        rgb = np.repeat(grey, 3, axis=2)
        for thing, mask in zip(self.things, self.masks, strict=True):
            rgb[mask] = PAINTS_RGB[thing.class_id]
        return rgb


RED, GREEN, BLUE = range(3)
PAINTINGS = (
    # Narrower than the canvas of the golden networks: padding at the sides.
    Painting(
        600,
        480,
        (
            Thing(RED, (40, 60, 240, 200), 0.5),
            Thing(GREEN, (330, 30, 560, 150), 0.4),
            Thing(BLUE, (200, 240, 330, 450), 0.3),
        ),
    ),
    # Wider than it: padding above and below.
    Painting(
        900,
        320,
        (
            Thing(BLUE, (30, 20, 230, 130), 0.3),
            Thing(RED, (620, 90, 860, 300), 0.5),
            Thing(GREEN, (300, 150, 500, 290), 0.4),
        ),
    ),
)
"""Two shapes, neither of which is that of the canvas."""

BARE = Painting(640, 480, ())
"""The ground alone."""
