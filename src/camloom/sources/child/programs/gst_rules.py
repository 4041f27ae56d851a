"""What a pipeline may be made of: elements that bring pictures, none that write or send them."""

import re
from typing import Any

HARMLESS_SINKS = ("appsink", "fakesink")
REFUSED_KINDS = ("Sink", "Muxer", "Payloader", "Player", "WebRTC")
# Properties by which an element that is no source writes to a file of the user's choice.
WRITING = re.compile(r"location|temp-template|.*cache-file|.*stats-file|.*log-?file.*|.*dump.*")


def objection(gst: Any, element: Any) -> str:
    """Return why an element may not be in a pipeline; empty if it may.

    What a source is made of itself is its own affair: an RTSP source has sinks for its reports to the camera.
    """
    factory = element.get_factory()
    if factory is None or _inside_a_source(gst, element):
        return ""
    name, kinds = factory.get_name(), (factory.get_metadata("klass") or "").split("/")
    if name in HARMLESS_SINKS or "Source" in kinds:
        return ""
    if set(kinds) & set(REFUSED_KINDS) or name.endswith("sink"):
        return f"the element '{name}' is not allowed in a source"
    written = [prop.name for prop in element.list_properties() if _writes(element, prop)]
    return f"'{written[0]}' of the element '{name}' is not allowed in a source" if written else ""


def _inside_a_source(gst: Any, element: Any) -> bool:
    parent = element.get_parent()
    while parent is not None:
        factory = parent.get_factory() if isinstance(parent, gst.Element) else None
        if factory is not None and "Source" in (factory.get_metadata("klass") or "").split("/"):
            return True
        parent = parent.get_parent()
    return False


def _writes(element: Any, prop: Any) -> bool:
    if prop.value_type.name != "gchararray" or not WRITING.fullmatch(prop.name):
        return False
    value = element.get_property(prop.name)
    return value is not None and value != prop.default_value
