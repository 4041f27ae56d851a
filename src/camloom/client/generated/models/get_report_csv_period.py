from typing import Literal

GetReportCsvPeriod = Literal["custom", "day", "month", "week"]

GET_REPORT_CSV_PERIOD_VALUES: set[GetReportCsvPeriod] = {
    "custom",
    "day",
    "month",
    "week",
}


def check_get_report_csv_period(value: str) -> GetReportCsvPeriod:
    if value in GET_REPORT_CSV_PERIOD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_REPORT_CSV_PERIOD_VALUES!r}")
