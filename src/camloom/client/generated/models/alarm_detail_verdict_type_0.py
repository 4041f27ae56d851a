from typing import Literal

AlarmDetailVerdictType0 = Literal["false", "true"]

ALARM_DETAIL_VERDICT_TYPE_0_VALUES: set[AlarmDetailVerdictType0] = {
    "false",
    "true",
}


def check_alarm_detail_verdict_type_0(value: str) -> AlarmDetailVerdictType0:
    if value in ALARM_DETAIL_VERDICT_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ALARM_DETAIL_VERDICT_TYPE_0_VALUES!r}")
