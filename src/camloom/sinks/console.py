"""Events on the screen, each in one line, as they happen."""

from typing import ClassVar

from pydantic import BaseModel
from rich.console import Console
from rich.text import Text

from camloom.config import StrictModel
from camloom.errors import SinkError
from camloom.event import Change, Event, EventObject, FrameResult, Phase
from camloom.sinks.base import SinkContext

_WORDS = {
    "region.entered": "entered",
    "region.exited": "left",
    "region.dwelled": "stays in",
    "region.count": "count in",
    "line.crossed": "crossed",
    "tripwire.crossed": "crossed both from",
    "fence.crossed": "got over",
    "visits.loitered": "loiters in",
    "direction.wrong": "against",
    "standing.stopped": "stands in",
    "speed.exceeded": "too fast in",
    "crowd.gathered": "crowd in",
    "occupancy.changed": "passed",
    "occupancy.over": "too many behind",
    "face.matched": "known face",
    "face.unknown": "unknown face",
    "state.held": "state of",
}
_PHASE_WORDS = {Phase.UPDATE: " (goes on)", Phase.END: " (over)"}
_PHASE_STYLES = {Phase.START: "bold", Phase.INSTANT: "bold", Phase.UPDATE: "dim", Phase.END: "dim"}
_MAX_OBJECTS = 3
_TOLD = ("person", "state")  # attributes that say what the event is about


class ConsoleConfig(StrictModel):
    """Nothing to set: colours go away by themselves where there is no terminal (or with NO_COLOR)."""


class ConsoleSink:
    """Events on the screen, each in one line.

    Attributes:
        console: where to print; whoever shows a progress bar puts its console here before the first event.
    """

    Config: ClassVar[type[BaseModel]] = ConsoleConfig
    needs_pixels: ClassVar = False
    events_only: ClassVar = True

    def __init__(self, config: ConsoleConfig) -> None:
        del config
        self.console = Console()

    def open(self, context: SinkContext) -> None:
        """Nothing to get ready."""

    def write(self, result: FrameResult) -> None:
        """Print the events of the frame."""
        for event in result.events:
            self._print(event_line(event))

    def take_event(self, event: Event) -> None:
        """Print an event that has no frame."""
        self._print(event_line(event))

    def close(self) -> None:
        """Nothing to finish."""

    def _print(self, line: Text) -> None:
        try:
            self.console.print(line, soft_wrap=True, highlight=False)
        except (OSError, SystemExit) as error:
            # rich turns a broken pipe into SystemExit.
            raise SinkError("cannot print events: nobody reads the output any more") from error


def event_line(event: Event) -> Text:
    """Return an event in words: time on the stream clock, rule, what, where, who, how much, direction.

    Names are shown as they are: neither markup nor control characters in them have any effect.
    """
    what = _WORDS.get(event.type, event.type.rpartition(".")[2].replace("_", " "))
    place = f"{what} {event.zone}".strip() + _goes_on(event)
    parts = [
        (stream_time(event.pts_s), "cyan"),
        (f"{event.rule_id:<16}", "magenta"),
        (f"{place:<28}", _PHASE_STYLES[event.phase]),
        (_who(event.objects), ""),
        (_how_much(event), "green"),
        (event.detail if event.reason else "", ""),
        (event.direction, "yellow"),
    ]
    return Text("  ").join(Text(_plain(words), style) for words, style in parts if words)


def _goes_on(event: Event) -> str:
    """Return what an event is in the life of its incident; nothing for what begins or only happens."""
    if event.change is Change.STAGE:
        return f" (rises to {event.stage})"
    if event.change is Change.JOINED:
        return f" (no. {event.count})"
    if event.change is Change.LEFT:
        return f" (ended, {event.ongoing} left)" if event.ongoing else " (ended)"
    return _PHASE_WORDS.get(event.phase, "")


def stream_time(pts_s: float) -> str:
    """Return seconds as `h:mm:ss.s`."""
    minutes, seconds = divmod(round(max(0.0, pts_s), 1), 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02d}:{seconds:04.1f}"


def _who(objects: tuple[EventObject, ...]) -> str:
    named = ", ".join(f"{item.class_name} #{item.track_id}{_told(item)}" for item in objects[:_MAX_OBJECTS])
    more = len(objects) - _MAX_OBJECTS
    return f"{named} and {more} more" if more > 0 else named


def _told(item: EventObject) -> str:
    return "".join(f" {one.value}" for one in item.attributes if one.name in _TOLD)


def _how_much(event: Event) -> str:
    if event.value is None:
        return ""
    return event.detail or f"{round(event.value, 1):g} {event.unit}".strip()


def _plain(words: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in words)
