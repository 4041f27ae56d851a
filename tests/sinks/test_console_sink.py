"""Events on the screen."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from typing import TypeVar

import pytest
from rich.console import Console
from rich.progress import Progress

from camloom.detections import Attribute
from camloom.event import Event, EventObject, FrameResult, Phase
from camloom.sinks.base import SinkContext
from camloom.sinks.console import ConsoleConfig, ConsoleSink

T = TypeVar("T")
Make = Callable[..., T]


def show(result: FrameResult, context: SinkContext, *, terminal: bool = False) -> str:
    screen = io.StringIO()
    sink = ConsoleSink(ConsoleConfig())
    sink.console = Console(
        file=screen, force_terminal=terminal, width=60, color_system="standard" if terminal else "auto"
    )
    sink.open(context)
    sink.write(result)
    sink.close()
    return screen.getvalue()


def test_a_line_says_when_which_rule_what_where_who_and_how_much(
    make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    event = make_event(3725.25, value=2.44, unit="s", direction="A->B")
    line = show(make_result(0, events=[event]), make_context())
    assert line.split() == ["1:02:05.2", "yard-intrusion", "entered", "yard", "person", "#7", "2.4", "s", "A->B"]
    assert line.count("\n") == 1, "one line, however narrow the screen"


@pytest.mark.parametrize(
    ("event_type", "phase", "words"),
    [
        ("region.exited", Phase.INSTANT, "left yard"),
        ("region.dwelled", Phase.END, "stays in yard (over)"),
        ("line.crossed", Phase.INSTANT, "crossed yard"),
        ("stranger.fell_down", Phase.START, "fell down yard"),
    ],
)
def test_types_are_said_in_words(
    event_type: str,
    phase: Phase,
    words: str,
    make_event: Make[Event],
    make_result: Make[FrameResult],
    make_context: Make[SinkContext],
) -> None:
    event = make_event(type=event_type, phase=phase)
    assert words in show(make_result(0, events=[event]), make_context())


def test_who_it_is_is_said_and_what_else_is_known_is_not(
    make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    known = (Attribute("hat", "red", 0.9, "clothes"), Attribute("person", "Li\x1b Lei", 0.8, "gallery"))
    face = (EventObject(3, "face", 0.9, (0, 0, 1, 1), known),)
    event = make_event(type="face.matched", objects=face)
    assert "known face yard" in (line := show(make_result(0, events=[event]), make_context()))
    assert "face #3 Li? Lei " in line
    assert "red" not in line


def test_a_crowd_is_shortened(
    make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    crowd = tuple(EventObject(n, "person", 0.9, (0, 0, 1, 1)) for n in range(1, 6))
    assert "person #3 and 2 more" in show(make_result(0, events=[make_event(objects=crowd)]), make_context())


def test_names_have_no_power_over_the_terminal(
    make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    event = make_event(zone="[bold red]x[/] \x1b[2J\r\nnext", rule_id="[link=http://a]r[/link]")
    line = show(make_result(0, events=[event]), make_context(), terminal=True)
    assert "[bold red]x[/]" in line
    assert "[link=http://a]r[/link]" in line
    assert "\x1b[2J" not in line
    assert line.count("\n") == 1


def test_colour_only_on_a_terminal(
    make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    result = make_result(0, events=[make_event()])
    assert "\x1b[" not in show(result, make_context())
    assert "\x1b[" in show(result, make_context(), terminal=True)


def test_events_appear_above_a_progress_bar_of_the_same_console(
    make_event: Make[Event], make_result: Make[FrameResult], make_context: Make[SinkContext]
) -> None:
    screen = io.StringIO()
    sink = ConsoleSink(ConsoleConfig())
    sink.console = Console(file=screen, force_terminal=True, width=100)
    sink.open(make_context())
    with Progress(console=sink.console) as progress:
        progress.add_task("street", total=10)
        sink.write(make_result(0, events=[make_event()]))
    text = screen.getvalue()
    assert 0 < text.index("yard-intrusion") < text.rindex("street")


def test_a_closed_pipe_is_a_sink_error_in_one_line() -> None:
    script = """
import sys
from camloom.errors import SinkError
from camloom.sinks.console import ConsoleConfig, ConsoleSink
from rich.text import Text
sink = ConsoleSink(ConsoleConfig())
try:
    for _ in range(10_000):
        sink._print(Text("x" * 200))
except SinkError as error:
    print(error, file=sys.stderr)
"""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as broken:
        done = subprocess.run(
            [sys.executable, "-c", script], stdout=broken, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert done.stderr == "cannot print events: nobody reads the output any more\n"
