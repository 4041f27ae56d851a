"""The places whose states were taught: told of, shown, removed. What decodes or trains is in `teaching`."""

import re
import shutil
from base64 import b64encode
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import cv2

from camloom.errors import CamloomError, ConfigError
from camloom.taught.state_model import checked_word, read_state_model, states_folder
from camloom.toolchain.teaching.states import Place

_MOST_PLACES = 200
_PAGE = 60
_QUALITY = 85
_EXAMPLE = re.compile(r"^[A-Za-z0-9_-]{1,160}$")


def told() -> list[dict[str, Any]]:
    """Return the places, how many examples each of their states has, and how good their models are."""
    folder = states_folder()
    named = sorted(each.name for each in folder.iterdir() if each.is_dir()) if folder.is_dir() else []
    found = []
    for name in islice(named, _MOST_PLACES):
        with suppress(ConfigError):  # a folder that is none of ours
            found.append(_told(Place(checked_word(name))))
    return [one for one in found if one["states"]]


def examples(asked: dict[str, Any]) -> dict[str, Any]:
    """Return a page of the examples of a state, the newest first. ConfigError: there is no such state."""
    _, paths = _examples_of(asked)
    after = asked.get("after")
    newest = [path for path in reversed(paths) if not after or path.stem < str(after)]
    shown = [{"id": path.stem, "jpeg": jpeg} for path in newest[:_PAGE] if (jpeg := _jpeg(path))]
    return {"examples": shown, "next": newest[_PAGE - 1].stem if len(newest) > _PAGE else None}


def remove_example(asked: dict[str, Any]) -> dict[str, Any]:
    """Forget an example. ConfigError: there is none such."""
    place, paths = _examples_of(asked)
    path = next((path for path in paths if path.stem == asked.get("example")), None)
    if path is None:
        raise ConfigError(f"'{place.name}' has no such example", "Look at its examples again")
    path.unlink(missing_ok=True)
    with suppress(OSError):  # it holds others
        path.parent.rmdir()
    return {}


def remove(asked: dict[str, Any]) -> dict[str, Any]:
    """Forget a place, with its examples and its model. ConfigError: there is none such."""
    place = place_of(asked)
    if not place.folder.is_dir():
        raise ConfigError(f"there is no place '{place.name}' on this host", "Look at the list again")
    shutil.rmtree(place.folder, ignore_errors=True)
    return {}


def place_of(asked: dict[str, Any]) -> Place:
    """Return the place that a question names. ConfigError: that is no name."""
    return Place(checked_word(str(asked.get("name", ""))))


def _told(place: Place) -> dict[str, Any]:
    counts = {state: len(paths) for state, paths in place.states().items() if paths}
    found: dict[str, Any] = {"name": place.name, "states": counts, "vertices": None, "model": None, "error": ""}
    try:
        found["vertices"] = place.vertices()
        if place.model_file.exists():
            model = read_state_model(place.model_file)
            told_model = {"states": model.states, "accuracy": model.accuracy, "trained_at": model.trained_at}
            found["model"] = told_model
    except CamloomError as error:
        found["error"] = error.message
    return found


def _examples_of(asked: dict[str, Any]) -> tuple[Place, list[Path]]:
    place, state = place_of(asked), checked_word(str(asked.get("state", "")), "state")
    paths = [path for path in place.states().get(state, []) if _EXAMPLE.fullmatch(path.stem)]
    if not paths:
        raise ConfigError(f"'{place.name}' has no examples of '{state}'", "Look at the list again")
    return place, sorted(paths, key=lambda path: path.stem)


def _jpeg(path: Path) -> str:
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:  # damaged: it can still be removed by hand
        return ""
    return b64encode(cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, _QUALITY))[1].tobytes()).decode()
