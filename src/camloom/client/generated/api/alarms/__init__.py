"""Alarms: see docs/api.md."""

import datetime
from io import BytesIO
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

from camloom.client.transport import Transport, understood

from ...models.alarm_action import AlarmAction
from ...models.alarm_detail import AlarmDetail
from ...models.alarm_summary_page import AlarmSummaryPage
from ...models.assignee import Assignee
from ...models.bulk_action import BulkAction
from ...models.bulk_result import BulkResult
from ...models.evidence_key import EvidenceKey
from ...models.export_alarms_handling_item import ExportAlarmsHandlingItem, check_export_alarms_handling_item
from ...models.export_alarms_lang import ExportAlarmsLang, check_export_alarms_lang
from ...models.export_alarms_severity_item import ExportAlarmsSeverityItem, check_export_alarms_severity_item
from ...models.export_alarms_verdict_item import ExportAlarmsVerdictItem, check_export_alarms_verdict_item
from ...models.list_alarms_handling_item import ListAlarmsHandlingItem, check_list_alarms_handling_item
from ...models.list_alarms_severity_item import ListAlarmsSeverityItem, check_list_alarms_severity_item
from ...models.list_alarms_verdict_item import ListAlarmsVerdictItem, check_list_alarms_verdict_item
from ...models.timeline import Timeline
from ...types import UNSET, File, FileTypes, Unset


class AlarmsCalls:
    """What the API does with alarms; each method is one operation of it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list_alarms(
        self,
        *,
        since: datetime.datetime | None | Unset = UNSET,
        until: datetime.datetime | None | Unset = UNSET,
        camera: list[str] | Unset = UNSET,
        group: list[str] | Unset = UNSET,
        template: list[str] | Unset = UNSET,
        severity: list[ListAlarmsSeverityItem] | Unset = UNSET,
        handling: list[ListAlarmsHandlingItem] | Unset = UNSET,
        verdict: list[ListAlarmsVerdictItem] | Unset = UNSET,
        assignee: None | str | Unset = UNSET,
        text: str | Unset = "",
        quiet: bool | Unset = False,
        merged_into: None | str | Unset = UNSET,
        limit: int | Unset = 50,
        after: None | str | Unset = UNSET,
    ) -> AlarmSummaryPage:
        """Return alarms, newest first.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        params: dict[str, Any] = {}

        json_since: None | str | Unset
        if isinstance(since, Unset):
            json_since = UNSET
        elif isinstance(since, datetime.datetime):
            json_since = since.isoformat()
        else:
            json_since = since
        params["since"] = json_since

        json_until: None | str | Unset
        if isinstance(until, Unset):
            json_until = UNSET
        elif isinstance(until, datetime.datetime):
            json_until = until.isoformat()
        else:
            json_until = until
        params["until"] = json_until

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

        json_handling: list[str] | Unset = UNSET
        if not isinstance(handling, Unset):
            json_handling = []
            for handling_item_data in handling:
                handling_item: str = handling_item_data
                json_handling.append(handling_item)

        params["handling"] = json_handling

        json_verdict: list[str] | Unset = UNSET
        if not isinstance(verdict, Unset):
            json_verdict = []
            for verdict_item_data in verdict:
                verdict_item: str = verdict_item_data
                json_verdict.append(verdict_item)

        params["verdict"] = json_verdict

        json_assignee: None | str | Unset
        if isinstance(assignee, Unset):
            json_assignee = UNSET
        else:
            json_assignee = assignee
        params["assignee"] = json_assignee

        params["text"] = text

        params["quiet"] = quiet

        json_merged_into: None | str | Unset
        if isinstance(merged_into, Unset):
            json_merged_into = UNSET
        else:
            json_merged_into = merged_into
        params["merged_into"] = json_merged_into

        params["limit"] = limit

        json_after: None | str | Unset
        if isinstance(after, Unset):
            json_after = UNSET
        else:
            json_after = after
        params["after"] = json_after

        params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

        _kwargs: dict[str, Any] = {}
        _kwargs["params"] = params
        _path = "/api/v1/alarms"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = AlarmSummaryPage.from_dict(response.json())

            return response_200

    def list_assignees(
        self,
    ) -> list[Assignee]:
        """Return the accounts that alarms may be given to.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/alarms/assignees"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = []
            _response_200 = response.json()
            for response_200_item_data in _response_200:
                response_200_item = Assignee.from_dict(response_200_item_data)

                response_200.append(response_200_item)

            return response_200

    def get_evidence_key(
        self,
    ) -> EvidenceKey:
        """Return the public key with which this server signs evidence, for whoever checks it elsewhere.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/alarms/evidence-key"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = EvidenceKey.from_dict(response.json())

            return response_200

    def export_alarms(
        self,
        *,
        since: datetime.datetime | None | Unset = UNSET,
        until: datetime.datetime | None | Unset = UNSET,
        camera: list[str] | Unset = UNSET,
        group: list[str] | Unset = UNSET,
        template: list[str] | Unset = UNSET,
        severity: list[ExportAlarmsSeverityItem] | Unset = UNSET,
        handling: list[ExportAlarmsHandlingItem] | Unset = UNSET,
        verdict: list[ExportAlarmsVerdictItem] | Unset = UNSET,
        assignee: None | str | Unset = UNSET,
        text: str | Unset = "",
        quiet: bool | Unset = False,
        merged_into: None | str | Unset = UNSET,
        lang: ExportAlarmsLang | Unset = "zh",
    ) -> bytes:
        """Return a list of alarms as CSV for a spreadsheet.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        params: dict[str, Any] = {}

        json_since: None | str | Unset
        if isinstance(since, Unset):
            json_since = UNSET
        elif isinstance(since, datetime.datetime):
            json_since = since.isoformat()
        else:
            json_since = since
        params["since"] = json_since

        json_until: None | str | Unset
        if isinstance(until, Unset):
            json_until = UNSET
        elif isinstance(until, datetime.datetime):
            json_until = until.isoformat()
        else:
            json_until = until
        params["until"] = json_until

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

        json_handling: list[str] | Unset = UNSET
        if not isinstance(handling, Unset):
            json_handling = []
            for handling_item_data in handling:
                handling_item: str = handling_item_data
                json_handling.append(handling_item)

        params["handling"] = json_handling

        json_verdict: list[str] | Unset = UNSET
        if not isinstance(verdict, Unset):
            json_verdict = []
            for verdict_item_data in verdict:
                verdict_item: str = verdict_item_data
                json_verdict.append(verdict_item)

        params["verdict"] = json_verdict

        json_assignee: None | str | Unset
        if isinstance(assignee, Unset):
            json_assignee = UNSET
        else:
            json_assignee = assignee
        params["assignee"] = json_assignee

        params["text"] = text

        params["quiet"] = quiet

        json_merged_into: None | str | Unset
        if isinstance(merged_into, Unset):
            json_merged_into = UNSET
        else:
            json_merged_into = merged_into
        params["merged_into"] = json_merged_into

        json_lang: str | Unset = UNSET
        if not isinstance(lang, Unset):
            json_lang = lang

        params["lang"] = json_lang

        params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

        _kwargs: dict[str, Any] = {}
        _kwargs["params"] = params
        _path = "/api/v1/alarms/export.csv"
        response = self._transport.send("get", _path, **_kwargs)
        return response.content

    def handle_alarms(
        self,
        *,
        body: BulkAction,
    ) -> BulkResult:
        """Do the same with up to 500 alarms.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/alarms/handling"
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = BulkResult.from_dict(response.json())

            return response_200

    def get_timeline(
        self,
        *,
        since: datetime.datetime,
        camera: list[str] | None | Unset = UNSET,
    ) -> Timeline:
        """Return how many alarms each camera had in each ten minutes of 24 hours.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        params: dict[str, Any] = {}

        json_since = since.isoformat()
        params["since"] = json_since

        json_camera: list[str] | None | Unset
        if isinstance(camera, Unset):
            json_camera = UNSET
        elif isinstance(camera, list):
            json_camera = camera

        else:
            json_camera = camera
        params["camera"] = json_camera

        params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

        _kwargs: dict[str, Any] = {}
        _kwargs["params"] = params
        _path = "/api/v1/alarms/timeline"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = Timeline.from_dict(response.json())

            return response_200

    def get_alarm(
        self,
        alarm_id: str,
    ) -> AlarmDetail:
        """Return all that is known of an alarm.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/alarms/{alarm_id}".format(
            alarm_id=quote(str(alarm_id), safe=""),
        )
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = AlarmDetail.from_dict(response.json())

            return response_200

    def get_alarm_evidence(
        self,
        alarm_id: str,
    ) -> bytes:
        """Return an alarm with its pictures and clips as a signed zip, which `camloom evidence verify` checks.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/alarms/{alarm_id}/evidence.zip".format(
            alarm_id=quote(str(alarm_id), safe=""),
        )
        response = self._transport.send("get", _path, **_kwargs)
        return response.content

    def handle_alarm(
        self,
        alarm_id: str,
        *,
        body: AlarmAction,
    ) -> AlarmDetail:
        """Acknowledge an alarm, judge it true or false, close or reopen it, give it to somebody, or write a note.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/alarms/{alarm_id}/handling".format(
            alarm_id=quote(str(alarm_id), safe=""),
        )
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = AlarmDetail.from_dict(response.json())

            return response_200
