"""Reports: see docs/api.md."""

import datetime
from io import BytesIO
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

from camloom.client.transport import Transport, understood

from ...models.get_report_csv_lang import GetReportCsvLang, check_get_report_csv_lang
from ...models.get_report_csv_period import GetReportCsvPeriod, check_get_report_csv_period
from ...models.get_report_csv_severity_item import GetReportCsvSeverityItem, check_get_report_csv_severity_item
from ...models.get_report_csv_table import GetReportCsvTable, check_get_report_csv_table
from ...models.get_report_pdf_lang import GetReportPdfLang, check_get_report_pdf_lang
from ...models.get_report_pdf_period import GetReportPdfPeriod, check_get_report_pdf_period
from ...models.get_report_pdf_severity_item import GetReportPdfSeverityItem, check_get_report_pdf_severity_item
from ...models.get_report_period import GetReportPeriod, check_get_report_period
from ...models.get_report_severity_item import GetReportSeverityItem, check_get_report_severity_item
from ...models.report import Report
from ...models.schedule import Schedule
from ...models.schedule_form import ScheduleForm
from ...types import UNSET, File, FileTypes, Unset


class ReportsCalls:
    """What the API does with reports; each method is one operation of it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get_report(
        self,
        *,
        camera: list[str] | Unset = UNSET,
        group: list[str] | Unset = UNSET,
        template: list[str] | Unset = UNSET,
        severity: list[GetReportSeverityItem] | Unset = UNSET,
        period: GetReportPeriod | Unset = "week",
        day: datetime.date | None | Unset = UNSET,
        last: datetime.date | None | Unset = UNSET,
    ) -> Report:
        """Return what happened in a period, compared with the one before.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        params: dict[str, Any] = {}

        json_camera: list[str] | Unset = UNSET
        if not isinstance(camera, Unset):
            json_camera = camera

        params["camera"] = json_camera

        json_group: list[str] | Unset = UNSET
        if not isinstance(group, Unset):
            json_group = group

        params["group"] = json_group

        json_template: list[str] | Unset = UNSET
        if not isinstance(template, Unset):
            json_template = template

        params["template"] = json_template

        json_severity: list[str] | Unset = UNSET
        if not isinstance(severity, Unset):
            json_severity = []
            for severity_item_data in severity:
                severity_item: str = severity_item_data
                json_severity.append(severity_item)

        params["severity"] = json_severity

        json_period: str | Unset = UNSET
        if not isinstance(period, Unset):
            json_period = period

        params["period"] = json_period

        json_day: None | str | Unset
        if isinstance(day, Unset):
            json_day = UNSET
        elif isinstance(day, datetime.date):
            json_day = day.isoformat()
        else:
            json_day = day
        params["day"] = json_day

        json_last: None | str | Unset
        if isinstance(last, Unset):
            json_last = UNSET
        elif isinstance(last, datetime.date):
            json_last = last.isoformat()
        else:
            json_last = last
        params["last"] = json_last

        params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

        _kwargs: dict[str, Any] = {}
        _kwargs["params"] = params
        _path = "/api/v1/reports"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = Report.from_dict(response.json())

            return response_200

    def get_report_csv(
        self,
        *,
        camera: list[str] | Unset = UNSET,
        group: list[str] | Unset = UNSET,
        template: list[str] | Unset = UNSET,
        severity: list[GetReportCsvSeverityItem] | Unset = UNSET,
        period: GetReportCsvPeriod | Unset = "week",
        day: datetime.date | None | Unset = UNSET,
        last: datetime.date | None | Unset = UNSET,
        lang: GetReportCsvLang | Unset = "zh",
        table: GetReportCsvTable | Unset = "alarms",
    ) -> bytes:
        """Return a report as CSV for a spreadsheet.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        params: dict[str, Any] = {}

        json_camera: list[str] | Unset = UNSET
        if not isinstance(camera, Unset):
            json_camera = camera

        params["camera"] = json_camera

        json_group: list[str] | Unset = UNSET
        if not isinstance(group, Unset):
            json_group = group

        params["group"] = json_group

        json_template: list[str] | Unset = UNSET
        if not isinstance(template, Unset):
            json_template = template

        params["template"] = json_template

        json_severity: list[str] | Unset = UNSET
        if not isinstance(severity, Unset):
            json_severity = []
            for severity_item_data in severity:
                severity_item: str = severity_item_data
                json_severity.append(severity_item)

        params["severity"] = json_severity

        json_period: str | Unset = UNSET
        if not isinstance(period, Unset):
            json_period = period

        params["period"] = json_period

        json_day: None | str | Unset
        if isinstance(day, Unset):
            json_day = UNSET
        elif isinstance(day, datetime.date):
            json_day = day.isoformat()
        else:
            json_day = day
        params["day"] = json_day

        json_last: None | str | Unset
        if isinstance(last, Unset):
            json_last = UNSET
        elif isinstance(last, datetime.date):
            json_last = last.isoformat()
        else:
            json_last = last
        params["last"] = json_last

        json_lang: str | Unset = UNSET
        if not isinstance(lang, Unset):
            json_lang = lang

        params["lang"] = json_lang

        json_table: str | Unset = UNSET
        if not isinstance(table, Unset):
            json_table = table

        params["table"] = json_table

        params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

        _kwargs: dict[str, Any] = {}
        _kwargs["params"] = params
        _path = "/api/v1/reports/report.csv"
        response = self._transport.send("get", _path, **_kwargs)
        return response.content

    def get_report_pdf(
        self,
        *,
        camera: list[str] | Unset = UNSET,
        group: list[str] | Unset = UNSET,
        template: list[str] | Unset = UNSET,
        severity: list[GetReportPdfSeverityItem] | Unset = UNSET,
        period: GetReportPdfPeriod | Unset = "week",
        day: datetime.date | None | Unset = UNSET,
        last: datetime.date | None | Unset = UNSET,
        lang: GetReportPdfLang | Unset = "zh",
    ) -> bytes:
        """Return a report as PDF.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        params: dict[str, Any] = {}

        json_camera: list[str] | Unset = UNSET
        if not isinstance(camera, Unset):
            json_camera = camera

        params["camera"] = json_camera

        json_group: list[str] | Unset = UNSET
        if not isinstance(group, Unset):
            json_group = group

        params["group"] = json_group

        json_template: list[str] | Unset = UNSET
        if not isinstance(template, Unset):
            json_template = template

        params["template"] = json_template

        json_severity: list[str] | Unset = UNSET
        if not isinstance(severity, Unset):
            json_severity = []
            for severity_item_data in severity:
                severity_item: str = severity_item_data
                json_severity.append(severity_item)

        params["severity"] = json_severity

        json_period: str | Unset = UNSET
        if not isinstance(period, Unset):
            json_period = period

        params["period"] = json_period

        json_day: None | str | Unset
        if isinstance(day, Unset):
            json_day = UNSET
        elif isinstance(day, datetime.date):
            json_day = day.isoformat()
        else:
            json_day = day
        params["day"] = json_day

        json_last: None | str | Unset
        if isinstance(last, Unset):
            json_last = UNSET
        elif isinstance(last, datetime.date):
            json_last = last.isoformat()
        else:
            json_last = last
        params["last"] = json_last

        json_lang: str | Unset = UNSET
        if not isinstance(lang, Unset):
            json_lang = lang

        params["lang"] = json_lang

        params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

        _kwargs: dict[str, Any] = {}
        _kwargs["params"] = params
        _path = "/api/v1/reports/report.pdf"
        response = self._transport.send("get", _path, **_kwargs)
        return response.content

    def list_report_schedules(
        self,
    ) -> list[Schedule]:
        """Return the reports that come by themselves: one's own, an administrator all.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/reports/schedules"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = []
            _response_200 = response.json()
            for response_200_item_data in _response_200:
                response_200_item = Schedule.from_dict(response_200_item_data)

                response_200.append(response_200_item)

            return response_200

    def create_report_schedule(
        self,
        *,
        body: ScheduleForm,
    ) -> Schedule:
        """Have a report sent by itself.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/reports/schedules"
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_201 = Schedule.from_dict(response.json())

            return response_201

    def change_report_schedule(
        self,
        schedule_id: str,
        *,
        body: ScheduleForm,
    ) -> Schedule:
        """Change a report that comes by itself; its owner stays.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/reports/schedules/{schedule_id}".format(
            schedule_id=quote(str(schedule_id), safe=""),
        )
        response = self._transport.send("put", _path, **_kwargs)
        with understood(response):
            response_200 = Schedule.from_dict(response.json())

            return response_200

    def delete_report_schedule(
        self,
        schedule_id: str,
    ) -> None:
        """Have a report sent no longer.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/reports/schedules/{schedule_id}".format(
            schedule_id=quote(str(schedule_id), safe=""),
        )
        self._transport.send("delete", _path, **_kwargs)

    def get_scheduled_report_pdf(
        self,
        schedule_id: str,
    ) -> bytes:
        """Return the report that was due last, as its owner may see it.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/reports/schedules/{schedule_id}/report.pdf".format(
            schedule_id=quote(str(schedule_id), safe=""),
        )
        response = self._transport.send("get", _path, **_kwargs)
        return response.content

    def run_report_schedule(
        self,
        schedule_id: str,
    ) -> Schedule:
        """Send the report that was due last once more, now.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/reports/schedules/{schedule_id}/run".format(
            schedule_id=quote(str(schedule_id), safe=""),
        )
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = Schedule.from_dict(response.json())

            return response_200
