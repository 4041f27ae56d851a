from typing import Literal

ReplayStatesItem = Literal["delivered", "lost", "refused"]

REPLAY_STATES_ITEM_VALUES: set[ReplayStatesItem] = {
    "delivered",
    "lost",
    "refused",
}


def check_replay_states_item(value: str) -> ReplayStatesItem:
    if value in REPLAY_STATES_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REPLAY_STATES_ITEM_VALUES!r}")
