from typing import Literal

ReportWishLanguage = Literal["en", "zh"]

REPORT_WISH_LANGUAGE_VALUES: set[ReportWishLanguage] = {
    "en",
    "zh",
}


def check_report_wish_language(value: str) -> ReportWishLanguage:
    if value in REPORT_WISH_LANGUAGE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REPORT_WISH_LANGUAGE_VALUES!r}")
