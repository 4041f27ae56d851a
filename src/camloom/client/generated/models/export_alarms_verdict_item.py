from typing import Literal

ExportAlarmsVerdictItem = Literal["false", "true"]

EXPORT_ALARMS_VERDICT_ITEM_VALUES: set[ExportAlarmsVerdictItem] = {
    "false",
    "true",
}


def check_export_alarms_verdict_item(value: str) -> ExportAlarmsVerdictItem:
    if value in EXPORT_ALARMS_VERDICT_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EXPORT_ALARMS_VERDICT_ITEM_VALUES!r}")
