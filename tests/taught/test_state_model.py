"""The file of a state model is plain numbers, and is checked like a stranger's."""

import base64
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from camloom.errors import ConfigError
from camloom.taught.look import FEATURE_COUNT, Look
from camloom.taught.state_model import StateModel, checked_word, read_state_model, state_model_file, write_state_model

COUNT = FEATURE_COUNT


@pytest.fixture
def model() -> StateModel:
    random = np.random.default_rng(0)
    weights = np.zeros((2, COUNT), np.float32)
    weights[1, 0] = 10
    return StateModel(
        name="bin",
        states=("empty", "full"),
        mean=np.zeros(COUNT, np.float32),
        scale=np.full(COUNT, 2, np.float32),
        weights=weights,
        bias=np.zeros(2, np.float32),
        examples=random.normal(0, 0.1, (3, COUNT)).astype(np.float32),
        reach=0.5,
        light_low=np.array((5, 3, 2), np.float32),
        light_high=np.array((8, 6, 5), np.float32),
        accuracy=0.96,
        vertices=((0.1, 0.1), (0.5, 0.1), (0.5, 0.5)),
        trained_at="2026-03-04T12:00:00+00:00",
    )


@pytest.fixture
def path(tmp_path: Path, model: StateModel) -> Path:
    write_state_model(tmp_path / "bin.json", model)
    return tmp_path / "bin.json"


def look(first: float = 0.0, rest: float = 0.0, light: tuple[float, float, float] = (6, 4, 3)) -> Look:
    vector = np.full(COUNT, rest, np.float32)
    vector[0] = first
    return Look(vector, np.array(light, np.float32))


def test_what_is_written_is_read(path: Path, model: StateModel) -> None:
    read = read_state_model(path)
    assert (read.name, read.states, read.accuracy, read.vertices) == ("bin", model.states, 0.96, model.vertices)
    np.testing.assert_array_equal(read.weights, model.weights)
    np.testing.assert_allclose(read.examples, model.examples, atol=1e-3)


def test_it_tells_the_states_apart(path: Path) -> None:
    model = read_state_model(path)
    assert [model.judge(look(first)).state for first in (1.0, -1.0)] == ["full", "empty"]
    assert model.judge(look(1.0)).probability > 0.99
    assert model.judge(look(0.0)).probability == pytest.approx(0.5)


def test_what_looks_like_no_example_is_unknown(path: Path) -> None:
    said = read_state_model(path).judge(look(1.0, rest=3.0))
    assert (said.state, said.reason) == ("", "unlike")
    assert said.unlikeness > 1


@pytest.mark.parametrize("light", [(4.5, 4, 3), (8.5, 4, 3), (6, 2, 3), (6, 4, 0)])
def test_what_is_lit_like_no_example_is_unknown(path: Path, light: tuple[float, float, float]) -> None:
    said = read_state_model(path).judge(look(1.0, light=light))
    assert (said.state, said.reason) == ("", "light")
    assert said.unlit > 0


def numbers(values: Any, dtype: str = "<f4") -> dict[str, Any]:
    array = np.asarray(values, dtype)
    return {"shape": array.shape, "dtype": dtype, "data": base64.b64encode(array.tobytes()).decode()}


HOSTILE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "other features": lambda one: {**one, "features": "look-0"},
    "another format": lambda one: {**one, "format": "camloom-state-9"},
    "unknown key": lambda one: {**one, "code": "import os"},
    "one state": lambda one: {**one, "states": ["full"]},
    "the same state twice": lambda one: {**one, "states": ["full", "full"]},
    "a state that is a path": lambda one: {**one, "states": ["empty", "../full"]},
    "weights of another shape": lambda one: {**one, "weights": numbers(np.zeros((2, 3)))},
    "a shape that is no truth": lambda one: {**one, "weights": {**one["weights"], "shape": [2, 10**9]}},
    "fewer bytes": lambda one: {**one, "mean": {**one["mean"], "data": "AAAA"}},
    "no base64": lambda one: {**one, "mean": {**one["mean"], "data": "?" * 100}},
    "objects": lambda one: {**one, "mean": {**one["mean"], "dtype": "|O"}},
    "not a number": lambda one: {**one, "mean": numbers(np.full(COUNT, np.nan))},
    "infinite weights": lambda one: {**one, "weights": numbers(np.full((2, COUNT), np.inf))},
    "a scale of 0": lambda one: {**one, "scale": numbers(np.zeros(COUNT))},
    "a reach of 0": lambda one: {**one, "reach": 0},
    "no examples": lambda one: {**one, "count": 0},
    "endless examples": lambda one: {**one, "count": 10**9},
    "a corner outside": lambda one: {**one, "vertices": [[0, 0], [2, 0], [1, 1]]},
    "a list": lambda one: [one],
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_one_line(path: Path, case: str) -> None:
    path.write_text(json.dumps(HOSTILE[case](json.loads(path.read_text()))))
    with pytest.raises(ConfigError) as raised:
        read_state_model(path)
    line = str(raised.value)
    assert str(path) in line
    assert "\n" not in line
    assert len(line) < 700


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00", b"[" * 100_000, b'{"a":' * 50_000])
def test_what_is_no_json_is_one_line(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="no state model"):
        read_state_model(path)


def test_a_pickle_is_not_run(path: Path, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, tuple[str]]:
            return (Path.touch, (tmp_path / "ran",))  # type: ignore[return-value]

    path.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(ConfigError, match="no state model"):
        read_state_model(path)
    assert not (tmp_path / "ran").exists()


def test_a_file_without_end_is_not_read(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")
    with pytest.raises(ConfigError, match="larger than any state model"):
        read_state_model(path)


@pytest.mark.parametrize("word", ["", "../bin", "a/b", ".hidden", "a" * 65, "bin 1", "bin\n"])
def test_a_name_cannot_lead_out_of_the_folder(word: str) -> None:
    with pytest.raises(ConfigError, match="cannot be the name"):
        checked_word(word)


def test_a_model_that_is_not_there_says_how_to_train_it() -> None:
    with pytest.raises(ConfigError, match="Train one: camloom state train bin_77"):
        read_state_model(state_model_file("bin_77"))
