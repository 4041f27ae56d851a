from typing import Literal

ExportAlarmsHandlingItem = Literal["acknowledged", "closed", "new"]

EXPORT_ALARMS_HANDLING_ITEM_VALUES: set[ExportAlarmsHandlingItem] = {
    "acknowledged",
    "closed",
    "new",
}


def check_export_alarms_handling_item(value: str) -> ExportAlarmsHandlingItem:
    if value in EXPORT_ALARMS_HANDLING_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EXPORT_ALARMS_HANDLING_ITEM_VALUES!r}")
