from typing import Literal

AlarmDetailHandling = Literal["acknowledged", "closed", "new"]

ALARM_DETAIL_HANDLING_VALUES: set[AlarmDetailHandling] = {
    "acknowledged",
    "closed",
    "new",
}


def check_alarm_detail_handling(value: str) -> AlarmDetailHandling:
    if value in ALARM_DETAIL_HANDLING_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ALARM_DETAIL_HANDLING_VALUES!r}")
