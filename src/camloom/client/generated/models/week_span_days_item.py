from typing import Literal

WeekSpanDaysItem = Literal["fri", "mon", "sat", "sun", "thu", "tue", "wed"]

WEEK_SPAN_DAYS_ITEM_VALUES: set[WeekSpanDaysItem] = {
    "fri",
    "mon",
    "sat",
    "sun",
    "thu",
    "tue",
    "wed",
}


def check_week_span_days_item(value: str) -> WeekSpanDaysItem:
    if value in WEEK_SPAN_DAYS_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WEEK_SPAN_DAYS_ITEM_VALUES!r}")
