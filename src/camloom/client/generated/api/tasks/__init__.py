"""Tasks: see docs/api.md."""

import datetime
from io import BytesIO
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

from camloom.client.transport import Transport, understood

from ...models.check_answer import CheckAnswer
from ...models.copy_answer import CopyAnswer
from ...models.fitted_template_page import FittedTemplatePage
from ...models.task_check import TaskCheck
from ...models.task_copy import TaskCopy
from ...models.task_in import TaskIn
from ...models.task_out import TaskOut
from ...models.task_out_page import TaskOutPage
from ...models.what_if import WhatIf
from ...models.what_if_answer import WhatIfAnswer
from ...types import UNSET, File, FileTypes, Unset


class TasksCalls:
    """What the API does with tasks; each method is one operation of it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get_task_schema(
        self,
    ) -> Any:
        """Return JSON Schema of tasks, with the plug-ins and templates of this machine.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/task-schema"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = response.json()
            return response_200

    def list_tasks(
        self,
        *,
        camera: None | str | Unset = UNSET,
        limit: int | Unset = 50,
        after: None | str | Unset = UNSET,
    ) -> TaskOutPage:
        """List the tasks that the caller sees, oldest first.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        params: dict[str, Any] = {}

        json_camera: None | str | Unset
        if isinstance(camera, Unset):
            json_camera = UNSET
        else:
            json_camera = camera
        params["camera"] = json_camera

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
        _path = "/api/v1/tasks"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = TaskOutPage.from_dict(response.json())

            return response_200

    def create_task(
        self,
        *,
        body: TaskIn,
        force: bool | Unset = False,
    ) -> TaskOut:
        """Add a task.

        Everything that is wrong with its document is told with its place.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        params: dict[str, Any] = {}

        params["force"] = force

        params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

        _kwargs: dict[str, Any] = {}
        _kwargs["params"] = params
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/tasks"
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_201 = TaskOut.from_dict(response.json())

            return response_201

    def check_task(
        self,
        *,
        body: TaskCheck,
    ) -> CheckAnswer:
        """Say everything that is wrong with a document, and keep nothing.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/tasks/check"
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = CheckAnswer.from_dict(response.json())

            return response_200

    def get_task(
        self,
        task_id: str,
    ) -> TaskOut:
        """Show a task.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/tasks/{task_id}".format(
            task_id=quote(str(task_id), safe=""),
        )
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = TaskOut.from_dict(response.json())

            return response_200

    def change_task(
        self,
        task_id: str,
        *,
        body: TaskIn,
        force: bool | Unset = False,
        revision: int | None | Unset = UNSET,
    ) -> TaskOut:
        """Change a task while it runs; where only its rules change, its stream goes on.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        params: dict[str, Any] = {}

        params["force"] = force

        json_revision: int | None | Unset
        if isinstance(revision, Unset):
            json_revision = UNSET
        else:
            json_revision = revision
        params["revision"] = json_revision

        params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

        _kwargs: dict[str, Any] = {}
        _kwargs["params"] = params
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/tasks/{task_id}".format(
            task_id=quote(str(task_id), safe=""),
        )
        response = self._transport.send("put", _path, **_kwargs)
        with understood(response):
            response_200 = TaskOut.from_dict(response.json())

            return response_200

    def delete_task(
        self,
        task_id: str,
    ) -> None:
        """Remove a task; its alarms stay.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/tasks/{task_id}".format(
            task_id=quote(str(task_id), safe=""),
        )
        self._transport.send("delete", _path, **_kwargs)

    def copy_task(
        self,
        task_id: str,
        *,
        body: TaskCopy,
    ) -> CopyAnswer:
        """Copy the zones and lines of a task, or all of it, to other cameras.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/tasks/{task_id}/copy".format(
            task_id=quote(str(task_id), safe=""),
        )
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = CopyAnswer.from_dict(response.json())

            return response_200

    def start_task(
        self,
        task_id: str,
        *,
        force: bool | Unset = False,
    ) -> TaskOut:
        """Switch a task on; a stream that was given up after crashes is tried again.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        params: dict[str, Any] = {}

        params["force"] = force

        params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

        _kwargs: dict[str, Any] = {}
        _kwargs["params"] = params
        _path = "/api/v1/tasks/{task_id}/start".format(
            task_id=quote(str(task_id), safe=""),
        )
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = TaskOut.from_dict(response.json())

            return response_200

    def stop_task(
        self,
        task_id: str,
    ) -> TaskOut:
        """Switch a task off.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/tasks/{task_id}/stop".format(
            task_id=quote(str(task_id), safe=""),
        )
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = TaskOut.from_dict(response.json())

            return response_200

    def try_task(
        self,
        task_id: str,
        *,
        body: WhatIf,
    ) -> WhatIfAnswer:
        """Run an edit over what was seen before: which alarms it would have raised, beside those of the task as it is.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/tasks/{task_id}/what-if".format(
            task_id=quote(str(task_id), safe=""),
        )
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = WhatIfAnswer.from_dict(response.json())

            return response_200

    def list_templates(
        self,
        *,
        host_id: None | str | Unset = UNSET,
    ) -> FittedTemplatePage:
        """List the templates; whether the models of a host do for each, if it answers.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        params: dict[str, Any] = {}

        json_host_id: None | str | Unset
        if isinstance(host_id, Unset):
            json_host_id = UNSET
        else:
            json_host_id = host_id
        params["host_id"] = json_host_id

        params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

        _kwargs: dict[str, Any] = {}
        _kwargs["params"] = params
        _path = "/api/v1/templates"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = FittedTemplatePage.from_dict(response.json())

            return response_200

    def get_template_picture(
        self,
        name: str,
    ) -> bytes:
        """Return the example picture of a template.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/templates/{name}/picture".format(
            name=quote(str(name), safe=""),
        )
        response = self._transport.send("get", _path, **_kwargs)
        return response.content
