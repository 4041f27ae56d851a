"""Guessing passwords."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from tests.server.conftest import Visitors
from tests.server.fakes import FakeClock
from tests.server.people import PASSWORD, Person, add_account

from camloom.server.access.passwords import Passwords
from camloom.server.access.throttle import Throttle
from camloom.server.web import RefusedError


def _try(client: Person, name: str, password: str = "wrong password") -> tuple[int, str, str | None]:
    answer = client.post("/api/v1/login", json={"name": name, "password": password})
    return answer.status_code, answer.json().get("error", {}).get("code", ""), answer.headers.get("retry-after")


def test_ten_failures_are_followed_by_silence_for_known_and_unknown_alike(
    sqlite_app: FastAPI, visit: Visitors, clock: FakeClock
) -> None:
    add_account(sqlite_app, "ann")
    client = visit(sqlite_app)
    known = [_try(client, "ann") for _ in range(12)]
    assert known == [(401, "wrong-password", None)] * 10 + [(429, "too-many-failures", "30")] * 2
    assert [_try(client, "nobody") for _ in range(12)] == known
    # While it lasts the right password does not help; then it does.
    assert _try(client, "ann", PASSWORD)[0] == 429
    clock.forward(seconds=30)
    assert _try(client, "ann", PASSWORD)[0] == 200
    assert _try(client, "ann")[0] == 401


def test_an_account_that_is_off_looks_like_none(sqlite_app: FastAPI, visit: Visitors) -> None:
    account_id = add_account(sqlite_app, "ann")
    admin = visit(sqlite_app).let_in(add_account(sqlite_app, "root", "administrator"))
    admin.patch(f"/api/v1/accounts/{account_id}", json={"active": False})
    assert _try(visit(sqlite_app), "ann", PASSWORD)[:2] == (401, "wrong-password")


def test_a_name_that_nobody_has_costs_a_hash_too(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = Passwords()
    checked: list[str] = []
    verify = passwords._hash.verify_and_update

    def seen(password: str, kept: str) -> tuple[bool, str | None]:
        checked.append(kept)
        return verify(password, kept)

    monkeypatch.setattr(passwords._hash, "verify_and_update", seen)
    real = passwords.hash(PASSWORD)
    assert passwords.check("wrong", None) is passwords.check("wrong", real) is None
    assert passwords.check(PASSWORD, real) == real
    head = real.rsplit("$", 2)[0]
    assert [kept.rsplit("$", 2)[0] for kept in checked] == [head] * 3
    assert head.startswith("$argon2id$")


def test_to_guess_a_password_takes_time_and_memory(password_cost: tuple[int, int]) -> None:
    assert password_cost >= (19_456, 2)


def test_delays_grow_and_are_forgotten(clock: FakeClock) -> None:
    throttle = Throttle(clock)
    for _ in range(10):
        throttle.begin("ann", "10.0.0.1")
    waits = [_wait(throttle)]
    for _ in range(6):
        clock.forward(seconds=waits[-1])
        throttle.begin("ann", "10.0.0.1")
        waits.append(_wait(throttle))
    assert waits == [30, 60, 120, 240, 480, 900, 900]
    clock.forward(hours=1)
    throttle.begin("ann", "10.0.0.1")


def _wait(throttle: Throttle) -> int:
    with pytest.raises(RefusedError) as refused:
        throttle.begin("ann", "10.0.0.1")
    return int(refused.value.headers["Retry-After"])


def test_one_address_cannot_try_everybody(clock: FakeClock) -> None:
    throttle = Throttle(clock)
    for number in range(50):
        throttle.begin(f"name {number}", f"fd00::{number:x}")
    with pytest.raises(RefusedError):
        throttle.begin("ann", "fd00::ffff")
    throttle.begin("ann", "10.0.0.1")


def test_many_addresses_cannot_keep_a_person_out_for_long(clock: FakeClock) -> None:
    throttle = Throttle(clock)
    for number in range(200):
        throttle.begin("ann", f"10.0.1.{number}")
    with pytest.raises(RefusedError):
        throttle.begin("ann", "10.0.0.1")
    clock.forward(seconds=30)
    throttle.begin("ann", "10.0.0.1")


def test_memory_stays_bounded(clock: FakeClock) -> None:
    throttle = Throttle(clock, entries=100)
    for number in range(1000):
        throttle.begin(f"{number}", f"10.0.{number >> 8}.{number & 255}")
    assert len(throttle) == 100


def test_right_guesses_are_not_counted(clock: FakeClock) -> None:
    throttle = Throttle(clock)
    for _ in range(300):
        throttle.begin("ann", "10.0.0.1")
        throttle.forgive("ann", "10.0.0.1")
        clock.at += timedelta(seconds=1)
    assert len(throttle) == 0


def test_a_crowd_at_the_door_is_sent_away() -> None:
    passwords = Passwords()
    for _ in range(8):
        assert passwords._places.acquire(blocking=False)
    with pytest.raises(RefusedError) as refused:
        passwords.check("x", None)
    assert (refused.value.status, refused.value.code) == (429, "busy")
