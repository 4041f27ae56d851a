"""A bin at a street corner, drawn: empty, full, in other light, behind somebody, at night."""

from dataclasses import dataclass, field

import av
import cv2
import numpy as np

from camloom.frame import ImageArray
from camloom.geometry import FloatArray
from camloom.sources.reading.decode import AvFrameBuffer

WIDTH, HEIGHT = 320, 180
ZONE = ((0.375, 0.28), (0.625, 0.28), (0.625, 0.78), (0.375, 0.78))
ZONE_PX = (120, 50, 200, 142)

Box = tuple[int, int, int, int]


@dataclass
class Corner:
    """Draws the corner; every picture has other noise, and the waste of a full bin lies otherwise each time.

    All lengths are in px of a picture of 640 x 360, of which it draws every second.

    Attributes:
        gain: of the light.
        tint: of the light, B G R.
    """

    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(5))
    gain: float = 1.0
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)

    def __post_init__(self) -> None:
        walls = np.random.default_rng(1).normal(0, 1, (HEIGHT, WIDTH, 3)).astype(np.float32)
        self._wall = 130 + 12 * cv2.GaussianBlur(walls, (0, 0), 1.5) / 0.19 * 0.6
        self._wall[125:] -= 30
        self._noise = self.random.normal(0, 2.5, self._wall.shape).astype(np.float32)

    def picture(
        self, state: str, *, people: tuple[Box, ...] = (), shadow: Box | None = None, colour: bool = True
    ) -> ImageArray:
        """Return a picture, (180, 320, 3) uint8 BGR.

        Args:
            state: `empty`, `full`, or `gone` (no bin at all).
            people: who stands there.
            shadow: where a shadow lies.
            colour: off: as a camera with infrared light sees it.
        """
        shown = np.asarray(self._wall, np.float32).copy()
        if state != "gone":
            self._bin(shown, state)
        for x0, y0, x1, y1 in (_half(box) for box in people):
            shown[y0:y1, x0:x1] = (60, 50, 110)
            cv2.circle(shown, ((x0 + x1) // 2, y0), (x1 - x0) // 3, (120, 150, 200), -1)
        if shadow is not None:
            shade = np.ones((HEIGHT, WIDTH), np.float32)
            x0, y0, x1, y1 = _half(shadow)
            shade[y0:y1, x0:x1] = 0.6
            shown *= np.asarray(cv2.GaussianBlur(shade, (0, 0), 3), np.float32)[..., None]
        shown = shown * self.gain * np.array(self.tint, np.float32)
        if not colour:
            shown = np.repeat(shown.mean(axis=2, keepdims=True), 3, axis=2)
        noise = np.roll(self._noise, self.random.integers(0, (HEIGHT, WIDTH)).tolist(), axis=(0, 1))
        return np.asarray(np.clip(shown + noise, 0, 255), np.uint8)

    def buffer(self, state: str, **look: object) -> AvFrameBuffer:
        """Return it as the engine decodes it."""
        return buffer_of(self.picture(state, **look))  # type: ignore[arg-type]  # passed on

    def _bin(self, shown: FloatArray, state: str) -> None:
        cv2.fillPoly(shown, [np.array([(132, 82), (187, 82), (181, 137), (139, 137)])], (70, 110, 60))
        cv2.ellipse(shown, (160, 82), (27, 6), 0, 0, 360, (25, 30, 25), -1)
        if state == "full":
            for _ in range(14):
                x, y = self.random.integers(132, 187), self.random.integers(61, 85)
                colour = tuple(int(c) for c in self.random.integers(40, 240, 3))
                size = (int(self.random.integers(4, 10)), int(self.random.integers(3, 7)))
                cv2.ellipse(shown, (int(x), int(y)), size, float(self.random.integers(0, 180)), 0, 360, colour, -1)


def _half(box: Box) -> Box:
    x0, y0, x1, y1 = (value // 2 for value in box)
    return x0, y0, x1, y1


def buffer_of(picture: ImageArray) -> AvFrameBuffer:
    """Return a picture as the engine decodes it."""
    return AvFrameBuffer(av.VideoFrame.from_ndarray(picture, format="bgr24").reformat(format="yuv420p"))
