from typing import Literal

GetReportSeverityItem = Literal["critical", "info", "major", "minor"]

GET_REPORT_SEVERITY_ITEM_VALUES: set[GetReportSeverityItem] = {
    "critical",
    "info",
    "major",
    "minor",
}


def check_get_report_severity_item(value: str) -> GetReportSeverityItem:
    if value in GET_REPORT_SEVERITY_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_REPORT_SEVERITY_ITEM_VALUES!r}")
