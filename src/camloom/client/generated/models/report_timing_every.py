from typing import Literal

ReportTimingEvery = Literal["daily", "monthly", "weekly"]

REPORT_TIMING_EVERY_VALUES: set[ReportTimingEvery] = {
    "daily",
    "monthly",
    "weekly",
}


def check_report_timing_every(value: str) -> ReportTimingEvery:
    if value in REPORT_TIMING_EVERY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REPORT_TIMING_EVERY_VALUES!r}")
