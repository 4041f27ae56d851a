from typing import Literal

MeChangeLanguage = Literal["en", "zh"]

ME_CHANGE_LANGUAGE_VALUES: set[MeChangeLanguage] = {
    "en",
    "zh",
}


def check_me_change_language(value: str) -> MeChangeLanguage:
    if value in ME_CHANGE_LANGUAGE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ME_CHANGE_LANGUAGE_VALUES!r}")
