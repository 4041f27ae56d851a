"""States of a place, taught through the agent: examples, training, judging, and what is refused."""

from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from tests.rules.picture.bins import ZONE, Corner

from camloom.agent import places
from camloom.agent.child import run_child
from camloom.agent.teaching import add_example, judge_place, train_place
from camloom.errors import CamloomError, ConfigError, SourceError
from camloom.taught.state_model import STATES_VARIABLE


@pytest.fixture(autouse=True)
def states(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of what is taught."""
    monkeypatch.setenv(STATES_VARIABLE, str(tmp_path / "states"))
    return tmp_path / "states"


def _picture(corner: Corner, state: str) -> str:
    return b64encode(cv2.imencode(".png", corner.picture(state))[1].tobytes()).decode()


def _example(corner: Corner, state: str, index: int, **more: Any) -> dict[str, Any]:
    label = f"20261102T0800{index:02d}"
    return {"name": "bin_1", "state": state, "picture": _picture(corner, state), "label": label, **more}


def test_examples_are_kept_told_shown_and_forgotten(states: Path) -> None:
    assert places.told() == []
    corner = Corner()
    first = add_example(_example(corner, "full", 0, vertices=[list(point) for point in ZONE]))
    assert add_example(_example(corner, "full", 1))["count"] == 2
    add_example(_example(corner, "empty", 2))
    (states / ".hidden").mkdir()
    [told] = places.told()
    assert (told["name"], told["states"], told["model"]) == ("bin_1", {"empty": 1, "full": 2}, None)
    assert told["vertices"] == ZONE
    page = places.examples({"name": "bin_1", "state": "full"})
    assert [one["id"] for one in page["examples"]][-1] == first["id"]
    shown = cv2.imdecode(np.frombuffer(b64decode(page["examples"][0]["jpeg"]), np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None
    assert shown.shape == (128, 128, 3)
    places.remove_example({"name": "bin_1", "state": "full", "example": first["id"]})
    assert places.told()[0]["states"] == {"empty": 1, "full": 1}
    places.remove({"name": "bin_1"})
    assert places.told() == []


def test_examples_come_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_PAGE", 2)
    corner, seen, after = Corner(), [], None
    for index in range(5):
        add_example(_example(corner, "full", index))
    while True:
        page = places.examples({"name": "bin_1", "state": "full", "after": after})
        seen += [one["id"] for one in page["examples"]]
        after = page["next"]
        if after is None:
            break
    assert (len(seen), seen) == (5, sorted(set(seen), reverse=True))


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"name": "../bin"}, "cannot be the name"),
        ({"state": "a/b"}, "cannot be the name"),
        ({"picture": b64encode(b"no picture").decode()}, "no picture"),
        ({"vertices": [[0, 0], [1, 1]]}, "the zone is none"),
    ],
)
def test_what_is_no_example_is_refused(asked: dict[str, Any], says: str, states: Path) -> None:
    with pytest.raises((ConfigError, SourceError), match=says):
        add_example({**_example(Corner(), "full", 0), **asked})
    assert not list(states.rglob("*.png"))


def test_an_example_of_another_zone_and_what_is_not_there_are_refused() -> None:
    add_example(_example(Corner(), "full", 0, vertices=[list(point) for point in ZONE]))
    with pytest.raises(ConfigError, match="another zone"):
        add_example(_example(Corner(), "full", 1, vertices=[[0, 0], [1, 0], [1, 1]]))
    for asked in ({"state": "empty"}, {"name": "gate", "state": "full"}):
        with pytest.raises(ConfigError, match="no examples"):
            places.examples({"name": "bin_1", **asked})
    with pytest.raises(ConfigError, match="no such example"):
        places.remove_example({"name": "bin_1", "state": "full", "example": "../place"})
    with pytest.raises(ConfigError, match="no place"):
        places.remove({"name": "gate"})
    with pytest.raises(ConfigError, match="state model"):
        judge_place({"name": "bin_1", "picture": _picture(Corner(), "full")})


@pytest.mark.slow
def test_a_place_is_taught_and_says_what_it_sees() -> None:
    corner = Corner()
    for index in range(11):
        corner.gain = (1.0, 0.9, 1.1, 0.8)[index % 4]
        for state in ("empty", "full"):
            add_example(_example(corner, state, index, vertices=[list(point) for point in ZONE]))
    trained = run_child("train_state", {"name": "bin_1"}, 120)
    assert trained["kept"]
    assert (trained["states"], trained["recalls"]) == (["empty", "full"], [1.0, 1.0])
    [told] = places.told()
    assert (told["model"]["states"], told["error"]) == (("empty", "full"), "")
    said = run_child("judge_state", {"name": "bin_1", "picture": _picture(corner, "full")}, 60)
    assert (said["state"], said["reason"]) == ("full", "")


def test_a_place_with_too_few_examples_is_not_trained() -> None:
    for state in ("empty", "full"):
        add_example(_example(Corner(), state, 0))
    with pytest.raises(CamloomError, match="too few examples"):
        train_place({"name": "bin_1"})
