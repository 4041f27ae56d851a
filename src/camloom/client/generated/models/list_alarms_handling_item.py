from typing import Literal

ListAlarmsHandlingItem = Literal["acknowledged", "closed", "new"]

LIST_ALARMS_HANDLING_ITEM_VALUES: set[ListAlarmsHandlingItem] = {
    "acknowledged",
    "closed",
    "new",
}


def check_list_alarms_handling_item(value: str) -> ListAlarmsHandlingItem:
    if value in LIST_ALARMS_HANDLING_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_ALARMS_HANDLING_ITEM_VALUES!r}")
