from typing import Literal

TimelineStripSeverityItemType0 = Literal["critical", "info", "major", "minor"]

TIMELINE_STRIP_SEVERITY_ITEM_TYPE_0_VALUES: set[TimelineStripSeverityItemType0] = {
    "critical",
    "info",
    "major",
    "minor",
}


def check_timeline_strip_severity_item_type_0(value: str) -> TimelineStripSeverityItemType0:
    if value in TIMELINE_STRIP_SEVERITY_ITEM_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TIMELINE_STRIP_SEVERITY_ITEM_TYPE_0_VALUES!r}")
