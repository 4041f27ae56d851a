"""Looks into model files that somebody uploaded, tries models on pictures, and keeps those that are wanted."""

import os
import re
import shutil
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from camloom.agent.child import ChildError, run_child
from camloom.agent.shelf import ModelShelf, empty_folder
from camloom.config import first_problem
from camloom.errors import UsageError
from camloom.exchange import HostSide, ModelImport

_MOST_LETTERS = 100
_KEPT_OF_TRIAL = ("runtime", "ms", "found")


class Importer:
    """Answers what is asked about model files; one question at a time, for each may take all of a small machine.

    Args:
        scratch: folder of its own.
        shelf: of the models.
        exchange: files come by it.
    """

    def __init__(self, scratch: Path, shelf: ModelShelf, exchange: HostSide) -> None:
        self._scratch, self._shelf, self._exchange = scratch, shelf, exchange
        self._free = threading.Lock()

    def import_model(self, asked: dict[str, Any], left_s: float) -> dict[str, Any]:
        """Return the guessed card of a file and what it finds on a picture; where it is to be kept, it is.

        Raises:
            CamloomError: it is no model, is refused, or does not fit the answers; the name is taken.
        """
        try:
            wish = ModelImport.model_validate(asked)
        except ValidationError as error:
            raise UsageError(f"the question cannot be read: {first_problem(error)}") from error
        with self._turn() as folder:
            where = folder / "given" / _safe(wish.file.name)
            where.parent.mkdir()
            _link(self._exchange.file(wish.file), where)
            told = wish.model_dump(mode="json", exclude={"file"})
            found = run_child("import_model", {**told, "path": str(where), "scratch": str(folder)}, left_s)
            if wish.keep:
                self._keep(folder / "kept", found, show=wish.show or not wish.picture)
            return found

    def try_model(self, asked: dict[str, Any], left_s: float) -> dict[str, Any]:
        """Return what a model finds on a picture, and how fast it is here. CamloomError: it cannot run here."""
        name, picture = str(asked.get("name", "")), str(asked.get("picture", ""))
        with self._turn() as folder:
            told = {"card": self._shelf.card_of(name), "picture": picture, "scratch": str(folder)}
            found = run_child("try_model", told, left_s)
        if asked.get("keep") is True:
            self._note(name, found)
        return found

    def _keep(self, folder: Path, found: dict[str, Any], *, show: bool) -> None:
        name = str(found["name"])
        self._shelf.keep(folder, name)
        if show and found.get("trial"):
            self._note(name, found["trial"])

    def _note(self, name: str, trial: dict[str, Any]) -> None:
        kept = {key: trial[key] for key in _KEPT_OF_TRIAL if key in trial}
        self._shelf.note(name, kept, b64decode(str(trial.get("jpeg", ""))))

    @contextmanager
    def _turn(self) -> Iterator[Path]:
        if not self._free.acquire(blocking=False):
            raise ChildError("this host is looking at another model", "Try again in a moment", reason="busy")
        try:
            yield empty_folder(self._scratch)
        finally:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._free.release()


def _link(file: Path, where: Path) -> None:
    try:
        os.link(file, where)
    except OSError:  # not every file system has links
        shutil.copyfile(file, where)


def _safe(name: str) -> str:
    """Return the name of a file as one that is harmless: what it ends with tells something, the rest is for people."""
    cleaned = re.sub(r"[^A-Za-z0-9._-]+", "_", name).lstrip(".")
    stem, dot, suffix = cleaned.rpartition(".")
    return f"{stem[:_MOST_LETTERS]}{dot}{suffix[:20]}" if stem else cleaned[:_MOST_LETTERS] or "model"
