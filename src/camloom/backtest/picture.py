"""The place of a picture that was not kept."""

from typing import NoReturn

from camloom.errors import CamloomError
from camloom.frame import ImageArray, PixelBox


class PixelsNeededError(CamloomError):
    """A rule looked at the picture of a stored frame, of which only the size is known."""


class NoPicture:
    """Knows the size of a picture and nothing else; asking for pixels raises PixelsNeededError."""

    __slots__ = ("height", "width")
    pix_fmt = "none"

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height

    def to_bgr(self) -> ImageArray:
        """Raise PixelsNeededError."""
        _refuse()

    def resize_into(self, target: ImageArray) -> None:
        """Raise PixelsNeededError."""
        del target
        _refuse()

    def crop_into(self, target: ImageArray, box_px: PixelBox) -> None:
        """Raise PixelsNeededError."""
        del target, box_px
        _refuse()

    def luma(self, width: int, height: int) -> ImageArray:
        """Raise PixelsNeededError."""
        del width, height
        _refuse()


def _refuse() -> NoReturn:
    raise PixelsNeededError("a history keeps tracks, not pictures")
