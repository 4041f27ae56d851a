from typing import Literal

ExportAlarmsSeverityItem = Literal["critical", "info", "major", "minor"]

EXPORT_ALARMS_SEVERITY_ITEM_VALUES: set[ExportAlarmsSeverityItem] = {
    "critical",
    "info",
    "major",
    "minor",
}


def check_export_alarms_severity_item(value: str) -> ExportAlarmsSeverityItem:
    if value in EXPORT_ALARMS_SEVERITY_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EXPORT_ALARMS_SEVERITY_ITEM_VALUES!r}")
