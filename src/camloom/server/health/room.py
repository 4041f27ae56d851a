"""Whether the disks have the room that the server needs to go on."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from camloom.server.trouble import Troubles

LEAST_BYTES = 32 << 20
"""With less, the next picture or the next change of the database may be the one that does not fit any more."""


def folders_of(state: Any) -> list[Path]:
    """Return the folders that a server writes into: that of everything kept, and the place of pictures and clips."""
    return [state.settings.data, *([state.media.folder] if state.media.folder is not None else [])]


def short_of_room(folders: Iterable[Path]) -> str | None:
    """Return in one line which disk has too little room left; None: none."""
    for folder in folders:
        try:
            free = shutil.disk_usage(folder).free
        except OSError as error:
            return f"{folder} cannot be used: {error.strerror}"
        if free < LEAST_BYTES:
            return f"the disk of {folder} is full: {free / 1e6:.0f} MB are free"
    return None


def watch_room(folders: Iterable[Path], troubles: Troubles) -> None:
    """Say in the log when a disk is full, and when it is so no more. Called every few seconds."""
    line = short_of_room(folders)
    if line is None:
        troubles.over("disk")
    else:
        troubles.note("disk", line)
