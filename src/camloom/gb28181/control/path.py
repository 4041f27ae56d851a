"""Where the service listens for other processes."""

from pathlib import Path

from platformdirs import user_runtime_path


def default_control_path() -> Path:
    """Return the socket of this user's service."""
    return user_runtime_path("camloom") / "gb28181.sock"
