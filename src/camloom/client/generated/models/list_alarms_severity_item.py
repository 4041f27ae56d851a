from typing import Literal

ListAlarmsSeverityItem = Literal["critical", "info", "major", "minor"]

LIST_ALARMS_SEVERITY_ITEM_VALUES: set[ListAlarmsSeverityItem] = {
    "critical",
    "info",
    "major",
    "minor",
}


def check_list_alarms_severity_item(value: str) -> ListAlarmsSeverityItem:
    if value in LIST_ALARMS_SEVERITY_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_ALARMS_SEVERITY_ITEM_VALUES!r}")
