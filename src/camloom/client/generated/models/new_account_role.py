from typing import Literal

NewAccountRole = Literal["administrator", "operator", "viewer"]

NEW_ACCOUNT_ROLE_VALUES: set[NewAccountRole] = {
    "administrator",
    "operator",
    "viewer",
}


def check_new_account_role(value: str) -> NewAccountRole:
    if value in NEW_ACCOUNT_ROLE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {NEW_ACCOUNT_ROLE_VALUES!r}")
