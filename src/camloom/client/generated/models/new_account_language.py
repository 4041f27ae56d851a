from typing import Literal

NewAccountLanguage = Literal["en", "zh"]

NEW_ACCOUNT_LANGUAGE_VALUES: set[NewAccountLanguage] = {
    "en",
    "zh",
}


def check_new_account_language(value: str) -> NewAccountLanguage:
    if value in NEW_ACCOUNT_LANGUAGE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {NEW_ACCOUNT_LANGUAGE_VALUES!r}")
