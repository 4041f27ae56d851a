"""Reports as pages to print or to send."""

from camloom.server.business.reports.pdf.pages import pdf_of

__all__ = ["pdf_of"]
