from typing import Literal

GetReportPdfLang = Literal["en", "zh"]

GET_REPORT_PDF_LANG_VALUES: set[GetReportPdfLang] = {
    "en",
    "zh",
}


def check_get_report_pdf_lang(value: str) -> GetReportPdfLang:
    if value in GET_REPORT_PDF_LANG_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_REPORT_PDF_LANG_VALUES!r}")
