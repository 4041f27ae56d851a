"""What is wrong is said once a minute, and to those who ask."""

import sqlite3

import psycopg
import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from camloom.errors import ServerError
from camloom.server.trouble import Troubles, line_of


class Seconds:
    """Seconds that a test lets go by."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_a_trouble_is_told_once_a_minute_until_it_is_over() -> None:
    seconds = Seconds()
    troubles = Troubles(seconds)
    with capture_logs() as told:
        for _ in range(200):
            troubles.note("events", "the disk is full")
            seconds.now_s += 1
        troubles.over("events")
        troubles.over("events")
    assert [(line["event"], line.get("for_s")) for line in told] == [
        ("trouble", 0), ("trouble", 60), ("trouble", 120), ("trouble", 180), ("trouble is over", None),
    ]  # fmt: skip
    assert told[0]["why"] == "the disk is full"
    assert told[-1]["lasted_s"] == 200


def test_one_that_comes_and_goes_does_not_fill_the_log() -> None:
    seconds = Seconds()
    troubles = Troubles(seconds)
    with capture_logs() as told:
        for _ in range(90):
            troubles.note("events", "the disk is full")
            troubles.over("events")
            seconds.now_s += 1
    assert [line["event"] for line in told] == ["trouble", "trouble is over"] * 2


def test_each_work_has_its_own() -> None:
    troubles = Troubles()
    troubles.note("events", "a")
    troubles.note("push to desk", "b")
    troubles.note("events", "c")
    assert troubles.lines == {"events": "c", "push to desk": "b"}
    troubles.over("events")
    assert troubles.lines == {"push to desk": "b"}


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ServerError("it is away", "hint"), "it is away"),
        (KeyError("canary"), "KeyError"),
        (
            OperationalError("insert canary", {}, sqlite3.OperationalError("database or disk is full")),
            "the database cannot do it: database or disk is full",
        ),
        (
            OperationalError("insert canary", {}, psycopg.OperationalError("password canary")),
            "the database cannot do it: OperationalError",
        ),
        (
            OperationalError("x", {}, psycopg.errors.DiskFull("canary")),
            "the database cannot do it: DiskFull (53100)",
        ),
    ],
)
def test_an_error_is_one_line_without_what_was_written(error: Exception, line: str) -> None:
    assert line_of(error) == line
