from typing import Literal

GetReportPdfSeverityItem = Literal["critical", "info", "major", "minor"]

GET_REPORT_PDF_SEVERITY_ITEM_VALUES: set[GetReportPdfSeverityItem] = {
    "critical",
    "info",
    "major",
    "minor",
}


def check_get_report_pdf_severity_item(value: str) -> GetReportPdfSeverityItem:
    if value in GET_REPORT_PDF_SEVERITY_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GET_REPORT_PDF_SEVERITY_ITEM_VALUES!r}")
