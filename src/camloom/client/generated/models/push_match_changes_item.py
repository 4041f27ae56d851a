from typing import Literal

PushMatchChangesItem = Literal["ended", "escalated", "handled", "raised", "updated", "worsened"]

PUSH_MATCH_CHANGES_ITEM_VALUES: set[PushMatchChangesItem] = {
    "ended",
    "escalated",
    "handled",
    "raised",
    "updated",
    "worsened",
}


def check_push_match_changes_item(value: str) -> PushMatchChangesItem:
    if value in PUSH_MATCH_CHANGES_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PUSH_MATCH_CHANGES_ITEM_VALUES!r}")
