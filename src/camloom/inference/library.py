"""Find model cards and the files they name."""

import difflib
import hashlib
from importlib.resources import files
from pathlib import Path

from camloom import assets
from camloom.errors import ConfigError, ModelError
from camloom.inference.card import ModelCard, read_card

CARD_SUFFIXES = (".yaml", ".yml")


def card_names() -> list[str]:
    """Return the names of the built-in cards."""
    return sorted(path.stem for path in _built_in_folder().glob("*.yaml"))


def find_card(name_or_path: str) -> tuple[ModelCard, Path | None]:
    """Return a card by its built-in name, or read the user's own from a `.yaml` file.

    Returns:
        The card, and its path if it is not a built-in one.

    Raises:
        ConfigError: there is no such card; the nearest name is suggested.
        ModelError: the card file cannot be read or says something impossible.
    """
    if name_or_path.endswith(CARD_SUFFIXES):
        path = Path(name_or_path).expanduser()
        if not path.is_file():
            raise ConfigError(f"there is no model card {path}", _suggestion(path.stem))
        return read_card(path), path
    if name_or_path not in card_names():
        raise _no_card(name_or_path)
    return read_card(_built_in_folder() / f"{name_or_path}.yaml"), None


def model_file(
    card: ModelCard,
    card_path: Path | None,
    runtime: str,
    progress: assets.Progress | None = None,
) -> Path:
    """Return the file that a runtime is to load, fetched if need be.

    Args:
        card: the model.
        card_path: where the card came from; None for a built-in one.
        runtime: name of the runtime.
        progress: told of a download; see `camloom.assets.fetch`.

    Raises:
        ModelError: the card has no file for this runtime, or the file beside the card is missing or another one.
        AssetError: the file cannot be fetched.
    """
    key = runtime if runtime in card.files else "any"
    named = card.files.get(key)
    if named is None:
        raise ModelError(
            f"model '{card.name}' has no file for the runtime '{runtime}'", f"It has: {', '.join(card.files)}"
        )
    if card_path is None:
        return assets.fetch(named, progress=progress)
    path = _beside(card_path, named)
    if path is None:
        return assets.fetch(named, progress=progress)
    _check_sum(path, card.sha256.get(key))
    return path


def _check_sum(path: Path, expected: str | None) -> None:
    if expected is None:
        return
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise ModelError(f"{path} is not the file that its card describes (its SHA-256 differs)", "Import it again")


def _beside(card_path: Path, named: str) -> Path | None:
    """Return a file given relative to its card; None when it is the id of an asset instead."""
    path = card_path.parent / Path(named).expanduser()
    if path.is_file():
        return path
    if path.suffix or "/" in named:
        raise ModelError(f"model card {card_path} names {path}, which does not exist", "Mend `files` in the card")
    return None


def _no_card(name_or_path: str) -> ConfigError:
    path = Path(name_or_path).expanduser()
    if path.is_file():
        hint = f"Make one: camloom models import {name_or_path}"
        return ConfigError(f"{name_or_path} is not a model card, which is a .yaml file", hint)
    if path.is_dir():
        cards = [str(each) for each in sorted(path.iterdir()) if each.suffix in CARD_SUFFIXES]
        hint = f"Name the card in it, such as {cards[0]}" if cards else "It holds no card (a .yaml file)"
        return ConfigError(f"{name_or_path} is a folder", hint)
    return ConfigError(f"unknown model '{name_or_path}'", _suggestion(name_or_path))


def _built_in_folder() -> Path:
    return Path(str(files("camloom.inference") / "cards"))


def _suggestion(name: str) -> str:
    known = card_names()
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    listed = f"Known: {', '.join(known)}, or the path of a card file"
    return f"Did you mean '{close[0]}'? {listed}" if close else listed
