"""Where the service listens for other processes."""

import os
from pathlib import Path

from platformdirs import user_state_path


def default_control_path() -> Path:
    """Return the socket of this user's service, in a folder that belongs to the user alone."""
    if folder := os.environ.get("XDG_RUNTIME_DIR"):
        return Path(folder) / "camloom" / "gb28181.sock"
    return user_state_path("camloom") / "gb28181.sock"
