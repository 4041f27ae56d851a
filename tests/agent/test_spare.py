"""A process that has begun before it is asked for: there while somebody may ask, and no longer."""

import subprocess
from collections.abc import Iterator

import pytest

from camloom.agent.child import Process, begin_child, end_child, run_child
from camloom.agent.spare import Spare


class Nursery:
    """Begins processes that wait."""

    def __init__(self) -> None:
        self.begun: list[Process] = []
        self.now_s = 1000.0

    def __call__(self, *kinds: str) -> Process:
        assert kinds == ("probe",)
        process = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        self.begun.append(process)
        return process

    @property
    def alive(self) -> list[bool]:
        return [process.poll() is None for process in self.begun]


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    found = Nursery()
    yield found
    for process in found.begun:
        end_child(process)
        process.communicate()


@pytest.fixture
def spare(nursery: Nursery) -> Spare:
    return Spare("probe", begin=nursery, monotonic=lambda: nursery.now_s)


def test_nothing_runs_before_somebody_is_about_to_ask(spare: Spare, nursery: Nursery) -> None:
    spare.keep()
    assert (nursery.begun, spare.take()) == ([], None)


def test_one_is_kept_and_whoever_takes_it_has_it_alone(spare: Spare, nursery: Nursery) -> None:
    spare.want()
    for _ in range(3):
        spare.keep()
    assert nursery.alive == [True]
    assert (spare.take(), spare.take()) == (nursery.begun[0], None)
    spare.keep()
    assert spare.take() is nursery.begun[1]


def test_it_goes_when_nobody_has_asked_for_a_while(spare: Spare, nursery: Nursery) -> None:
    spare.want()
    spare.keep()
    nursery.now_s += 599
    spare.keep()
    assert nursery.alive == [True]
    nursery.now_s += 1
    spare.keep()
    assert (nursery.alive, spare.take()) == ([False], None)


def test_one_that_died_is_not_handed_out_and_another_takes_its_place(spare: Spare, nursery: Nursery) -> None:
    spare.want()
    spare.keep()
    end_child(nursery.begun[0])
    nursery.begun[0].wait()
    assert spare.take() is None
    spare.keep()
    end_child(nursery.begun[1])
    nursery.begun[1].wait()
    spare.keep()
    assert nursery.alive == [False, False, True]
    spare.close()
    assert nursery.alive == [False, False, False]


@pytest.mark.slow
def test_what_has_begun_before_does_the_work() -> None:
    found = run_child("discover", {"seconds": 0.2}, 60.0, begin_child("probe", "discover"))
    assert isinstance(found["cameras"], list)
