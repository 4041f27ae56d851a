"""Files that a server hands over to hosts: on one machine a folder that both see."""

import hashlib
from pathlib import Path

from camloom.errors import ExchangeError
from camloom.exchange.documents import HandedFile


class HandedFiles:
    """A folder of files by their ids.

    Args:
        folder: made when the first comes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, file: Path, handed: HandedFile) -> None:
        """Move a file here. ExchangeError: it cannot be."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file.rename(self._folder / handed.id)
        except OSError as error:
            raise ExchangeError(f"the file cannot be handed over: {error.strerror}", "Look at the disk") from error

    def get(self, handed: HandedFile) -> Path:
        """Return where a file lies. ExchangeError: nowhere, or it is another one by now."""
        path = self._folder / handed.id
        try:
            if path.stat().st_size != handed.size_bytes:
                raise _altered(handed)
            with path.open("rb") as opened:
                found = hashlib.file_digest(opened, "sha256").hexdigest()
        except OSError as error:
            raise ExchangeError(f"the file '{handed.name}' is not there any more", "Upload it again") from error
        if found != handed.sha256:
            raise _altered(handed)
        return path

    def drop(self, handed_id: str) -> None:
        """Remove a file. ExchangeError: it cannot be."""
        try:
            (self._folder / handed_id).unlink(missing_ok=True)
        except OSError as error:
            raise ExchangeError(f"a file cannot be removed: {error.strerror}", "Look at the disk") from error


def _altered(handed: HandedFile) -> ExchangeError:
    return ExchangeError(f"the file '{handed.name}' is not the one that was uploaded", "Upload it again")
