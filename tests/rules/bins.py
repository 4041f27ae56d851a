"""A bin at a street corner, drawn: empty, full, in other light, behind somebody, at night."""

from dataclasses import dataclass, field

import av
import cv2
import numpy as np

from camloom.frame import ImageArray
from camloom.sources.decode import AvFrameBuffer

WIDTH, HEIGHT = 640, 360
ZONE = ((0.375, 0.28), (0.625, 0.28), (0.625, 0.78), (0.375, 0.78))
ZONE_PX = (240, 100, 400, 280)

Box = tuple[int, int, int, int]


@dataclass
class Corner:
    """Draws the corner; every picture has other noise, and the waste of a full bin lies otherwise each time.

    Attributes:
        gain: of the light.
        tint: of the light, B G R.
    """

    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(5))
    gain: float = 1.0
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)

    def __post_init__(self) -> None:
        walls = np.random.default_rng(1).normal(0, 1, (HEIGHT, WIDTH, 3)).astype(np.float32)
        self._wall = 130 + 12 * cv2.GaussianBlur(walls, (0, 0), 3) / 0.1 * 0.6
        self._wall[250:] -= 30

    def picture(
        self, state: str, *, people: tuple[Box, ...] = (), shadow: Box | None = None, colour: bool = True
    ) -> ImageArray:
        """Return a picture, (360, 640, 3) uint8 BGR.

        Args:
            state: `empty`, `full`, or `gone` (no bin at all).
            people: who stands there.
            shadow: where a shadow lies.
            colour: off: as a camera with infrared light sees it.
        """
        shown = np.asarray(self._wall, np.float32).copy()
        if state != "gone":
            self._bin(shown, state)
        for x0, y0, x1, y1 in people:
            shown[y0:y1, x0:x1] = (60, 50, 110)
            cv2.circle(shown, ((x0 + x1) // 2, y0), (x1 - x0) // 3, (120, 150, 200), -1)
        if shadow is not None:
            shade = np.ones((HEIGHT, WIDTH), np.float32)
            shade[shadow[1] : shadow[3], shadow[0] : shadow[2]] = 0.6
            shown *= np.asarray(cv2.GaussianBlur(shade, (0, 0), 6), np.float32)[..., None]
        shown = shown * self.gain * np.array(self.tint, np.float32)
        if not colour:
            shown = np.repeat(shown.mean(axis=2, keepdims=True), 3, axis=2)
        return np.clip(shown + self.random.normal(0, 2.5, shown.shape), 0, 255).astype(np.uint8)

    def buffer(self, state: str, **look: object) -> AvFrameBuffer:
        """Return it as the engine decodes it."""
        return buffer_of(self.picture(state, **look))  # type: ignore[arg-type]  # passed on

    def _bin(self, shown: "np.typing.NDArray[np.float32]", state: str) -> None:
        cv2.fillPoly(shown, [np.array([(265, 165), (375, 165), (362, 275), (278, 275)])], (70, 110, 60))
        cv2.ellipse(shown, (320, 165), (55, 12), 0, 0, 360, (25, 30, 25), -1)
        if state == "full":
            for _ in range(14):
                x, y = self.random.integers(265, 375), self.random.integers(122, 170)
                colour = tuple(int(c) for c in self.random.integers(40, 240, 3))
                size = (int(self.random.integers(8, 20)), int(self.random.integers(6, 14)))
                cv2.ellipse(shown, (int(x), int(y)), size, float(self.random.integers(0, 180)), 0, 360, colour, -1)


def buffer_of(picture: ImageArray) -> AvFrameBuffer:
    """Return a picture as the engine decodes it."""
    return AvFrameBuffer(av.VideoFrame.from_ndarray(picture, format="bgr24").reformat(format="yuv420p"))
