from typing import Literal

GetReportPeriod = Literal["custom", "day", "month", "week"]

GET_REPORT_PERIOD_VALUES: set[GetReportPeriod] = {
    "custom",
    "day",
    "month",
    "week",
}


def check_get_report_period(value: str) -> GetReportPeriod:
    if value in GET_REPORT_PERIOD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_REPORT_PERIOD_VALUES!r}")
