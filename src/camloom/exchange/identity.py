"""Which host this machine is."""

import re
from pathlib import Path

from ulid import ULID

from camloom.errors import ExchangeError

_NAME = "host-id"
_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


def own_host_id(data: Path) -> str:
    """Return the id of this host; it is made when first asked for, and whoever asks then gets the same.

    Args:
        data: the folder of everything kept.

    Raises:
        ExchangeError: it cannot be written, or something else is written there.
    """
    file = data / _NAME
    try:
        data.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            _make(file)
        found = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ExchangeError(f"cannot read or write {file}", "Check who owns the folder and its space") from error
    if not _ID.fullmatch(found):
        raise ExchangeError(f"{file} does not hold the id of a host", "Take it back from a backup")
    return found


def _make(file: Path) -> None:
    """Make the file whole or not at all; where two do so at once, the first one's stays."""
    draft = file.with_name(f"{file.name}.{ULID()}")
    draft.write_text(f"{ULID()}\n", encoding="ascii")
    try:
        file.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
