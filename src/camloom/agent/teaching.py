"""What a child process does for the agent with the states of a place: keep an example, train, judge a picture."""

from base64 import b64decode
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import ValidationError

from camloom.agent.places import place_of
from camloom.config import ZoneConfig, first_problem
from camloom.errors import ConfigError
from camloom.sources.reading.decode import AvFrameBuffer
from camloom.taught.look import Vertices, look_of, zone_crop
from camloom.taught.state_model import MAX_STATES, checked_word, read_state_model
from camloom.toolchain.datasets.pictures import read_picture
from camloom.toolchain.teaching.states import LEAST_ACCURACY, Place, save, train

_MOST_EXAMPLES = 2000
_WHOLE: Vertices = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def add_example(asked: dict[str, Any]) -> dict[str, Any]:
    """Keep what a place looks like in a picture as an example of a state.

    Raises:
        CamloomError: it is no picture; the zone is another one than that of the examples so far; there are enough.
    """
    place, state = place_of(asked), checked_word(str(asked.get("state", "")), "state")
    _require_room(place, state)
    vertices = _vertices(asked.get("vertices")) or place.vertices() or _WHOLE
    path = place.add(state, _picture(asked), vertices, str(asked.get("label", "")))
    return {"id": path.stem, "count": len(place.states()[state])}


def train_place(asked: dict[str, Any]) -> dict[str, Any]:
    """Train the model of a place; it is kept if it tells held-out examples well enough, else the one before stays.

    Raises:
        CamloomError: there are too few examples, or what trains is not installed.
    """
    place = place_of(asked)
    trained = train(place)
    kept = not trained.problem()
    if kept:
        save(place, trained)
    return {
        "kept": kept,
        "states": trained.model.states,
        "accuracy": trained.model.accuracy,
        "recalls": trained.recalls,
        "confusion": trained.confusion,
        "sure": trained.sure,
        "least": LEAST_ACCURACY,
    }


def judge_place(asked: dict[str, Any]) -> dict[str, Any]:
    """Return which state a picture shows. CamloomError: it is no picture, or the place has no model."""
    model = read_state_model(place_of(asked).model_file)
    said = model.judge(look_of(zone_crop(_picture(asked), model.vertices)))
    return {
        "state": said.state,
        "probability": said.probability,
        "unlikeness": said.unlikeness,
        "reason": said.reason,
    }


def _require_room(place: Place, state: str) -> None:
    known = place.states()
    if state not in known and len(known) >= MAX_STATES:
        raise ConfigError(f"'{place.name}' has {MAX_STATES} states already", "Teach another place")
    if len(known.get(state, ())) >= _MOST_EXAMPLES:
        raise ConfigError(f"'{state}' has {_MOST_EXAMPLES} examples already", "Remove those that tell nothing new")


def _vertices(given: Any) -> Vertices | None:
    if not given:
        return None
    try:
        return ZoneConfig.model_validate({"name": "zone", "vertices": given}).vertices
    except ValidationError as error:
        raise ConfigError(f"the zone is none: {first_problem(error)}", "Draw it again") from None


def _picture(asked: dict[str, Any]) -> AvFrameBuffer:
    with TemporaryDirectory(prefix="camloom-") as folder:
        path = Path(folder) / "picture"
        path.write_bytes(b64decode(str(asked.get("picture", ""))))
        return read_picture(path)
