from typing import Literal

SetupRequestLanguage = Literal["en", "zh"]

SETUP_REQUEST_LANGUAGE_VALUES: set[SetupRequestLanguage] = {
    "en",
    "zh",
}


def check_setup_request_language(value: str) -> SetupRequestLanguage:
    if value in SETUP_REQUEST_LANGUAGE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SETUP_REQUEST_LANGUAGE_VALUES!r}")
