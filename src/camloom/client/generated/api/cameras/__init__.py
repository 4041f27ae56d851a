"""Cameras: see docs/api.md."""

import datetime
from io import BytesIO
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

from camloom.client.transport import Transport, understood

from ...models.camera_copy import CameraCopy
from ...models.camera_history import CameraHistory
from ...models.camera_in import CameraIn
from ...models.camera_out import CameraOut
from ...models.camera_out_page import CameraOutPage
from ...models.camera_switch import CameraSwitch
from ...models.import_answer import ImportAnswer
from ...models.probe_in import ProbeIn
from ...models.probe_out import ProbeOut
from ...models.search_in import SearchIn
from ...models.search_out import SearchOut
from ...models.site_map_out import SiteMapOut
from ...models.site_map_out_page import SiteMapOutPage
from ...models.upload_out import UploadOut
from ...models.upload_out_page import UploadOutPage
from ...types import UNSET, File, FileTypes, Unset


class CamerasCalls:
    """What the API does with cameras; each method is one operation of it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list_cameras(
        self,
        *,
        group: None | str | Unset = UNSET,
        condition: None | str | Unset = UNSET,
        text: None | str | Unset = UNSET,
        limit: int | Unset = 50,
        after: None | str | Unset = UNSET,
    ) -> CameraOutPage:
        """List the cameras that the caller sees, oldest first.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        params: dict[str, Any] = {}

        json_group: None | str | Unset
        if isinstance(group, Unset):
            json_group = UNSET
        else:
            json_group = group
        params["group"] = json_group

        json_condition: None | str | Unset
        if isinstance(condition, Unset):
            json_condition = UNSET
        else:
            json_condition = condition
        params["condition"] = json_condition

        json_text: None | str | Unset
        if isinstance(text, Unset):
            json_text = UNSET
        else:
            json_text = text
        params["text"] = json_text

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
        _path = "/api/v1/cameras"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = CameraOutPage.from_dict(response.json())

            return response_200

    def create_camera(
        self,
        *,
        body: CameraIn,
    ) -> CameraOut:
        """Add a camera.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/cameras"
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_201 = CameraOut.from_dict(response.json())

            return response_201

    def discover_cameras(
        self,
        *,
        body: SearchIn,
    ) -> SearchOut:
        """Look for cameras in the network of a host.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/cameras/discover"
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = SearchOut.from_dict(response.json())

            return response_200

    def export_cameras(
        self,
    ) -> bytes:
        """Return the cameras as a table; passwords are not in it.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/cameras/export.csv"
        response = self._transport.send("get", _path, **_kwargs)
        return response.content

    def import_cameras(
        self,
        *,
        body: File,
        dry_run: bool | Unset = True,
        host_id: None | str | Unset = UNSET,
    ) -> ImportAnswer:
        """Add the cameras of a table (CSV in UTF-8 or GBK): all of them, or none where anything is wrong.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        params: dict[str, Any] = {}

        params["dry_run"] = dry_run

        json_host_id: None | str | Unset
        if isinstance(host_id, Unset):
            json_host_id = UNSET
        else:
            json_host_id = host_id
        params["host_id"] = json_host_id

        params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

        _kwargs: dict[str, Any] = {}
        _kwargs["params"] = params
        _kwargs["content"] = body.payload

        headers["Content-Type"] = "text/csv"
        _kwargs["headers"] = headers
        _path = "/api/v1/cameras/import"
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = ImportAnswer.from_dict(response.json())

            return response_200

    def probe_source(
        self,
        *,
        body: ProbeIn,
    ) -> ProbeOut:
        """Look at a source without keeping it: what it sends, and its first picture.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/cameras/probe"
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = ProbeOut.from_dict(response.json())

            return response_200

    def prepare_probe(
        self,
        *,
        host_id: None | str | Unset = UNSET,
    ) -> None:
        """Have a host get ready: somebody is about to probe a source or to search for cameras, and will wait for that.

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
        _path = "/api/v1/cameras/probe/ready"
        self._transport.send("post", _path, **_kwargs)

    def get_camera(
        self,
        camera_id: str,
    ) -> CameraOut:
        """Show a camera.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/cameras/{camera_id}".format(
            camera_id=quote(str(camera_id), safe=""),
        )
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = CameraOut.from_dict(response.json())

            return response_200

    def change_camera(
        self,
        camera_id: str,
        *,
        body: CameraIn,
    ) -> CameraOut:
        """Change a camera.

        `***` in the place of a password: it stays, if the address does.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/cameras/{camera_id}".format(
            camera_id=quote(str(camera_id), safe=""),
        )
        response = self._transport.send("put", _path, **_kwargs)
        with understood(response):
            response_200 = CameraOut.from_dict(response.json())

            return response_200

    def delete_camera(
        self,
        camera_id: str,
    ) -> None:
        """Remove a camera with its tasks; its alarms stay.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/cameras/{camera_id}".format(
            camera_id=quote(str(camera_id), safe=""),
        )
        self._transport.send("delete", _path, **_kwargs)

    def copy_camera(
        self,
        camera_id: str,
        *,
        body: CameraCopy,
    ) -> CameraOut:
        """Make another camera like this one; its tasks come along and are off.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/cameras/{camera_id}/copy".format(
            camera_id=quote(str(camera_id), safe=""),
        )
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_201 = CameraOut.from_dict(response.json())

            return response_201

    def switch_camera(
        self,
        camera_id: str,
        *,
        body: CameraSwitch,
    ) -> CameraOut:
        """Switch a camera on or off, with all its tasks.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/cameras/{camera_id}/enabled".format(
            camera_id=quote(str(camera_id), safe=""),
        )
        response = self._transport.send("put", _path, **_kwargs)
        with understood(response):
            response_200 = CameraOut.from_dict(response.json())

            return response_200

    def get_camera_history(
        self,
        camera_id: str,
        *,
        hours: int | Unset = 24,
    ) -> CameraHistory:
        """Show how a camera was: online, offline and why, in shares of the time.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        params: dict[str, Any] = {}

        params["hours"] = hours

        params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

        _kwargs: dict[str, Any] = {}
        _kwargs["params"] = params
        _path = "/api/v1/cameras/{camera_id}/history".format(
            camera_id=quote(str(camera_id), safe=""),
        )
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = CameraHistory.from_dict(response.json())

            return response_200

    def get_camera_snapshot(
        self,
        camera_id: str,
    ) -> bytes:
        """Return a picture of now, from a task of the camera that runs.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/cameras/{camera_id}/snapshot".format(
            camera_id=quote(str(camera_id), safe=""),
        )
        response = self._transport.send("get", _path, **_kwargs)
        return response.content

    def list_site_maps(
        self,
    ) -> SiteMapOutPage:
        """List the maps: all, or those on which the caller sees a camera.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/site-maps"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = SiteMapOutPage.from_dict(response.json())

            return response_200

    def create_site_map(
        self,
        *,
        body: File,
        name: str,
    ) -> SiteMapOut:
        """Add a map; the body is a PNG or JPEG of 24 million pixels at most.

        It is drawn anew: nothing else in it stays.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        params: dict[str, Any] = {}

        params["name"] = name

        params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

        _kwargs: dict[str, Any] = {}
        _kwargs["params"] = params
        _kwargs["content"] = body.payload

        headers["Content-Type"] = "image/jpeg"
        _kwargs["headers"] = headers
        _path = "/api/v1/site-maps"
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_201 = SiteMapOut.from_dict(response.json())

            return response_201

    def delete_site_map(
        self,
        map_id: str,
    ) -> None:
        """Remove a map; cameras lose their places on it.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/site-maps/{map_id}".format(
            map_id=quote(str(map_id), safe=""),
        )
        self._transport.send("delete", _path, **_kwargs)

    def get_site_map_picture(
        self,
        map_id: str,
    ) -> bytes:
        """Return the picture of a map.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/site-maps/{map_id}/picture".format(
            map_id=quote(str(map_id), safe=""),
        )
        response = self._transport.send("get", _path, **_kwargs)
        return response.content

    def list_uploads(
        self,
    ) -> UploadOutPage:
        """List the recordings.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/uploads"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = UploadOutPage.from_dict(response.json())

            return response_200

    def upload_recording(
        self,
        *,
        body: File,
        name: str,
    ) -> UploadOut:
        """Take in a recording; the body is the file itself.

        Its name is shown and means nothing else.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        params: dict[str, Any] = {}

        params["name"] = name

        params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

        _kwargs: dict[str, Any] = {}
        _kwargs["params"] = params
        _kwargs["content"] = body.payload

        headers["Content-Type"] = "application/octet-stream"
        _kwargs["headers"] = headers
        _path = "/api/v1/uploads"
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_201 = UploadOut.from_dict(response.json())

            return response_201

    def delete_upload(
        self,
        upload_id: str,
    ) -> None:
        """Remove a recording that no camera plays.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/uploads/{upload_id}".format(
            upload_id=quote(str(upload_id), safe=""),
        )
        self._transport.send("delete", _path, **_kwargs)
