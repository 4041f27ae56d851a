"""What a server does by itself goes on in a process of its own, and the two are one program to everybody else."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

_PROGRAM = """
import os, sys, threading, time
from camloom.server.apart import apart
from camloom.server.trouble import Troubles
from camloom.server.web.log import configure_log

configure_log()

def work(stop, troubles):
    troubles.note("events", "the disk is full")
    print("works", os.getpid(), flush=True)
    stop.wait()
    print("is told to end", flush=True)

troubles = Troubles()
with apart(work, troubles) as begin:
    print("waits", flush=True)
    if not sys.stdin.readline():
        sys.exit("nobody lets it begin")
    begin()
    while not troubles.lines:
        time.sleep(0.01)
    print("hears", troubles.lines, flush=True)
    sys.stdin.readline()
print("left", flush=True)
"""


@pytest.fixture
def pair() -> "subprocess.Popen[str]":
    """A process with a copy that waits to begin."""
    pipe, command = subprocess.PIPE, [sys.executable, "-c", _PROGRAM]
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)


def _say(pair: "subprocess.Popen[str]") -> None:
    assert pair.stdin is not None
    pair.stdin.write("\n")
    pair.stdin.flush()


def _hear(pair: "subprocess.Popen[str]") -> str:
    assert pair.stdout is not None
    return pair.stdout.readline().strip()


def _begun(pair: "subprocess.Popen[str]") -> int:
    """Let the copy begin and return its number."""
    assert _hear(pair) == "waits"
    _say(pair)
    word, _, pid = _hear(pair).partition(" ")
    assert word == "works"
    assert _hear(pair) == "hears {'events': 'the disk is full'}"
    return int(pid)


def test_it_begins_when_told_tells_of_troubles_and_ends_before_the_other(pair: "subprocess.Popen[str]") -> None:
    with pair:
        assert _begun(pair) != pair.pid
        _say(pair)
        assert [_hear(pair), _hear(pair)] == ["is told to end", "left"]
    assert pair.returncode == 0


def test_one_that_was_never_begun_does_nothing(pair: "subprocess.Popen[str]") -> None:
    with pair:
        assert _hear(pair) == "waits"
        assert pair.stdin is not None
        pair.stdin.close()
        assert _hear(pair) == ""
    assert pair.returncode != 0


def test_if_one_of_the_two_is_killed_so_is_the_other(pair: "subprocess.Popen[str]") -> None:
    with pair:
        os.kill(_begun(pair), signal.SIGKILL)
        assert pair.wait(30) == -signal.SIGKILL


def test_and_the_other_way_round(pair: "subprocess.Popen[str]") -> None:
    with pair:
        copy = _begun(pair)
        pair.kill()
    until_s = time.monotonic() + 30
    while Path(f"/proc/{copy}").exists() and "\nState:\tZ" not in Path(f"/proc/{copy}/status").read_text():
        assert time.monotonic() < until_s, "the copy lives on"
        time.sleep(0.01)
