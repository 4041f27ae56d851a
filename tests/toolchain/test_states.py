"""A place is taught its states: what is kept, how well it does, and when it is not usable."""

from pathlib import Path

import numpy as np
import pytest
from tests.rules.picture.bins import ZONE, Corner, buffer_of

from camloom.errors import ConfigError
from camloom.taught.look import look_of, zone_crop
from camloom.taught.state_model import STATES_VARIABLE, read_state_model
from camloom.toolchain.teaching.states import LEAST_EXAMPLES, Place, save, train

OTHER_ZONE = ((0.1, 0.1), (0.2, 0.1), (0.2, 0.2))


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(STATES_VARIABLE, str(tmp_path / "states"))


def taught(count: int = LEAST_EXAMPLES, states: tuple[str, ...] = ("empty", "full")) -> Place:
    place, corner = Place("bin"), Corner()
    for index in range(count):
        for state in states:
            place.add(state, corner.buffer(state), ZONE, f"day-{index:03d}")
    return place


def test_ten_examples_a_state_make_a_model_that_says_how_good_it_is() -> None:
    place = taught()
    trained = train(place)
    assert trained.model.states == ("empty", "full")
    assert trained.confusion == ((10, 0), (0, 10))
    assert trained.recalls == (1.0, 1.0)
    assert trained.problem() == ""
    save(place, trained)
    model = read_state_model(place.model_file)
    assert model.vertices == ZONE
    fresh = Corner(np.random.default_rng(77))
    said = {state: model.judge(look_of(zone_crop(fresh.buffer(state), ZONE))).state for state in ("empty", "full")}
    assert said == {"empty": "empty", "full": "full"}


def test_training_says_the_same_each_time() -> None:
    place = taught()
    one, two = train(place).model, train(place).model
    np.testing.assert_allclose(one.weights, two.weights, atol=1e-5)
    assert one.reach == two.reach


def test_states_that_look_alike_are_not_usable() -> None:
    place, corner = Place("bin"), Corner()
    for index in range(LEAST_EXAMPLES):
        for state in ("clean", "dirty"):  # the same picture, but for the noise
            place.add(state, corner.buffer("empty"), ZONE, f"{index:03d}")
    problem = train(place).problem()
    assert "of the examples it had not seen it tells" in problem
    assert "90% is needed" in problem


def test_three_states_are_told_apart() -> None:
    trained = train(taught(states=("empty", "full", "gone")))
    assert len(trained.confusion) == 3
    assert trained.model.accuracy > 0.9


def test_too_few_examples_are_told_by_state() -> None:
    taught(LEAST_EXAMPLES, ("empty",))
    place = taught(4, ("full",))
    with pytest.raises(ConfigError, match=r"too few examples: 'full' has 4; each state needs 10"):
        train(place)


def test_one_state_alone_is_not_enough() -> None:
    with pytest.raises(ConfigError, match=r"'bin' has empty; it takes 2 to 12 states"):
        train(taught(LEAST_EXAMPLES, ("empty",)))
    with pytest.raises(ConfigError, match=r"'attic' has no examples"):
        train(Place("attic"))


def test_the_same_picture_is_kept_once_and_never_for_two_states() -> None:
    place = Place("bin")
    shown = buffer_of(Corner().picture("full"))
    paths = {place.add("full", shown, ZONE, "a"), place.add("full", shown, ZONE, "a")}
    assert len(paths) == 1
    with pytest.raises(ConfigError, match="is an example of 'full' already"):
        place.add("empty", shown, ZONE, "another name")


def test_pictures_of_one_name_may_be_different() -> None:
    place, corner = Place("bin"), Corner()
    place.add("empty", corner.buffer("empty"), ZONE, "001")
    place.add("full", corner.buffer("full"), ZONE, "001")
    assert {state: len(paths) for state, paths in place.states().items()} == {"empty": 1, "full": 1}


def test_another_zone_is_another_place() -> None:
    place = taught(1)
    with pytest.raises(ConfigError, match="so far are of another zone"):
        place.add("full", Corner().buffer("full"), OTHER_ZONE, "b")


@pytest.mark.parametrize("label", ["../../etc/passwd", "a b/c", "x" * 500, "\x00\n", ""])
def test_a_name_of_a_source_cannot_lead_out_of_the_folder(label: str) -> None:
    place = Place("bin")
    path = place.add("full", Corner().buffer("full"), ZONE, label)
    assert path.resolve().parent == (place.folder / "examples" / "full").resolve()
    assert path.is_file()


def test_a_damaged_place_is_one_line() -> None:
    place = taught(1)
    (place.folder / "place.json").write_text('{"vertices": 5}')
    with pytest.raises(ConfigError, match=r"place\.json is damaged"):
        place.vertices()
