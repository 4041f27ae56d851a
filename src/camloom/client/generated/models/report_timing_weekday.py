from typing import Literal

ReportTimingWeekday = Literal["fri", "mon", "sat", "sun", "thu", "tue", "wed"]

REPORT_TIMING_WEEKDAY_VALUES: set[ReportTimingWeekday] = {
    "fri",
    "mon",
    "sat",
    "sun",
    "thu",
    "tue",
    "wed",
}


def check_report_timing_weekday(value: str) -> ReportTimingWeekday:
    if value in REPORT_TIMING_WEEKDAY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REPORT_TIMING_WEEKDAY_VALUES!r}")
