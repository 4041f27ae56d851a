from typing import Literal

PushDeliveryDetailState = Literal["delivered", "lost", "refused", "waiting"]

PUSH_DELIVERY_DETAIL_STATE_VALUES: set[PushDeliveryDetailState] = {
    "delivered",
    "lost",
    "refused",
    "waiting",
}


def check_push_delivery_detail_state(value: str) -> PushDeliveryDetailState:
    if value in PUSH_DELIVERY_DETAIL_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PUSH_DELIVERY_DETAIL_STATE_VALUES!r}")
