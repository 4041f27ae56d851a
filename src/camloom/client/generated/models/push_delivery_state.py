from typing import Literal

PushDeliveryState = Literal["delivered", "lost", "refused", "waiting"]

PUSH_DELIVERY_STATE_VALUES: set[PushDeliveryState] = {
    "delivered",
    "lost",
    "refused",
    "waiting",
}


def check_push_delivery_state(value: str) -> PushDeliveryState:
    if value in PUSH_DELIVERY_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PUSH_DELIVERY_STATE_VALUES!r}")
