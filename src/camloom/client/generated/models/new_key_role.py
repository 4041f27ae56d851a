from typing import Literal

NewKeyRole = Literal["administrator", "operator", "viewer"]

NEW_KEY_ROLE_VALUES: set[NewKeyRole] = {
    "administrator",
    "operator",
    "viewer",
}


def check_new_key_role(value: str) -> NewKeyRole:
    if value in NEW_KEY_ROLE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {NEW_KEY_ROLE_VALUES!r}")
