"""A superior platform, and cascades below it."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from tests.gb28181.running import Run, Running, cascade_config
from tests.gb28181.superior import Superior


@pytest.fixture
def platform() -> Iterator[Superior]:
    with Superior() as superior:
        yield superior


@pytest.fixture
def run(platform: Superior) -> Iterator[Run]:
    with ExitStack() as stack:

        def make(**changes: Any) -> Running:
            running = stack.enter_context(Running(cascade_config(platform.address, **changes)))
            running.wait_online()
            return running

        yield make
