from typing import Literal

ListAlarmsVerdictItem = Literal["false", "true"]

LIST_ALARMS_VERDICT_ITEM_VALUES: set[ListAlarmsVerdictItem] = {
    "false",
    "true",
}


def check_list_alarms_verdict_item(value: str) -> ListAlarmsVerdictItem:
    if value in LIST_ALARMS_VERDICT_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_ALARMS_VERDICT_ITEM_VALUES!r}")
