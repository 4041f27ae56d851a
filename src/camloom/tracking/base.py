"""The seam of trackers: detections in, identities out. One instance per stream."""

from typing import Protocol

from pydantic import BaseModel

from camloom.detections import Detections
from camloom.tracks import Tracks


class Tracker(Protocol):
    """Gives identities. `__init__(config, *, trusted=...)`.

    `trusted` is the confidence from which boxes of this model may begin a track: its card or the task says so,
    because every model has a scale of its own.
    """

    @property
    def Config(self) -> type[BaseModel]:  # noqa: N802  # a class in every implementation
        """The settings; a class attribute."""

    def update(self, detections: Detections, pts_s: float) -> Tracks:
        """Return the rows of `detections` that belong to confirmed tracks, with their ids.

        Args:
            detections: all that the model found, low scores included; px.
            pts_s: seconds on the stream clock; gaps between frames may differ.
        """

    def reset(self) -> None:
        """Forget every track (a break in the stream); ids only grow and are not used again."""

    @property
    def active(self) -> int:
        """How many tracks are alive, those not seen just now included."""
