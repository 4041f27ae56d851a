"""A model outlives its device: nothing is lost, and everybody is told."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from camloom.errors import ModelError
from camloom.frame import ImageArray
from camloom.inference.base import CompiledModel, Session, Tensors
from camloom.inference.resilient import DeviceChange, Place, ResilientModel

CANVAS = np.zeros((2, 2, 3), np.uint8)


class Device:
    """Runs until it is told to die; counts how often a model was made on it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.made = 0
        self.dies_after: list[int] = []
        self.refuses = False
        self.sessions_fail = 0

    def make(self) -> CompiledModel:
        self.made += 1
        if self.refuses:
            raise ModelError(f"{self.name} is not there")
        return Loaded(self, self.dies_after.pop(0) if self.dies_after else 1 << 30)

    @property
    def place(self) -> Place:
        return Place(self.name, self.make)


class Loaded:
    output_shapes: Mapping[str, tuple[int, ...]] = {"where": (1,)}

    def __init__(self, device: Device, runs_left: int) -> None:
        self.device = device
        self.runs_left = runs_left
        self.description = device.name

    def session(self) -> Session:
        if self.device.sessions_fail:
            self.device.sessions_fail -= 1
            raise ModelError(f"{self.device.name} has no room")
        return self

    def run(self, canvas: ImageArray) -> Tensors:
        self.runs_left -= 1
        if self.runs_left < 0:
            raise ModelError(f"{self.device.name} fell off the bus")
        return {"where": np.array([ord(self.device.name[0])])}


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def gpu() -> Device:
    return Device("gpu")


@pytest.fixture
def cpu() -> Device:
    return Device("cpu")


def names(changes: Sequence[DeviceChange]) -> list[tuple[str, str]]:
    return [(change.from_place, change.to_place) for change in changes]


def where(session: Session) -> str:
    return chr(int(session.run(CANVAS)["where"][0]))


def test_a_device_that_fails_once_is_made_anew_and_the_canvas_run_again(gpu: Device, cpu: Device) -> None:
    gpu.dies_after = [3]
    changes: list[DeviceChange] = []
    session = ResilientModel([gpu.place, cpu.place], changes.append).session()
    assert [where(session) for _ in range(8)] == ["g"] * 8
    assert (gpu.made, cpu.made) == (2, 0)
    assert names(changes) == [("gpu", "gpu")]
    assert changes[0].reason == "gpu fell off the bus"


def test_one_that_fails_again_soon_gives_way_to_the_next_place(gpu: Device, cpu: Device) -> None:
    gpu.dies_after = [3, 2]
    changes: list[DeviceChange] = []
    model = ResilientModel([gpu.place, cpu.place], changes.append, Clock())
    session = model.session()
    assert "".join(where(session) for _ in range(8)) == "gggggccc"
    assert names(changes) == [("gpu", "gpu"), ("gpu", "cpu")]
    assert (model.place, model.description) == ("cpu", "cpu")


def test_one_that_fails_rarely_is_made_anew_each_time(gpu: Device, cpu: Device) -> None:
    gpu.dies_after = [1, 1, 1]
    clock = Clock()
    session = ResilientModel([gpu.place, cpu.place], clock=clock).session()
    seen = []
    for _ in range(4):
        seen.append(where(session))
        clock.now_s += 61
    assert seen == ["g"] * 4
    assert gpu.made == 4


def test_a_device_that_does_not_come_back_is_left_at_once(gpu: Device, cpu: Device) -> None:
    gpu.dies_after = [1]
    session = ResilientModel([gpu.place, cpu.place], clock=Clock()).session()
    assert where(session) == "g"
    gpu.refuses = True
    assert where(session) == "c"


def test_a_device_that_comes_back_without_room_is_left_too(gpu: Device, cpu: Device) -> None:
    gpu.dies_after = [1]
    changes: list[DeviceChange] = []
    session = ResilientModel([gpu.place, cpu.place], changes.append, Clock()).session()
    assert where(session) == "g"
    gpu.sessions_fail = 1
    assert where(session) == "c"
    assert [change.reason for change in changes] == ["gpu fell off the bus", "gpu has no room"]


def test_with_no_place_left_the_stream_is_told(gpu: Device) -> None:
    gpu.dies_after = [1, 0]
    session = ResilientModel([gpu.place], clock=Clock()).session()
    assert where(session) == "g"
    with pytest.raises(ModelError, match="fell off the bus"):
        session.run(CANVAS)


def test_workers_that_meet_the_same_failure_repair_it_once(gpu: Device, cpu: Device) -> None:
    gpu.dies_after = [2]
    model = ResilientModel([gpu.place, cpu.place], clock=Clock())
    sessions = [model.session() for _ in range(3)]
    assert [where(session) for session in sessions] == ["g"] * 3
    assert [where(session) for session in sessions] == ["g"] * 3
    assert gpu.made == 2


def test_a_model_that_can_never_be_made_is_an_error_at_once(gpu: Device) -> None:
    gpu.refuses = True
    with pytest.raises(ModelError, match="is not there"):
        ResilientModel([gpu.place])
