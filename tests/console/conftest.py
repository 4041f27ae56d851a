"""The console in a real browser, over the whole platform."""

from pathlib import Path

import pytest
from tests.console import browser
from tests.console.platform import record_people
from tests.packages import provide

from camloom import assets
from camloom.errors import AssetError
from camloom.server.console import BUILT


@pytest.fixture(scope="session")
def node_packages() -> None:
    """Node and the console's packages, as `make console` installs them."""
    if browser.node() is None or not (browser.WEB / "node_modules").is_dir():
        pytest.skip("needs node and the packages of the console: make console")


@pytest.fixture(scope="session")
def console(node_packages: None) -> None:
    """The built console."""
    if not (BUILT / "index.html").is_file():
        pytest.skip("the console is not built: make console")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser."""
    provide("browser", lambda: browser.chromium() is not None, *browser.PACKAGES)
    found = browser.chromium()
    assert found is not None
    return found


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording in which people walk; the model that sees them is there, too."""
    try:
        assets.fetch("nanodet")
        return record_people(tmp_path_factory.mktemp("recording") / "street.mp4")
    except AssetError as error:
        pytest.skip(f"needs a film and a model: {error}")
