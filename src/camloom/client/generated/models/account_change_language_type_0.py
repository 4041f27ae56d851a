from typing import Literal

AccountChangeLanguageType0 = Literal["en", "zh"]

ACCOUNT_CHANGE_LANGUAGE_TYPE_0_VALUES: set[AccountChangeLanguageType0] = {
    "en",
    "zh",
}


def check_account_change_language_type_0(value: str) -> AccountChangeLanguageType0:
    if value in ACCOUNT_CHANGE_LANGUAGE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ACCOUNT_CHANGE_LANGUAGE_TYPE_0_VALUES!r}")
