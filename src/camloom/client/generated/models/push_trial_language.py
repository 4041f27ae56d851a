from typing import Literal

PushTrialLanguage = Literal["en", "zh"]

PUSH_TRIAL_LANGUAGE_VALUES: set[PushTrialLanguage] = {
    "en",
    "zh",
}


def check_push_trial_language(value: str) -> PushTrialLanguage:
    if value in PUSH_TRIAL_LANGUAGE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PUSH_TRIAL_LANGUAGE_VALUES!r}")
