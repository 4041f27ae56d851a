from typing import Literal

HostDetailState = Literal["away", "never-seen", "online"]

HOST_DETAIL_STATE_VALUES: set[HostDetailState] = {
    "away",
    "never-seen",
    "online",
}


def check_host_detail_state(value: str) -> HostDetailState:
    if value in HOST_DETAIL_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {HOST_DETAIL_STATE_VALUES!r}")
