"""Clips that are encoded once."""

import pytest
from tests.gb28181.media.clips import Coded, encode


@pytest.fixture(scope="session")
def h264() -> list[Coded]:
    """Thirty pictures of H.264, a keyframe every ten."""
    return encode("h264")


@pytest.fixture(scope="session")
def hevc() -> list[Coded]:
    """Thirty pictures of H.265, a keyframe every ten."""
    return encode("hevc")
