from typing import Literal

BulkActionAction = Literal["acknowledge", "assign", "close", "false", "note", "reopen", "true"]

BULK_ACTION_ACTION_VALUES: set[BulkActionAction] = {
    "acknowledge",
    "assign",
    "close",
    "false",
    "note",
    "reopen",
    "true",
}


def check_bulk_action_action(value: str) -> BulkActionAction:
    if value in BULK_ACTION_ACTION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BULK_ACTION_ACTION_VALUES!r}")
