from typing import Literal

ReportPeriod = Literal["custom", "day", "month", "week"]

REPORT_PERIOD_VALUES: set[ReportPeriod] = {
    "custom",
    "day",
    "month",
    "week",
}


def check_report_period(value: str) -> ReportPeriod:
    if value in REPORT_PERIOD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REPORT_PERIOD_VALUES!r}")
