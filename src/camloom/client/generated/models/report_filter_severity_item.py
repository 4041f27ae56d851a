from typing import Literal

ReportFilterSeverityItem = Literal["critical", "info", "major", "minor"]

REPORT_FILTER_SEVERITY_ITEM_VALUES: set[ReportFilterSeverityItem] = {
    "critical",
    "info",
    "major",
    "minor",
}


def check_report_filter_severity_item(value: str) -> ReportFilterSeverityItem:
    if value in REPORT_FILTER_SEVERITY_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REPORT_FILTER_SEVERITY_ITEM_VALUES!r}")
