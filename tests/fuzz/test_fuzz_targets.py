"""A short run of each fuzz target with inputs that are the same every time; `make fuzz` goes on from there."""

import random

import pytest
from tests.fuzz.targets import TARGETS, seeds

_ROUNDS = 80


def mutated(good: bytes, chance: random.Random) -> bytes:
    """Return the input with some bytes changed, taken away, added or doubled."""
    data = bytearray(good)
    for _ in range(chance.randint(1, 6)):
        at, size = chance.randrange(len(data) + 1), chance.choice((0, 1, 2, 4, 30))
        new = chance.choice((b"", b"\0", b"\xff", b"\0\0\1", b"\xff\xff", chance.randbytes(4), bytes(data[:40])))
        data[at : at + size] = new
    return bytes(data)


@pytest.mark.parametrize("name", TARGETS)
def test_what_must_hold_holds(name: str) -> None:
    try:
        check = TARGETS[name]()
    except ModuleNotFoundError as error:
        pytest.skip(f"not there yet: {error}")
    chance = random.Random(28181)
    check(b"")
    for good in seeds(name):
        check(good)
        for _ in range(_ROUNDS):
            check(mutated(good, chance))
