from typing import Literal

GetReportCsvLang = Literal["en", "zh"]

GET_REPORT_CSV_LANG_VALUES: set[GetReportCsvLang] = {
    "en",
    "zh",
}


def check_get_report_csv_lang(value: str) -> GetReportCsvLang:
    if value in GET_REPORT_CSV_LANG_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_REPORT_CSV_LANG_VALUES!r}")
