"""A gallery of made-up people in a folder of its own."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from camloom.geometry import FloatArray
from camloom.taught.gallery import FacePrint, Gallery
from camloom.taught.sealed import KEY_VARIABLE

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def vector(*values: float) -> FloatArray:
    """Return a vector of unit length."""
    made = np.array(values, np.float32)
    return np.asarray(made / np.linalg.norm(made), np.float32)


def face(*values: float) -> FacePrint:
    return FacePrint(vector(*values), 120.0, 8.0, 0.55, NOON)


@pytest.fixture(autouse=True)
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name a key file in this test's folder."""
    path = tmp_path / "keys" / "gallery.key"
    monkeypatch.setenv(KEY_VARIABLE, str(path))
    return path


@pytest.fixture
def gallery() -> Gallery:
    """Return two people; the second has two pictures."""
    people = {"Li Lei": (face(1, 0, 0),), "韩梅梅": (face(0, 1, 0), face(0, 1, 0.5))}
    return Gallery("mobilefacenet@1", 0.3, people, ("faces.yaml", "who.yaml"))
