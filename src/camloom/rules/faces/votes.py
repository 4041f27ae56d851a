"""What the frames of a face say, one vote each, and what they agree on."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from camloom.detections import CropReading
from camloom.event import Gate
from camloom.geometry import FloatArray
from camloom.taught.face_view import FaceView, face_view
from camloom.taught.gallery import Gallery


@dataclass(frozen=True, slots=True)
class FaceQuality:
    """What a face must be like for its frame to have a say."""

    min_width_px: float
    max_angle_deg: float
    min_sharpness: float

    def passes(self, view: FaceView, sharpness: float) -> bool:
        """Tell whether a face is large, frontal and sharp enough; what is not known (nan) is not."""
        return (
            view.width_px >= self.min_width_px
            and view.angle_deg <= self.max_angle_deg
            and sharpness >= self.min_sharpness
        )


@dataclass(frozen=True, slots=True)
class Vote:
    """What one frame says.

    Attributes:
        name: of the person whom the face is like; empty: like nobody's.
        cosine: with the most similar picture of the gallery; -1 where there is none.
        threshold: that it reached, or did not.
    """

    name: str
    cosine: float
    threshold: float
    view: FaceView
    sharpness: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What enough votes agree on; `cosine` is their median."""

    name: str
    cosine: float
    needed: int
    votes: tuple[Vote, ...]

    def why(self, quality: FaceQuality) -> tuple[Gate, ...]:
        """Return what was asked of the votes, with the weakest of them."""
        limit = self.votes[-1].threshold
        likeness = Gate("cosine", self.cosine, limit) if self.name else Gate("below_threshold", limit - self.cosine, 0)
        turned = max(vote.view.angle_deg for vote in self.votes)
        return (
            likeness,
            Gate("votes", len(self.votes), self.needed, "frames"),
            Gate("min_width", min(vote.view.width_px for vote in self.votes), quality.min_width_px, "px"),
            Gate("below_max_angle", quality.max_angle_deg - turned, 0, "deg"),
            Gate("min_sharpness", min(vote.sharpness for vote in self.votes), quality.min_sharpness),
        )


class Votes:
    """The last votes about one track.

    Args:
        needed: that must agree.
        of: remembered.
    """

    def __init__(self, needed: int, of: int) -> None:
        self._needed = needed
        self._votes: deque[Vote] = deque(maxlen=of)

    def add(self, vote: Vote) -> None:
        """Take in the vote of one more frame."""
        self._votes.append(vote)

    def verdict(self) -> Verdict | None:
        """Return what enough of them agree on; the newer of two, None if they do not."""
        for name in dict.fromkeys(vote.name for vote in reversed(self._votes)):
            agreeing = tuple(vote for vote in self._votes if vote.name == name)
            if len(agreeing) >= self._needed:
                return Verdict(name, median(vote.cosine for vote in agreeing), self._needed, agreeing)
        return None


def votes_of(
    fresh: Sequence[CropReading], keypoints: FloatArray, gallery: Gallery, quality: FaceQuality, threshold: float
) -> Iterator[Vote]:
    """Yield the vote of a frame: none if the face is not seen well, or was not read by the gallery's model.

    Args:
        fresh: what was read of the face on this frame.
        keypoints: (5, 3) of the face, px.
        gallery: known people.
        quality: what the face must be like.
        threshold: least cosine with a picture of a person.
    """
    readings = [one for one in fresh if one.model == gallery.model and one.embedding is not None]
    view = face_view(keypoints) if readings else None
    if view is None:
        return
    for reading in readings:
        if reading.embedding is None or not quality.passes(view, reading.sharpness):
            continue
        nearest = gallery.nearest(reading.embedding)
        cosine = -1.0 if nearest is None else nearest.cosine
        name = nearest.name if nearest is not None and cosine >= threshold else ""
        yield Vote(name, cosine, threshold, view, reading.sharpness)
