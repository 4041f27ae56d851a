from typing import Literal

AccountRole = Literal["administrator", "operator", "viewer"]

ACCOUNT_ROLE_VALUES: set[AccountRole] = {
    "administrator",
    "operator",
    "viewer",
}


def check_account_role(value: str) -> AccountRole:
    if value in ACCOUNT_ROLE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ACCOUNT_ROLE_VALUES!r}")
