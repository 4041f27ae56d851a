"""Writes the card, with the model's files beside it."""

import hashlib
import shutil
from pathlib import Path
from typing import Any

import yaml

from camloom.errors import UsageError
from camloom.inference.card import ModelCard
from camloom.toolchain.importing.description import FORMAT_TITLES
from camloom.toolchain.importing.guess import Guess

_LINE_LETTERS = 110


def write_card(guess: Guess, folder: Path, *, overwrite: bool = False) -> Path:
    """Write `<name>.yaml` and copy the model's files into a folder.

    Returns:
        The card, ready for `camloom run --model`.

    Raises:
        UsageError: there is such a card already, or the folder cannot be written.
    """
    assert guess.card is not None, "there is a card to write"
    target = folder / f"{guess.card.name}.yaml"
    if target.exists() and not overwrite:
        raise UsageError(f"{target} is there already", "Give another --out or --name, or --overwrite")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sums = {}
        for file in (guess.description.path, *guess.description.partners):
            _copy(file, folder / file.name, overwrite=overwrite)
            sums[file.name] = _sha256(folder / file.name)
        target.write_text(_text(guess, sums), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write to {folder}: {error.strerror or error}", "Give another --out") from error
    return target


def _copy(source: Path, target: Path, *, overwrite: bool) -> None:
    if target.exists() and source.resolve() == target.resolve():
        return
    if target.exists() and not overwrite:
        raise UsageError(f"{target} is there already", "Give another --out, or --overwrite")
    shutil.copyfile(source, target)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _text(guess: Guess, sums: dict[str, str]) -> str:
    assert guess.card is not None
    lines = [f"Imported from {guess.description.path.name} ({FORMAT_TITLES[guess.description.format]})."]
    unsure = [each for each in guess.fields if each.certainty != "sure"]
    lines += [f"{each.name}: {each.certainty}, {each.why}" for each in unsure]
    header = "".join(f"# {_one_line(line)}\n" for line in lines)
    document = _document(guess.card)
    document["sha256"] = {runtime: sums[file] for runtime, file in guess.card.files.items()}
    others = {file: sums[file] for file in sums if file not in guess.card.files.values()}
    if others:
        document["measured"] = {**document.get("measured", {}), "sha256": others}
    return header + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=_LINE_LETTERS)


def _document(card: ModelCard) -> dict[str, Any]:
    """Return what differs from the defaults, and always what a reader looks for."""
    document = card.model_dump(mode="json", exclude_defaults=True)
    always = card.model_dump(mode="json", include={"task", "min_confidence"})
    spec = card.input.model_dump(mode="json", include={"layout", "colour", "mean", "std", "fit"})
    document["input"] = {**document["input"], **spec}
    order = list(ModelCard.model_fields)
    return dict(sorted({**document, **always}.items(), key=lambda item: order.index(item[0])))


def _one_line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:_LINE_LETTERS]
