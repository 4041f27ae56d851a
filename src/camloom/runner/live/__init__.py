"""Live pictures for whoever looks: the camera's own packets, copied into FLV, and what was found in them."""

from camloom.runner.live.tap import TappedSource
from camloom.runner.live.view import LiveView

__all__ = ["LiveView", "TappedSource"]
