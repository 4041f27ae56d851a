from typing import Literal

AccountChangeRoleType0 = Literal["administrator", "operator", "viewer"]

ACCOUNT_CHANGE_ROLE_TYPE_0_VALUES: set[AccountChangeRoleType0] = {
    "administrator",
    "operator",
    "viewer",
}


def check_account_change_role_type_0(value: str) -> AccountChangeRoleType0:
    if value in ACCOUNT_CHANGE_ROLE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ACCOUNT_CHANGE_ROLE_TYPE_0_VALUES!r}")
