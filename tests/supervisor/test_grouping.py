"""Who is to blame is found out, not guessed."""

import itertools
import random

import pytest

from camloom.supervisor.grouping import Group, Grouping, Patience


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


def members(groups: list[Group]) -> list[tuple[str, ...]]:
    return [group.members for group in groups]


def test_evidence_sets_one_apart_and_leaves_the_others_together(clock: Clock) -> None:
    groups = Grouping(Patience(), clock).crashed(["a", "b", "c"], "b")
    assert members(groups) == [("a", "c"), ("b",)]
    assert groups[0].delay_s == 0
    assert groups[1].delay_s > 0, "the others come first"


@pytest.mark.parametrize("count", [2, 3, 5, 16])
@pytest.mark.parametrize("split", [2, 4])
def test_without_evidence_the_guilty_one_is_found_wherever_it_is(clock: Clock, count: int, split: int) -> None:
    for guilty in map(str, range(count)):
        grouping = Grouping(Patience(split=split), clock)
        worker: list[str] = [str(number) for number in range(count)]
        crashes = 0
        while len(worker) > 1:
            [found] = [list(group.members) for group in grouping.crashed(worker, None) if guilty in group.members]
            worker, crashes = found, crashes + 1
        assert worker == [guilty]
        assert crashes <= next(n for n in itertools.count() if split**n >= count)
        while groups := grouping.crashed(worker, None):
            assert members(groups) == [(guilty,)]
        assert grouping.disabled(guilty)
        others = [str(number) for number in range(count) if str(number) != guilty]
        assert not any(map(grouping.disabled, others))


def test_the_fellow_suspects_are_trusted_as_soon_as_one_died_alone(clock: Clock) -> None:
    grouping = Grouping(Patience(), clock)
    assert members(grouping.crashed(["a", "b"], None)) == [("a",), ("b",)]
    assert grouping.trusted(["a", "b"]) == []
    grouping.crashed(["b"], None)
    assert grouping.trusted(["a", "b"]) == ["a"]


def test_a_suspect_that_lives_long_enough_is_trusted_again(clock: Clock) -> None:
    grouping = Grouping(Patience(probation_s=60), clock)
    grouping.crashed(["a", "b"], None)
    clock.now_s = 1000
    assert grouping.trusted(["a", "b"]) == [], "it has not even started"
    grouping.alive(["a", "b"])
    clock.now_s = 1059
    assert grouping.trusted(["a", "b"]) == []
    clock.now_s = 1060
    assert grouping.trusted(["a", "b"]) == ["a", "b"]


@pytest.mark.parametrize("every_s", [10.0, 90.0, 1000.0, 20_000.0])
def test_one_that_crashes_seldom_is_found_too(clock: Clock, every_s: float) -> None:
    grouping = Grouping(Patience(), clock)
    worker, crashes = ["a", "b", "c", "bad"], 0
    while len(worker) > 1:
        crashes += 1
        assert crashes < 12, "it is never alone when it crashes"
        [worker] = [list(group.members) for group in grouping.crashed(worker, None) if "bad" in group.members]
        grouping.alive("abc")
        grouping.alive(["bad"])
        clock.now_s += every_s
        if len(grouping.trusted(worker)) == len(worker):
            worker = ["a", "b", "c", "bad"]  # home again


def test_who_crashed_alone_waits_longer_each_time_and_is_then_disabled(clock: Clock) -> None:
    grouping = Grouping(Patience(crashes=5, delays_s=(1, 2, 4)), clock)
    delays_s = []
    while groups := grouping.crashed(["a"], None):
        delays_s.append(groups[0].delay_s)
        clock.now_s += 10
    assert delays_s == [1, 2, 4, 4]
    assert grouping.disabled("a")
    grouping.enable("a")
    assert not grouping.disabled("a")
    assert grouping.trusted(["a"]) == ["a"]


def test_rare_crashes_never_disable(clock: Clock) -> None:
    grouping = Grouping(Patience(crashes=3, window_s=600), clock)
    for _ in range(50):
        assert members(grouping.crashed(["a"], None)) == [("a",)]
        clock.now_s += 301
    assert not grouping.disabled("a")


def test_who_crashed_alone_is_trusted_after_the_whole_window(clock: Clock) -> None:
    grouping = Grouping(Patience(probation_s=60, window_s=600), clock)
    grouping.crashed(["a"], None)
    grouping.alive(["a"])
    clock.now_s = 599
    assert grouping.trusted(["a"]) == []
    clock.now_s = 600
    assert grouping.trusted(["a"]) == ["a"]


@pytest.mark.parametrize("seed", range(20))
def test_two_guilty_ones_are_both_found_and_nobody_else_is_disabled(clock: Clock, seed: int) -> None:
    rng = random.Random(seed)
    names = [str(number) for number in range(12)]
    guilty = set(rng.sample(names, 2))
    grouping = Grouping(Patience(), clock)
    workers = [list(names)]
    for _ in range(200):
        dying = [worker for worker in workers if guilty & set(worker)]
        if not dying:
            break
        worker = rng.choice(dying)
        workers.remove(worker)
        blamed = rng.choice([None, *(each for each in worker if each in guilty)])
        workers += [list(group.members) for group in grouping.crashed(worker, blamed)]
        clock.now_s += 1
    assert {name for name in names if grouping.disabled(name)} == guilty
    assert sorted(itertools.chain(*workers)) == sorted(set(names) - guilty)
