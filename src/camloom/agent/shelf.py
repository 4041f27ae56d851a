"""The models of this host: those that come with Camloom, and those that were imported into its data folder."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from camloom.errors import CamloomError, ConfigError, UsageError
from camloom.inference.card import ModelCard
from camloom.inference.library import CARD_SUFFIXES, card_names, find_card
from camloom.phrases import Phrase
from camloom.runner.abilities import Abilities

_TOLD = {"name", "version", "summary", "task", "family", "licence", "class_names", "measured"}
_NAME = re.compile(r"^[a-z0-9][a-z0-9_.-]{0,63}$")
_TRIED_BYTES = 4096


class ModelShelf:
    """Lists, finds, keeps and removes models.

    Args:
        data: folder of everything kept; imported models are in `models` below it, the last picture that each was
            tried on in `tried`.
    """

    def __init__(self, data: Path) -> None:
        self._folder, self._tried = data / "models", data / "tried"

    def models(self) -> list[dict[str, Any]]:
        """Return all cards, as far as somebody chooses by them."""
        found: list[dict[str, Any]] = []
        for name in (*card_names(), *map(str, self._paths())):
            try:
                card, path = find_card(name)
            except CamloomError as error:
                found.append({"model": name, "error": str(error)})
                continue
            told: dict[str, Any] = card.model_dump(mode="json", include=_TOLD)
            told |= {"width": card.input.width, "height": card.input.height, "runtimes": sorted(card.files)}
            told |= {"model": name, "imported": path is not None, "says": _said_by(card)}
            found.append({**told, "tried": self._noted(card.name)})
        return found

    def named(self, name: str) -> str:
        """Return what `find_card` takes for the name of a model: the path of an imported one; else the name itself."""
        if name in card_names():
            return name
        found = next((path for path, card in self._imported() if card.name == name), None)
        return name if found is None else str(found)

    def card_of(self, name: str) -> str:
        """Return the same of a model that is here; ConfigError: none is. A path is no name."""
        found = self.named(name)
        if found == name and name not in card_names():
            raise ConfigError(Phrase(f"there is no model '{name}' on this host", "not-here", name=name), "Import it")
        return found

    def require_free(self, name: str) -> None:
        """Raise UsageError for a name that is none, or that a model has already."""
        if not _NAME.match(name):
            told = Phrase(f"'{name}' is no name of a model", "name-wrong", name=name)
            raise UsageError(told, "Small letters, digits, _ . and -")
        if name in card_names() or self.named(name) != name or (self._folder / name).exists():
            told = Phrase(f"there is a model '{name}' already", "name-taken", name=name)
            raise UsageError(told, "Give it another name")

    def keep(self, folder: Path, name: str) -> None:
        """Move a folder with a card and its files to the imported ones. UsageError: see `require_free`; no room."""
        self.require_free(name)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.rename(self._folder / name)
        except OSError as error:
            told = Phrase(f"the model cannot be kept: {error.strerror}", "no-room")
            raise UsageError(told, "Make room on the disk") from error

    def remove(self, name: str) -> None:
        """Remove an imported model with its files, as far as no other card names them. ConfigError: there is none."""
        cards = list(self._imported())
        path = next((path for path, card in cards if card.name == name), None)
        if path is None:
            told = Phrase(f"there is no imported model '{name}'", "not-imported", name=name)
            raise ConfigError(told, "Those that come with Camloom stay")
        others = {path.parent / file for path, card in cards if card.name != name for file in _files_of(card)}
        own = next(card for _, card in cards if card.name == name)
        for file in [path, path.with_suffix(".jpg"), *(path.parent / one for one in _files_of(own))]:
            if file not in others and file.parent == path.parent and file.is_file():
                file.unlink(missing_ok=True)
        if path.parent != self._folder:
            with suppress(OSError):  # something else lies there
                path.parent.rmdir()
        for suffix in (".jpg", ".json"):
            (self._tried / f"{name}{suffix}").unlink(missing_ok=True)

    def note(self, name: str, tried: dict[str, Any], picture: bytes) -> None:
        """Keep what a model found on a picture, and how fast it was."""
        with suppress(OSError):  # a full disk is told of elsewhere; it is a mere picture
            self._tried.mkdir(mode=0o700, parents=True, exist_ok=True)
            for suffix, content in ((".jpg", picture), (".json", json.dumps(tried).encode())):
                draft = self._tried / f"{name}{suffix}.part"
                draft.write_bytes(content)
                draft.replace(self._tried / f"{name}{suffix}")

    def picture(self, name: str) -> bytes:
        """Return the picture that `note` kept of a model. ConfigError: there is none."""
        path = self._tried / f"{name}.jpg"
        if not _NAME.match(name) or not path.is_file():
            raise ConfigError(Phrase(f"the model '{name}' was not tried here", "not-tried", name=name), "Try it")
        return path.read_bytes()

    def _noted(self, name: str) -> dict[str, Any]:
        try:
            with (self._tried / f"{name}.json").open("rb") as file:
                found = json.loads(file.read(_TRIED_BYTES))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _paths(self) -> list[Path]:
        return [path for path in sorted(self._folder.rglob("*")) if path.suffix in CARD_SUFFIXES]

    def _imported(self) -> Iterator[tuple[Path, ModelCard]]:
        for path in self._paths():
            with suppress(CamloomError):  # a card that cannot be read is told of in the list
                yield path, find_card(str(path))[0]


def empty_folder(folder: Path) -> Path:
    """Make a folder that is empty, whatever an agent that was killed left there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    return folder


def _files_of(card: ModelCard) -> set[str]:
    """Return the names of a card's files: those it loads, and those that lie beside them."""
    beside = card.measured.get("sha256", {})
    return {*card.files.values(), *(beside if isinstance(beside, dict) else {})}


def _said_by(card: ModelCard) -> dict[str, list[str]]:
    """Return the attributes that a model reads, with their values; of one that cannot run here, none."""
    try:
        return {name: list(values) for name, values in Abilities(card).attributes.items()}
    except CamloomError:
        return {}
