"""Cameras that speak ONVIF, on the loopback."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from tests.onvif.camera import Camera, Habits

MakeCamera = Callable[..., Camera]


@pytest.fixture
def onvif_camera(discovery_alone: None) -> Iterator[MakeCamera]:
    """A function that starts a camera: `onvif_camera(login="http", media2=False)`; see `Habits`."""
    with ExitStack() as stack:
        yield lambda **habits: stack.enter_context(Camera(_habits(habits)))


def _habits(changes: dict[str, Any]) -> Habits:
    return replace(Habits(), **changes)
