from typing import Literal

GetReportCsvSeverityItem = Literal["critical", "info", "major", "minor"]

GET_REPORT_CSV_SEVERITY_ITEM_VALUES: set[GetReportCsvSeverityItem] = {
    "critical",
    "info",
    "major",
    "minor",
}


def check_get_report_csv_severity_item(value: str) -> GetReportCsvSeverityItem:
    if value in GET_REPORT_CSV_SEVERITY_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_REPORT_CSV_SEVERITY_ITEM_VALUES!r}")
