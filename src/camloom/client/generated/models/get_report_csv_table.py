from typing import Literal

GetReportCsvTable = Literal["alarms", "cameras", "flows"]

GET_REPORT_CSV_TABLE_VALUES: set[GetReportCsvTable] = {
    "alarms",
    "cameras",
    "flows",
}


def check_get_report_csv_table(value: str) -> GetReportCsvTable:
    if value in GET_REPORT_CSV_TABLE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_REPORT_CSV_TABLE_VALUES!r}")
