"""The file in which the memory of a place outlives the process: a line that says what it is, and plain arrays.

It is read only if its first line and its length are those that this task would write, and every number in it makes
sense; otherwise the place is learnt anew.
"""

import hashlib
import logging
import re
from pathlib import Path

import numpy as np

from camloom.geometry import FloatArray
from camloom.rules.picture.scenery import LIGHTS, Scenery

_VERSION = 1
_MOST_LEVELS = 512.0
_MOST_S = 1e9
_logger = logging.getLogger(__name__)


class SceneFile:
    """Stores and brings back the memory of one rule.

    Args:
        folder: of the task; made when it is needed. None: nothing is stored.
        rule_id: names the file.
        place: what the memory is about, such as the corners of the zone: another place is another memory.
    """

    def __init__(self, folder: Path | None, rule_id: str, place: str) -> None:
        digest = hashlib.sha256(rule_id.encode()).hexdigest()[:8]
        name = re.sub(r"[^A-Za-z0-9_-]", "_", rule_id)[:64]
        self._path = None if folder is None else folder / f"{name}-{digest}.scene"
        self._place = hashlib.sha256(place.encode()).hexdigest()[:16]
        self._failed = False

    def save(self, scenery: Scenery) -> None:
        """Write the file, whole or not at all. What hinders it is logged once."""
        if self._path is None:
            return
        new = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(self._head(scenery) + b"".join(part.tobytes() for part in _parts(scenery)))
            new.replace(self._path)
        except OSError as error:
            if not self._failed:
                _logger.warning("cannot store what the scene looks like in %s: %s", self._path, error.strerror)
            self._failed = True

    def restore(self, scenery: Scenery) -> bool:
        """Bring back what was stored; False: nothing was, or it is of no use."""
        if self._path is None:
            return False
        head, parts = self._head(scenery), _parts(scenery)
        length = len(head) + sum(part.nbytes for part in parts)
        try:
            with self._path.open("rb") as file:
                stored = file.read(length + 1)
        except OSError:
            return False
        if len(stored) != length or not stored.startswith(head) or not _take(stored[len(head) :], scenery):
            _logger.warning("%s is of another scene or damaged: the scene is learnt anew", self._path)
            return False
        return True

    def _head(self, scenery: Scenery) -> bytes:
        width, height = scenery.frame_size
        return f"camloom scene {_VERSION} {width}x{height} {self._place}\n".encode()


def _parts(scenery: Scenery) -> list[FloatArray]:
    learnt = np.array([scenery.references[light].learnt_s for light in LIGHTS], "<f4")
    edges = [scenery.references[light].edges.astype("<f4") for light in LIGHTS]
    blind = [scenery.references[light].blind.astype("<f4") for light in LIGHTS]
    return [learnt, *edges, *blind, scenery.changed_s.astype("<f4"), scenery.told.astype("<f4")]


def _take(stored: bytes, scenery: Scenery) -> bool:
    """Fill in the numbers; False, and nothing is changed, if they cannot be."""
    numbers = np.frombuffer(stored, "<f4").astype(np.float32)
    ends = np.cumsum([part.size for part in _parts(scenery)])[:-1]
    learnt, day, night, blind_day, blind_night, changed_s, told = np.split(numbers, ends)
    if not np.isfinite(numbers).all() or (numbers < 0).any():
        return False
    if max(day.max(), night.max()) > _MOST_LEVELS or max(learnt.max(), changed_s.max()) > _MOST_S:
        return False
    squares = scenery.changed_s.shape
    for light, edges, blind, learnt_s in zip(
        LIGHTS, (day, night), (blind_day, blind_night), learnt.tolist(), strict=True
    ):
        reference = scenery.references[light]
        reference.edges, reference.learnt_s = edges.reshape(reference.edges.shape), learnt_s
        reference.blind = blind.reshape(squares) > 0
    scenery.changed_s, scenery.told = changed_s.reshape(squares), told.reshape(squares) > 0
    return True
