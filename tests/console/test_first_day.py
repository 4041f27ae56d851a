"""Somebody's first day with the console: from the link of the first start to the logout, in a real browser.

The steps are in `web/e2e`; pictures of each are left in `out/console`.
"""

from pathlib import Path

import pytest
from tests.console.browser import run_node
from tests.console.platform import running

SHOTS = Path(__file__).parents[2] / "out" / "console"


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("language", "width"),
    [
        ("en", 1440),
        pytest.param("zh", 1440, marks=pytest.mark.slow),
        pytest.param("en", 390, marks=pytest.mark.slow),
        pytest.param("zh", 390, marks=pytest.mark.slow),
    ],
)
def test_the_first_day(
    language: str, width: int, console: None, chromium: str, recording: Path, tmp_path: Path
) -> None:
    with running(tmp_path / "data") as platform:
        outcome = run_node(
            "vitest/vitest.mjs",
            *("run", "--config", "e2e/vitest.config.ts", "first-day"),
            CAMLOOM_E2E_LINK=platform.link,
            CAMLOOM_E2E_RECORDING=str(recording),
            CAMLOOM_E2E_CHROMIUM=chromium,
            CAMLOOM_E2E_LANGUAGE=language,
            CAMLOOM_E2E_WIDTH=str(width),
            CAMLOOM_E2E_EVERY_ROOM=str(int((language, width) != ("en", 1440))),
            CAMLOOM_E2E_SHOTS=str(SHOTS / f"{language}-{width}"),
        )
        assert outcome.returncode == 0, outcome.stdout[-6000:]
    assert platform.complaints() == []
