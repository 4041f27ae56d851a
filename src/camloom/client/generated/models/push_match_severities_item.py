from typing import Literal

PushMatchSeveritiesItem = Literal["critical", "info", "major", "minor"]

PUSH_MATCH_SEVERITIES_ITEM_VALUES: set[PushMatchSeveritiesItem] = {
    "critical",
    "info",
    "major",
    "minor",
}


def check_push_match_severities_item(value: str) -> PushMatchSeveritiesItem:
    if value in PUSH_MATCH_SEVERITIES_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PUSH_MATCH_SEVERITIES_ITEM_VALUES!r}")
