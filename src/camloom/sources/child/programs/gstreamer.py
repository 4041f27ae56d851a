"""A GStreamer pipeline, with the system's GStreamer under the system's Python.

Request: `pipeline` in gst-launch's words, `live`. As a question: `elements`, names of which the missing are told.
"""

import importlib
import re
from collections.abc import Iterator
from typing import Any

from .gst_forms import CAPS, form_of, plain_bytes
from .gst_rules import objection
from .wire import NO_TIME, ProgramError, Request, Wire

APPSINK = re.compile(r"(?:^|[!\s])appsink(?:\s|$)")
POLL_NS = 100000000
LIVE_PICTURES = 2
PACKETS = 250
NONE = (1 << 64) - 1  # GST_CLOCK_TIME_NONE
INSTALL = "apt-get install python3-gi gir1.2-gst-plugins-base-1.0 gstreamer1.0-plugins-base"


def load() -> "tuple[Any, Any]":
    """Return GStreamer and its video library, ready for use. ProgramError: they are not installed."""
    try:
        gi = importlib.import_module("gi")
        gi.require_version("Gst", "1.0")
        gi.require_version("GstVideo", "1.0")
        gst, video = (importlib.import_module("gi.repository." + name) for name in ("Gst", "GstVideo"))
    except (ImportError, ValueError) as error:
        raise ProgramError(f"GStreamer cannot be used from Python: {error}", INSTALL, "unavailable") from None
    gst.init(None)
    return gst, video


def ask(request: Request) -> "dict[str, Any]":
    """Return which of the elements are missing here."""
    try:
        gst, _ = load()
    except ProgramError as error:
        return {"error": f"{error.message} ({error.hint})"}
    missing = [name for name in request["elements"] if gst.ElementFactory.find(name) is None]
    return {"version": gst.version_string(), "missing": missing}


def stream(wire: Wire, request: Request) -> None:
    """Run the pipeline."""
    gst, video = load()
    pipeline, sink = build(gst, request["pipeline"])
    refused = guard(gst, pipeline)
    wire.ready()
    sink.set_property("sync", False)
    try:
        if pipeline.set_state(gst.State.PLAYING) == gst.StateChangeReturn.FAILURE:
            raise failure(gst, pipeline.get_bus().timed_pop_filtered(gst.SECOND, gst.MessageType.ERROR))
        pump(gst, video, wire, Samples(gst, pipeline, sink, refused, wire.closing), request["live"])
    finally:
        pipeline.set_state(gst.State.NULL)


def build(gst: Any, text: str) -> "tuple[Any, Any]":
    """Return the pipeline and its appsink, which is added if the text has none."""
    pipeline = parse(gst, text) if APPSINK.search(text) else with_appsink(gst, text)
    sinks = [element for element in elements_of(gst, pipeline) if name_of(element) == "appsink"]
    if len(sinks) != 1:
        raise ProgramError(f"the pipeline has {len(sinks)} appsinks", "It needs one", "unsupported")
    if sinks[0].get_property("caps") is None:
        sinks[0].set_property("caps", gst.Caps.from_string(CAPS))
    return pipeline, sinks[0]


def with_appsink(gst: Any, text: str) -> Any:
    """Return the pipeline with an appsink at its end. ProgramError: see `parse` and `guard`."""
    try:
        return parse(gst, text + " ! appsink")
    except ProgramError:
        guard(gst, parse(gst, text))  # it may have a sink of another kind
        raise


def parse(gst: Any, text: str) -> Any:
    """Return the pipeline that a text describes. ProgramError: why it cannot be."""
    context = gst.ParseContext()
    try:
        return gst.parse_launch_full(text, context, gst.ParseFlags.NONE)
    except Exception as error:  # noqa: BLE001  # GLib.Error, which cannot be imported without gi
        message = getattr(error, "message", str(error))
        missing = context.get_missing_elements() if message.startswith("no element") else None
    if missing:
        hint = "Install the plug-ins that bring them; `gst-inspect-1.0 NAME` finds an element"
        names = ", ".join(f"'{name}'" for name in missing)
        raise ProgramError(f"GStreamer has no element {names} here", hint, "unavailable")
    raise ProgramError(f"the pipeline cannot be built: {message}{where(gst, text)}", "", "unsupported")


def where(gst: Any, text: str) -> str:
    """Return where the text goes wrong: its first part that makes it so. Of its values nothing: they may be secret."""
    parts = text.split("!")
    for count in range(1, len(parts) + 1):
        try:
            gst.parse_launch("!".join(parts[:count]))
        except Exception:  # noqa: BLE001  # as above
            words = parts[count - 1].split()
            return f", in part {count} ({words[0].split('=')[0][:80] if words else 'empty'})"
    return ""


def elements_of(gst: Any, pipeline: Any) -> "list[Any]":
    """Return all elements of a pipeline."""
    if not isinstance(pipeline, gst.Bin):
        return [pipeline]
    found = []  # type: list[Any]
    elements = pipeline.iterate_recurse()
    while True:
        result, element = elements.next()
        if result != gst.IteratorResult.OK:
            return found
        found.append(element)


def name_of(element: Any) -> str:
    """Return the kind of an element."""
    factory = element.get_factory()
    return str(factory.get_name()) if factory else ""


def guard(gst: Any, pipeline: Any) -> "list[str]":
    """Refuse elements that do more than bring pictures. Returns a list to which later ones are added."""
    for element in elements_of(gst, pipeline):
        problem = objection(gst, element)
        if problem:
            raise ProgramError(problem, "A source may read pictures, not write or send anything", "policy")
    refused = []  # type: list[str]

    def added(_: Any, __: Any, element: Any) -> None:
        problem = objection(gst, element)
        if problem:
            refused.append(problem)

    pipeline.connect("deep-element-added", added)
    return refused


class Samples:
    """What comes out of a pipeline, until its end or an error."""

    def __init__(self, gst: Any, pipeline: Any, sink: Any, refused: "list[str]", closing: Any) -> None:
        self._gst = gst
        self._bus = pipeline.get_bus()
        self._sink = sink
        self._refused = refused
        self._closing = closing

    def __iter__(self) -> "Iterator[Any]":
        """Yield samples. ProgramError: what the pipeline says."""
        while not self._closing.is_set():
            sample = self._sink.emit("try-pull-sample", POLL_NS)
            if self._heard_the_end() and sample is None:
                return
            if sample is not None:
                yield sample

    def queue(self, length: int, drop: bool) -> None:
        """Say how many samples may wait."""
        self._sink.set_property("max-buffers", length)
        self._sink.set_property("drop", drop)

    def _heard_the_end(self) -> bool:
        if self._refused:
            raise ProgramError(self._refused[0], "", "policy")
        kinds = self._gst.MessageType
        message = self._bus.pop_filtered(kinds.ERROR | kinds.EOS | kinds.WARNING)
        if message is not None and message.type == kinds.ERROR:
            raise failure(self._gst, message)
        if message is not None and message.type == kinds.WARNING:
            print(message.parse_warning()[0].message)  # noqa: T201  # our diagnosis
        return bool(self._sink.get_property("eos"))


def pump(gst: Any, video: Any, wire: Wire, samples: Samples, live: bool) -> None:
    """Hand over all that comes."""
    form, caps = {}, None  # type: dict[str, Any], Any
    for sample in samples:
        if caps is None or not sample.get_caps().is_equal(caps):
            caps = sample.get_caps()
            form = form_of(caps)
            plain = form["codec"] == "rawvideo"
            samples.queue(LIVE_PICTURES if plain else PACKETS, live and plain)
            wire.format(live=live, **form)
        buffer, segment = sample.get_buffer(), sample.get_segment()
        data = plain_bytes(video, buffer, caps) if plain else buffer.extract_dup(0, buffer.get_size())
        keyframe = not buffer.has_flags(gst.BufferFlags.DELTA_UNIT)
        wire.picture(data, running(gst, segment, buffer.pts), running(gst, segment, buffer.dts), keyframe)
    if live and not wire.closing.is_set():
        raise ProgramError("the pipeline has ended", "", "closed")


def running(gst: Any, segment: Any, time_ns: int) -> int:
    """Return a time of a buffer on the pipeline's own clock."""
    if time_ns == NONE:
        return NO_TIME
    known, value = segment.to_running_time_full(gst.Format.TIME, time_ns)
    return value if known > 0 else -value if known < 0 else NO_TIME


def failure(gst: Any, message: Any) -> ProgramError:
    """Return what an error message of the pipeline means."""
    if message is None:
        return ProgramError("the pipeline does not start", "Try it with gst-launch-1.0")
    error, debug = message.parse_error()
    detail = (debug or "").strip().split("\n")[-1].strip()
    text = "{} says: {}".format(name_of(message.src) or "the pipeline", error.message.rstrip("."))
    if detail and not detail.startswith("gst") and detail.rstrip(".") not in text:
        text += " ({})".format(detail.rstrip("."))
    hint = "Put e.g. h264parse or videoconvert before the end" if "not-negotiated" in text else ""
    return ProgramError(text, hint, reason_of(gst, error))


def reason_of(gst: Any, error: Any) -> str:
    """Return our code for an error of GStreamer."""
    kinds, core = gst.ResourceError, gst.CoreError
    for reason, kind in (
        ("missing", kinds.NOT_FOUND),
        ("auth", kinds.NOT_AUTHORIZED),
        ("busy", kinds.BUSY),
        ("unreachable", kinds.OPEN_READ),
        ("unreachable", kinds.OPEN_READ_WRITE),
    ):
        if error.matches(kinds.quark(), kind):
            return reason
    return "unavailable" if error.matches(core.quark(), core.MISSING_PLUGIN) else "read"
