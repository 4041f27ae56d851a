from typing import Literal

AlarmActionAction = Literal["acknowledge", "assign", "close", "false", "note", "reopen", "true"]

ALARM_ACTION_ACTION_VALUES: set[AlarmActionAction] = {
    "acknowledge",
    "assign",
    "close",
    "false",
    "note",
    "reopen",
    "true",
}


def check_alarm_action_action(value: str) -> AlarmActionAction:
    if value in ALARM_ACTION_ACTION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ALARM_ACTION_ACTION_VALUES!r}")
