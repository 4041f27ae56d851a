from typing import Literal

ListPushDeliveriesStateType0Item = Literal["delivered", "lost", "refused", "waiting"]

LIST_PUSH_DELIVERIES_STATE_TYPE_0_ITEM_VALUES: set[ListPushDeliveriesStateType0Item] = {
    "delivered",
    "lost",
    "refused",
    "waiting",
}


def check_list_push_deliveries_state_type_0_item(value: str) -> ListPushDeliveriesStateType0Item:
    if value in LIST_PUSH_DELIVERIES_STATE_TYPE_0_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_PUSH_DELIVERIES_STATE_TYPE_0_ITEM_VALUES!r}")
