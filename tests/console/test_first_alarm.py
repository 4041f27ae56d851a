"""Somebody who reads, thinks and types gets from a cold start to an alarm on their own camera within five minutes.

The steps are in `web/e2e`; pictures of each, and when it was done, are left in `out/console`.
"""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.console.browser import run_node
from tests.console.platform import CAMERA_FPS, running, write_people

from camloom.bench.camera import RtspServer

SHOTS = Path(__file__).parents[2] / "out" / "console" / "first-alarm"
_PACE_MS = 2500


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_first_alarm_on_a_camera_of_ones_own(
    console: None, chromium: str, recording: Path, rtsp_server: Callable[..., RtspServer], tmp_path: Path
) -> None:
    user, password = "admin", "sesame15"
    people = write_people(tmp_path / "people.units")
    camera = rtsp_server(units=str(people), fps=CAMERA_FPS, user=user, password=password, auth="digest")
    started_s = time.time()
    # The camera is on this machine, which the platform would not look into by itself.
    with running(tmp_path / "data", CAMLOOM_SOURCE_ALLOW="127.0.0.1") as platform:
        outcome = run_node(
            "vitest/vitest.mjs",
            *("run", "--config", "e2e/vitest.config.ts", "first-alarm"),
            CAMLOOM_E2E_LINK=platform.link,
            CAMLOOM_E2E_CAMERA=camera.url_as(user, password),
            CAMLOOM_E2E_STARTED_S=str(started_s),
            CAMLOOM_E2E_PACE_MS=str(_PACE_MS),
            CAMLOOM_E2E_RECORDING=str(recording),
            CAMLOOM_E2E_CHROMIUM=chromium,
            CAMLOOM_E2E_LANGUAGE="en",
            CAMLOOM_E2E_WIDTH="1440",
            CAMLOOM_E2E_SHOTS=str(SHOTS),
        )
        assert outcome.returncode == 0, outcome.stdout[-6000:]
    assert platform.complaints() == []
