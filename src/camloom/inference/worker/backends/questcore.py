# ruff: noqa: UP006, UP032, UP035  # a vendor's Python may be as old as 3.5
"""Yitu's QuestCore: no public document of its Python API was found, so nothing here pretends to know it.

Whoever has the SDK writes this file anew after it, with the same two names, and gives its path in
CAMLOOM_BACKEND_QUESTCORE; docs/hardware.md says what they must do.
"""

from typing import Any, Dict, List

_REASON = "no public document of Yitu's QuestCore Python API was found"


def devices() -> List[str]:
    """Say why there are none."""
    raise RuntimeError(_REASON)


class Backend:
    """What a backend has to have."""

    def __init__(self, path: str, device_index: int) -> None:
        self.inputs = []  # type: List[Any]
        self.outputs = []  # type: List[Any]
        raise RuntimeError("{} ({}, device {})".format(_REASON, path, device_index))

    def run(self, inputs: Dict[str, Any]) -> Dict[str, Any]:
        """Run the model."""
        raise RuntimeError("{}: nothing to do with {}".format(_REASON, sorted(inputs)))

    def close(self) -> None:
        """Give the model up."""
