"""The gallery: whose faces are known. Vectors only, no pictures; sealed at rest."""

import base64
import fcntl
import json
import os
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Self

import numpy as np
import platformdirs
from pydantic import AwareDatetime, Field, ValidationError

from camloom.config import StrictModel, first_problem
from camloom.errors import ConfigError
from camloom.geometry import FloatArray
from camloom.taught.sealed import read_sealed, write_sealed

GALLERY_VARIABLE = "CAMLOOM_GALLERY"
MAX_PEOPLE = 20_000
MAX_PICTURES = 20
_MAGIC = b"CAMLOOM-FACES-1\n"
_BYTES_MAX = 1 << 30
_NAME_MAX = 64
_UNIT_TOLERANCE = 1e-3
_Finite = Annotated[float, Field(allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class FacePrint:
    """One picture of a person.

    Attributes:
        embedding: (D,) float32 of unit length.
        width_px, angle_deg, sharpness: how the face was seen, see `FaceView` and `CropReading`.
        added_at: aware UTC.
    """

    embedding: FloatArray
    width_px: float
    angle_deg: float
    sharpness: float
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Likeness:
    """Who a face looks like most, and how much: the cosine with the nearest picture of that person."""

    name: str
    cosine: float


@dataclass(frozen=True, slots=True)
class Gallery:
    """Known people by name, each with some pictures; never changed, only replaced.

    Attributes:
        model: name and version of the card that made all its vectors; others cannot be compared with them.
        threshold: least cosine at which two faces are taken for one person.
        cards: model cards that read the pictures, as they were named: of faces, of embeddings.
    """

    model: str
    threshold: float
    people: dict[str, tuple[FacePrint, ...]] = field(default_factory=dict)
    cards: tuple[str, str] = ("", "")
    _names: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _vectors: FloatArray = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        prints = [(name, one.embedding) for name, each in self.people.items() for one in each]
        object.__setattr__(self, "_names", tuple(name for name, _ in prints))
        vectors = np.stack([vector for _, vector in prints]) if prints else np.zeros((0, 0), np.float32)
        object.__setattr__(self, "_vectors", vectors)

    def nearest(self, embedding: FloatArray, *, without: str = "") -> Likeness | None:
        """Return who looks most like a face, (D,) of unit length; None if there is nobody or it has another size.

        Args:
            without: a person to leave out.
        """
        if not self._names or embedding.shape != self._vectors.shape[1:]:
            return None
        cosine = self._vectors @ embedding
        for row, name in enumerate(self._names if without else ()):
            if name == without:
                cosine[row] = -np.inf
        best = int(np.argmax(cosine))
        return Likeness(self._names[best], float(cosine[best])) if np.isfinite(cosine[best]) else None

    def likeness_to(self, name: str, embedding: FloatArray) -> float | None:
        """Return the cosine with the nearest picture of one person; None if nothing is known of that one."""
        known = self.people.get(name, ())
        return max((float(one.embedding @ embedding) for one in known), default=None)

    def with_print(self, name: str, one: FacePrint) -> "Gallery":
        """Return it with one more picture of a person, who may be new.

        Raises:
            ConfigError: it is full, or the person has as many pictures as one may have.
        """
        known = self.people.get(name, ())
        if len(known) >= MAX_PICTURES:
            raise ConfigError(f"'{name}' has {len(known)} pictures, as many as a person may have", _remove(name))
        if not known and len(self.people) >= MAX_PEOPLE:
            raise ConfigError(f"the gallery holds {MAX_PEOPLE} people, as many as it may", "Begin another one")
        return replace(self, people={**self.people, name: (*known, one)})

    def without(self, name: str) -> "Gallery":
        """Return it without a person. ConfigError: there is none of that name."""
        if name not in self.people:
            known = ", ".join(sorted(self.people)[:10]) or "nobody"
            raise ConfigError(f"there is no '{name}' in the gallery", f"It knows {known}")
        return replace(self, people={key: each for key, each in self.people.items() if key != name})


class _Print(StrictModel):
    vector: str = Field(max_length=1 << 17)
    width_px: _Finite
    angle_deg: _Finite
    sharpness: _Finite
    added_at: AwareDatetime

    @classmethod
    def of(cls, one: FacePrint) -> Self:
        vector = base64.b64encode(one.embedding.astype("<f4").tobytes()).decode()
        seen = {"width_px": one.width_px, "angle_deg": one.angle_deg, "sharpness": one.sharpness}
        return cls(vector=vector, added_at=one.added_at, **seen)

    def build(self) -> FacePrint:
        vector = np.frombuffer(base64.b64decode(self.vector, validate=True), "<f4").astype(np.float32)
        if len(vector) < 2 or not abs(float(np.linalg.norm(vector)) - 1) < _UNIT_TOLERANCE:
            raise ValueError("a vector that is not of unit length")
        return FacePrint(vector, self.width_px, self.angle_deg, self.sharpness, self.added_at)


class _Document(StrictModel):
    model: str
    threshold: float = Field(gt=0, lt=1)
    cards: tuple[str, str]
    people: dict[str, tuple[_Print, ...]] = Field(max_length=MAX_PEOPLE)

    def build(self) -> Gallery:
        people = {name: tuple(one.build() for one in each) for name, each in self.people.items()}
        if len({len(one.embedding) for each in people.values() for one in each}) > 1:
            raise ValueError("vectors of different sizes")
        return Gallery(self.model, self.threshold, people, self.cards)


def gallery_file() -> Path:
    """Return the usual gallery: CAMLOOM_GALLERY, or a file in the user's data folder."""
    named = os.environ.get(GALLERY_VARIABLE)
    if named:
        return Path(named).expanduser()
    return Path(platformdirs.user_data_dir("camloom", appauthor=False)) / "faces.gallery"


def read_gallery(path: Path) -> Gallery:
    """Read a gallery.

    Raises:
        ConfigError: there is none, it was changed, or its key is not here.
        PluginError: the library that opens it is not installed.
    """
    content = read_sealed(path, _MAGIC, _BYTES_MAX)
    try:
        return _Document.model_validate_json(content).build()
    except ValidationError as error:
        raise ConfigError(f"{path} is no gallery that is read here: {first_problem(error)}", _NEWER) from None
    except ValueError as error:
        raise ConfigError(f"{path} is no gallery that is read here: {error}", _NEWER) from None


_NEWER = "Was it made by a newer Camloom?"


def write_gallery(path: Path, gallery: Gallery) -> None:
    """Write a gallery, encrypted, whole or not at all; the key is made if there is none yet.

    Raises:
        ConfigError: it cannot be written, or its key cannot be used.
        PluginError: the library that seals it is not installed.
    """
    people = {name: [_Print.of(one).model_dump(mode="json") for one in each] for name, each in gallery.people.items()}
    document = {"model": gallery.model, "threshold": gallery.threshold, "cards": gallery.cards, "people": people}
    write_sealed(path, _MAGIC, json.dumps(document, ensure_ascii=False).encode())


@contextmanager
def gallery_lock(path: Path) -> Iterator[None]:
    """Hold a gallery while it is read, changed and written: nobody else's change is lost."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = path.with_name(f".{path.name}.lock").open("w")
    except OSError as error:
        raise ConfigError(f"cannot write into {path.parent}: {error.strerror}", "Name another `--gallery`") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def checked_name(name: str) -> str:
    """Return the name of a person as it is kept. ConfigError: it is empty, too long, or has odd characters."""
    kept = unicodedata.normalize("NFC", name).strip()
    if not kept or len(kept) > _NAME_MAX or not kept.isprintable():
        raise ConfigError(f"a person's name has 1 to {_NAME_MAX} letters that can be printed", "Give another name")
    return kept


def _remove(name: str) -> str:
    return f"Remove them first: camloom faces remove '{name}'"
