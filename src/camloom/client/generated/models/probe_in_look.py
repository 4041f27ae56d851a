from typing import Literal

ProbeInLook = Literal["picture", "whole"]

PROBE_IN_LOOK_VALUES: set[ProbeInLook] = {
    "picture",
    "whole",
}


def check_probe_in_look(value: str) -> ProbeInLook:
    if value in PROBE_IN_LOOK_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PROBE_IN_LOOK_VALUES!r}")
