"""What the tests of assets share: a cache of their own, and assets that are not in the catalogue."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from camloom.assets import Asset

CONTENT = b"the right bytes of a model"

MakeAsset = Callable[..., Asset]


@pytest.fixture(autouse=True)
def site_mirror(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Hide the mirror and the cache of this machine; return the mirror for those who want it."""
    before = os.environ.get("CAMLOOM_MIRROR", "")
    monkeypatch.delenv("CAMLOOM_MIRROR", raising=False)
    monkeypatch.setenv("CAMLOOM_CACHE", str(tmp_path / "cache"))
    return before


@pytest.fixture
def make_asset() -> MakeAsset:
    """Return a maker of an asset of one file, `model.bin`, with these mirrors."""

    def make(*mirrors: dict[str, Any], content: bytes = CONTENT, **of_file: Any) -> Asset:
        file = {"name": "model.bin", "size_bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        return Asset.model_validate(
            {
                "id": "toy",
                "kind": "model",
                "summary": "",
                "licence": "CC0-1.0",
                "files": [{**file, **of_file}],
                "mirrors": mirrors or [{"type": "folder"}],
            }
        )

    return make
