import hashlib
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from camloom.assets import Asset, cached, catalogue, fetch
from camloom.assets.store import fetch_asset
from camloom.errors import AssetError

CONTENT = b"the right bytes of a model"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that is named in CAMLOOM_MIRROR, behind one that does not exist."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    monkeypatch.setenv("CAMLOOM_MIRROR", os.pathsep.join([str(tmp_path / "gone"), str(folder)]))
    return folder


@pytest.mark.parametrize("place", ["model.bin", "toy/model.bin", "elsewhere/other_name.bin"])
def test_a_file_is_found_in_a_mirror_folder(folder: Path, make_asset: Callable[..., Asset], place: str) -> None:
    (folder / place).parent.mkdir(exist_ok=True)
    (folder / place).write_bytes(CONTENT)
    asset = make_asset({"type": "folder", "paths": {"model.bin": ["elsewhere/other_name.bin"]}})
    path = fetch_asset(asset)
    assert path.name == "model.bin"
    assert path.read_bytes() == CONTENT


def test_the_cache_serves_without_any_mirror(
    folder: Path, make_asset: Callable[..., Asset], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "model.bin").write_bytes(CONTENT)
    first = fetch_asset(make_asset())
    monkeypatch.delenv("CAMLOOM_MIRROR")
    assert fetch_asset(make_asset()) == first


def test_a_cache_is_a_mirror_folder_for_the_next_machine(
    folder: Path, make_asset: Callable[..., Asset], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (folder / "model.bin").write_bytes(CONTENT)
    fetch_asset(make_asset(), cache_dir=tmp_path / "first")
    monkeypatch.setenv("CAMLOOM_MIRROR", str(tmp_path / "first"))
    assert fetch_asset(make_asset(), cache_dir=tmp_path / "second").read_bytes() == CONTENT


def test_what_was_damaged_in_the_cache_is_fetched_again(folder: Path, make_asset: Callable[..., Asset]) -> None:
    (folder / "model.bin").write_bytes(CONTENT)
    path = fetch_asset(make_asset())
    path.write_bytes(CONTENT[:-1])
    assert fetch_asset(make_asset()).read_bytes() == CONTENT


def test_a_wrong_file_is_refused_and_the_next_mirror_is_tried(
    folder: Path, make_asset: Callable[..., Asset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "model.bin").write_bytes(b"something else")
    with pytest.raises(AssetError, match=r"model\.bin is not the right file"):
        fetch_asset(make_asset())
    assert not (tmp_path / "cache" / "toy" / "model.bin").exists()

    other = tmp_path / "other"
    other.mkdir()
    (other / "model.bin").write_bytes(CONTENT)
    monkeypatch.setenv("CAMLOOM_MIRROR", os.pathsep.join([str(folder), str(other)]))
    assert fetch_asset(make_asset()).read_bytes() == CONTENT


def test_another_build_with_a_known_sum_is_as_good(folder: Path, make_asset: Callable[..., Asset]) -> None:
    build = b"the same model, exported by another version"
    (folder / "model.bin").write_bytes(build)
    asset = make_asset(other_builds=[hashlib.sha256(build).hexdigest()])
    assert fetch_asset(asset).read_bytes() == build


def test_the_error_names_every_mirror_its_reason_and_the_way_out(
    make_asset: Callable[..., Asset], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    take = {"model.bin": {"members": [{"path": "x"}]}}
    asset = make_asset(
        {"type": "folder"},
        {"type": "https", "urls": {"model.bin": "https://localhost:1/secret-path/model.bin"}},
        {"type": "npm", "package": "@toy/models", "version": "1.0.0", "take": take},
        {"type": "apt", "package": "toy-doc", "take": take},
    )
    with pytest.raises(AssetError) as caught:
        fetch_asset(asset)
    text = str(caught.value)
    assert "\n" not in text
    for part in (
        "model 'toy'",
        "folders of CAMLOOM_MIRROR: none is named",
        "https localhost: not reached",
        "npm @toy/models: npm is not installed (apt-get install npm), and pip failed: Could not find",
        "apt toy-doc: apt-get is not installed",
        "put model.bin into a folder and name that folder in CAMLOOM_MIRROR",
    ):
        assert part in text


def test_many_at_once_all_get_the_whole_file(folder: Path, make_asset: Callable[..., Asset], tmp_path: Path) -> None:
    content = os.urandom(1 << 20)
    (folder / "model.bin").write_bytes(content)
    asset = make_asset(content=content)
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(lambda _: fetch_asset(asset), range(16)))
    assert {path.read_bytes() for path in paths} == {content}
    assert sorted(path.name for path in (tmp_path / "cache" / "toy").iterdir()) == [".lock", "model.bin"]


def test_what_a_killed_process_left_is_swept(folder: Path, make_asset: Callable[..., Asset], tmp_path: Path) -> None:
    left = tmp_path / "cache" / "toy" / ".partial-old"
    left.mkdir(parents=True)
    (left / "half").write_bytes(b"half")
    (folder / "model.bin").write_bytes(CONTENT)
    fetch_asset(make_asset())
    assert not left.exists()


def test_a_cache_folder_that_cannot_be_written_says_so(make_asset: Callable[..., Asset], tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    with pytest.raises(AssetError, match="CAMLOOM_CACHE"):
        fetch_asset(make_asset(), cache_dir=blocked)


def test_an_unknown_asset_suggests_the_nearest() -> None:
    with pytest.raises(AssetError, match="Did you mean 'nanodet'"):
        fetch("nanodett")


def test_nothing_is_cached_before_it_was_fetched() -> None:
    assert {cached(name) for name in catalogue()} == {None}


def test_a_mirror_that_cannot_deliver_every_file_is_a_mistake_of_the_catalogue(
    make_asset: Callable[..., Asset],
) -> None:
    with pytest.raises(ValueError, match=r"names \['modell\.bin'\]"):
        make_asset({"type": "https", "urls": {"modell.bin": "https://localhost/"}})


def test_the_catalogue_has_what_the_demo_needs() -> None:
    known = catalogue()
    assert known["nanodet"].kind == "model"
    assert known["street"].kind == "sample"
    for asset_id in ("nanodet", "objectron-ssd", "pedestrian-ssdlite", "street", "bikes"):
        assert any(mirror.type in ("npm", "pip", "apt") for mirror in known[asset_id].mirrors), asset_id


@pytest.mark.mirror
def test_the_second_cards_are_in_the_mirror(site_mirror: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not site_mirror:
        pytest.skip("CAMLOOM_MIRROR names no folder")
    monkeypatch.setenv("CAMLOOM_MIRROR", site_mirror)
    wanted = [name for name in catalogue() if name.startswith("pvb-")] + ["yolox-nano", "street", "bikes"]
    for name in wanted:
        assert fetch(name) == cached(name)
