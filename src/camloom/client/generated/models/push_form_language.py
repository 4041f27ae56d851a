from typing import Literal

PushFormLanguage = Literal["en", "zh"]

PUSH_FORM_LANGUAGE_VALUES: set[PushFormLanguage] = {
    "en",
    "zh",
}


def check_push_form_language(value: str) -> PushFormLanguage:
    if value in PUSH_FORM_LANGUAGE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PUSH_FORM_LANGUAGE_VALUES!r}")
