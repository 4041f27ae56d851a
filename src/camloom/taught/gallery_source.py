"""The gallery as a running rule sees it: read once, and again when somebody was added or removed."""

import logging
from pathlib import Path

from camloom.errors import CamloomError
from camloom.taught.gallery import Gallery, read_gallery

_LOOK_EVERY_S = 5.0
_log = logging.getLogger(__name__)


class GallerySource:
    """Keeps a gallery up to date on the stream clock. One that can no longer be read stays as it was.

    Args:
        path: of the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._gallery: Gallery | None = None
        self._stamp: tuple[int, int, int] | None = None
        self._looked_s = 0.0

    def read(self) -> Gallery:
        """Read the gallery now. ConfigError, PluginError: see `read_gallery`."""
        stamp = self._stamp_now()
        self._gallery = read_gallery(self.path)
        self._stamp = stamp
        return self._gallery

    def current(self, now_s: float) -> Gallery:
        """Return the gallery, read anew if its file has changed; that is looked at every 5 s of the stream."""
        if self._gallery is None:
            self._looked_s = now_s
            return self.read()
        if 0 <= now_s - self._looked_s < _LOOK_EVERY_S:
            return self._gallery
        self._looked_s = now_s
        return self._gallery if self._stamp_now() == self._stamp else self._read_anew(self._gallery)

    def _read_anew(self, before: Gallery) -> Gallery:
        self._stamp = self._stamp_now()
        try:
            fresh = read_gallery(self.path)
        except CamloomError as error:
            _log.warning("%s; the stream goes on with the gallery as it was", error)
            return before
        if fresh.model != before.model:
            _log.warning("%s is now of another model; the stream goes on with the gallery as it was", self.path)
            return before
        self._gallery = fresh
        return fresh

    def _stamp_now(self) -> tuple[int, int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size
