from typing import Literal

HostOutState = Literal["away", "never-seen", "online"]

HOST_OUT_STATE_VALUES: set[HostOutState] = {
    "away",
    "never-seen",
    "online",
}


def check_host_out_state(value: str) -> HostOutState:
    if value in HOST_OUT_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {HOST_OUT_STATE_VALUES!r}")
