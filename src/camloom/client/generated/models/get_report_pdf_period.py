from typing import Literal

GetReportPdfPeriod = Literal["custom", "day", "month", "week"]

GET_REPORT_PDF_PERIOD_VALUES: set[GetReportPdfPeriod] = {
    "custom",
    "day",
    "month",
    "week",
}


def check_get_report_pdf_period(value: str) -> GetReportPdfPeriod:
    if value in GET_REPORT_PDF_PERIOD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_REPORT_PDF_PERIOD_VALUES!r}")
