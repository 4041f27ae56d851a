"""A source's program is hostile until proven otherwise: bounded, told in one line, and always ended."""

import ast
import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sources.child.conftest import PASSWORD, HostileSource

from camloom.errors import SourceError
from camloom.packets import Packet
from camloom.sources.child.process import Program, ask
from camloom.sources.child.programs import wire
from camloom.sources.reading.decode import Decoder

Hostile = Callable[..., HostileSource]
SOON_S = 4.0  # of a second at the most, on a machine that has much else to do


def is_gone(pid: int, within_s: float = SOON_S) -> bool:
    until_s = time.monotonic() + within_s
    while time.monotonic() < until_s:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def living(group: int) -> list[int]:
    """Return the processes of a group that are not over."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, its_group, *_ = stat.read_text().rpartition(")")[2].split()
            if int(its_group) == group and state not in "ZX":
                found.append(int(stat.parent.name))
    return found


def read(source: HostileSource) -> list[Packet]:
    source.open()
    return list(source.packets())


def error_of(source: HostileSource) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read(source)
    return caught.value


def test_pictures_come_in_order_with_their_times(hostile: Hostile) -> None:
    source = hostile(pictures=3)
    info = source.open()
    packets = list(source.packets())
    assert (info.codec, info.width, info.height, info.fps, info.live) == ("rawvideo", 8, 4, 10, True)
    assert [packet.pts_s for packet in packets] == pytest.approx([0, 0.1, 0.2])
    assert all(packet.is_keyframe and not packet.discont for packet in packets)
    [(_, picture)] = Decoder(info).decode(packets[0])
    assert (picture.width, picture.height, picture.pix_fmt) == (8, 4, "gray")
    assert bytes(picture.luma(8, 4).tobytes()) == bytes(range(32))


@pytest.mark.parametrize(
    ("mode", "reason", "what"),
    [
        ("mute", "timeout", "sends nothing any more"),
        ("silent", "timeout", "sends nothing any more"),
        ("drip", "timeout", "sends nothing any more"),
        ("chatter", "timeout", "sends nothing any more"),
        ("orphan", "timeout", "sends nothing any more"),
        ("picture first", "closed", "talks nonsense"),
        ("nonsense", "closed", "talks nonsense"),
        ("endless text", "closed", "talks nonsense"),
        ("unknown", "closed", "talks nonsense"),
        ("no json", "unsupported", "cannot be right"),
        ("huge", "closed", "4294967295 bytes"),
        ("short", "closed", "31 bytes"),
        ("crash", "closed", "SIGSEGV"),
    ],
)
def test_whatever_it_does_is_told_and_ends_it(hostile: Hostile, mode: str, reason: str, what: str) -> None:
    source = hostile(mode, timeout_s=0.5 if reason == "timeout" else 10)
    error = error_of(source)
    assert error.reason == reason
    assert what in error.message
    source.close()
    assert is_gone(source.pid)


def test_what_a_crash_leaves_behind_is_ended_too(hostile: Hostile) -> None:
    source = hostile("orphan")
    error_of(source)
    assert living(source.pid) == []


def test_a_form_that_cannot_be_is_told(hostile: Hostile) -> None:
    error = error_of(hostile(form={"width": 30000, "height": 30000}))
    assert error.reason == "unsupported"
    assert "30000x30000" in error.message


def test_the_last_word_is_told_without_the_password(hostile: Hostile) -> None:
    error = error_of(hostile("crash"))
    assert "the last word" in str(error)
    assert PASSWORD not in str(error)
    message = error_of(hostile(message=f"cannot log in with {PASSWORD}", reason="auth"))
    assert message.reason == "auth"
    assert PASSWORD not in str(message)


def test_the_last_word_cannot_paint_a_terminal(hostile: Hostile) -> None:
    assert error_of(hostile(message="\x1b[2Jgone\u202e", reason="read")).message == "[2Jgone"


def test_an_unknown_reason_is_a_fault_of_reading(hostile: Hostile) -> None:
    assert error_of(hostile(reason="because", message="so")).reason == "read"


def test_it_sees_no_secret_of_ours(hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUD_SECRET", "x")
    monkeypatch.setenv("GST_DEBUG", "2")
    told = error_of(hostile("tell")).message
    assert "CLOUD_SECRET" not in told
    assert "GST_DEBUG" in told
    assert PASSWORD not in told
    assert "***" not in told


def test_another_form_begins_anew(hostile: Hostile) -> None:
    packets = read(hostile("change"))
    assert [packet.discont for packet in packets] == [False, False, True, False]
    assert packets[2].info is not None
    assert (packets[2].info.width, packets[2].info.height) == (4, 4)
    assert all(packet.info is None for packet in (packets[0], packets[1], packets[3]))


def test_a_damaged_picture_is_marked(hostile: Hostile) -> None:
    assert [packet.raw.is_corrupt for packet in read(hostile("damage"))] == [False, False, True]


def test_stop_wakes_who_waits(hostile: Hostile) -> None:
    source = hostile("silent", timeout_s=60)
    source.open()
    packets = source.packets()
    next(packets), next(packets)
    timer = threading.Timer(0.1, source.stop)
    timer.start()
    began_s = time.monotonic()
    assert list(packets) == []
    timer.join()
    assert time.monotonic() - began_s < SOON_S


def test_stop_before_open_ends_it(hostile: Hostile) -> None:
    source = hostile("silent", timeout_s=60)
    source.stop()
    with pytest.raises(SourceError):
        source.open()


def test_a_frozen_one_is_told_and_ended(hostile: Hostile) -> None:
    source = hostile("silent")
    source.open()
    os.kill(source.pid, signal.SIGSTOP)
    with pytest.raises(SourceError, match="sends nothing any more"):
        list(source.packets())
    source.close()
    source.close()
    assert is_gone(source.pid)


def test_a_frozen_one_does_not_hold_up_the_end(hostile: Hostile) -> None:
    source = hostile("silent", timeout_s=60)
    source.open()
    os.kill(source.pid, signal.SIGSTOP)
    began_s = time.monotonic()
    source.close()
    assert time.monotonic() - began_s < SOON_S
    assert is_gone(source.pid)


def test_nothing_is_left_after_many(hostile: Hostile) -> None:
    def count() -> tuple[int, int]:
        return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))

    before = count()
    for mode in ("", "crash", "short", ""):
        source = hostile(mode)
        with contextlib.suppress(SourceError):
            read(source)
        source.close()
    assert count() == before


def test_a_question_gets_an_answer_or_one_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file") as caught:
        ask(Program("gstreamer", "a test", python=str(tmp_path / "nowhere")))
    assert caught.value.reason == "unavailable"
    with pytest.raises(SourceError, match="no_such_program") as caught:
        ask(Program("no_such_program", "a test", python=sys.executable))
    assert caught.value.reason == "unavailable"


@pytest.mark.parametrize("program", sorted(Path(wire.__file__).parent.glob("*.py")), ids=lambda path: path.stem)
def test_the_programs_run_under_the_python_of_old_boards(program: Path) -> None:
    ast.parse(program.read_text(), feature_version=(3, 6))
