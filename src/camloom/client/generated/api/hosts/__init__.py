"""Hosts: see docs/api.md."""

import datetime
from io import BytesIO
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

from camloom.client.transport import Transport, understood

from ...models.graph_hours import GraphHours, check_graph_hours
from ...models.host_detail import HostDetail
from ...models.host_in import HostIn
from ...models.host_out_page import HostOutPage
from ...models.load_point import LoadPoint
from ...models.log_lines import LogLines
from ...models.model_draft import ModelDraft
from ...models.model_guess import ModelGuess
from ...models.model_look import ModelLook
from ...models.model_on_host_page import ModelOnHostPage
from ...models.model_trial import ModelTrial
from ...models.state_example_added import StateExampleAdded
from ...models.state_example_in import StateExampleIn
from ...models.state_example_page import StateExamplePage
from ...models.state_judgement import StateJudgement
from ...models.state_training import StateTraining
from ...models.taught_place_page import TaughtPlacePage
from ...models.try_on import TryOn
from ...types import UNSET, File, FileTypes, Unset


class HostsCalls:
    """What the API does with hosts; each method is one operation of it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list_hosts(
        self,
    ) -> HostOutPage:
        """List the hosts with how they are.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/hosts"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = HostOutPage.from_dict(response.json())

            return response_200

    def get_host(
        self,
        host_id: str,
    ) -> HostDetail:
        """Show a host: hardware, versions, load, and its tasks.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/hosts/{host_id}".format(
            host_id=quote(str(host_id), safe=""),
        )
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = HostDetail.from_dict(response.json())

            return response_200

    def rename_host(
        self,
        host_id: str,
        *,
        body: HostIn,
    ) -> HostDetail:
        """Give a host another name.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/hosts/{host_id}".format(
            host_id=quote(str(host_id), safe=""),
        )
        response = self._transport.send("patch", _path, **_kwargs)
        with understood(response):
            response_200 = HostDetail.from_dict(response.json())

            return response_200

    def get_host_logs(
        self,
        host_id: str,
        *,
        lines: int | Unset = 200,
    ) -> LogLines:
        """Show the last lines of the engine's log.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        params: dict[str, Any] = {}

        params["lines"] = lines

        params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

        _kwargs: dict[str, Any] = {}
        _kwargs["params"] = params
        _path = "/api/v1/hosts/{host_id}/logs".format(
            host_id=quote(str(host_id), safe=""),
        )
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = LogLines.from_dict(response.json())

            return response_200

    def list_host_models(
        self,
        host_id: str,
    ) -> ModelOnHostPage:
        """List the models that a host has.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/hosts/{host_id}/models".format(
            host_id=quote(str(host_id), safe=""),
        )
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = ModelOnHostPage.from_dict(response.json())

            return response_200

    def upload_model(
        self,
        host_id: str,
        *,
        body: File,
        name: str,
    ) -> ModelDraft:
        """Take in a model file: ONNX, TFLite, or a zip of what consists of several; the body is the file itself.

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
        _path = "/api/v1/hosts/{host_id}/models/drafts".format(
            host_id=quote(str(host_id), safe=""),
        )
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_201 = ModelDraft.from_dict(response.json())

            return response_201

    def delete_model_draft(
        self,
        host_id: str,
        draft_id: str,
    ) -> None:
        """Remove a model file that is not kept.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/hosts/{host_id}/models/drafts/{draft_id}".format(
            host_id=quote(str(host_id), safe=""),
            draft_id=quote(str(draft_id), safe=""),
        )
        self._transport.send("delete", _path, **_kwargs)

    def keep_model(
        self,
        host_id: str,
        draft_id: str,
        *,
        body: ModelLook,
    ) -> ModelGuess:
        """Let the host keep a model as the answers say; tasks may name it from now on.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/hosts/{host_id}/models/drafts/{draft_id}/keep".format(
            host_id=quote(str(host_id), safe=""),
            draft_id=quote(str(draft_id), safe=""),
        )
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_201 = ModelGuess.from_dict(response.json())

            return response_201

    def look_at_model(
        self,
        host_id: str,
        draft_id: str,
        *,
        body: ModelLook,
    ) -> ModelGuess:
        """Let the host guess the card of a model file, and try it on a picture.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/hosts/{host_id}/models/drafts/{draft_id}/look".format(
            host_id=quote(str(host_id), safe=""),
            draft_id=quote(str(draft_id), safe=""),
        )
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = ModelGuess.from_dict(response.json())

            return response_200

    def delete_host_model(
        self,
        host_id: str,
        name: str,
    ) -> None:
        """Remove a model that was imported and that no task names.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/hosts/{host_id}/models/{name}".format(
            host_id=quote(str(host_id), safe=""),
            name=quote(str(name), safe=""),
        )
        self._transport.send("delete", _path, **_kwargs)

    def get_model_picture(
        self,
        host_id: str,
        name: str,
    ) -> bytes:
        """Return the picture that a model was tried on, with what it found.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/hosts/{host_id}/models/{name}/picture".format(
            host_id=quote(str(host_id), safe=""),
            name=quote(str(name), safe=""),
        )
        response = self._transport.send("get", _path, **_kwargs)
        return response.content

    def try_host_model(
        self,
        host_id: str,
        name: str,
        *,
        body: TryOn,
    ) -> ModelTrial:
        """Run a model of a host on a picture.

        What it finds on a sample is kept for everybody to see.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/hosts/{host_id}/models/{name}/try".format(
            host_id=quote(str(host_id), safe=""),
            name=quote(str(name), safe=""),
        )
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = ModelTrial.from_dict(response.json())

            return response_200

    def list_taught_places(
        self,
        host_id: str,
    ) -> TaughtPlacePage:
        """List the places whose states a host was taught.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/hosts/{host_id}/states".format(
            host_id=quote(str(host_id), safe=""),
        )
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = TaughtPlacePage.from_dict(response.json())

            return response_200

    def delete_taught_place(
        self,
        host_id: str,
        name: str,
    ) -> None:
        """Remove a place that no task names, with its examples and its model.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/hosts/{host_id}/states/{name}".format(
            host_id=quote(str(host_id), safe=""),
            name=quote(str(name), safe=""),
        )
        self._transport.send("delete", _path, **_kwargs)

    def list_state_examples(
        self,
        host_id: str,
        name: str,
        *,
        state: str,
        after: None | str | Unset = UNSET,
    ) -> StateExamplePage:
        """Return a page of the examples of a state, the newest first.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        params: dict[str, Any] = {}

        params["state"] = state

        json_after: None | str | Unset
        if isinstance(after, Unset):
            json_after = UNSET
        else:
            json_after = after
        params["after"] = json_after

        params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

        _kwargs: dict[str, Any] = {}
        _kwargs["params"] = params
        _path = "/api/v1/hosts/{host_id}/states/{name}/examples".format(
            host_id=quote(str(host_id), safe=""),
            name=quote(str(name), safe=""),
        )
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = StateExamplePage.from_dict(response.json())

            return response_200

    def add_state_example(
        self,
        host_id: str,
        name: str,
        *,
        body: StateExampleIn,
    ) -> StateExampleAdded:
        """Keep what a place looks like in a picture as an example of a state; the first one makes the place.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/hosts/{host_id}/states/{name}/examples".format(
            host_id=quote(str(host_id), safe=""),
            name=quote(str(name), safe=""),
        )
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_201 = StateExampleAdded.from_dict(response.json())

            return response_201

    def delete_state_example(
        self,
        host_id: str,
        name: str,
        state: str,
        example: str,
    ) -> None:
        """Forget an example.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/hosts/{host_id}/states/{name}/examples/{state}/{example}".format(
            host_id=quote(str(host_id), safe=""),
            name=quote(str(name), safe=""),
            state=quote(str(state), safe=""),
            example=quote(str(example), safe=""),
        )
        self._transport.send("delete", _path, **_kwargs)

    def judge_state(
        self,
        host_id: str,
        name: str,
        *,
        body: TryOn,
    ) -> StateJudgement:
        """Say which state a picture shows.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/hosts/{host_id}/states/{name}/judge".format(
            host_id=quote(str(host_id), safe=""),
            name=quote(str(name), safe=""),
        )
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = StateJudgement.from_dict(response.json())

            return response_200

    def train_state_model(
        self,
        host_id: str,
        name: str,
    ) -> StateTraining:
        """Train the model of a place; streams that run use it from the next look on, if it is good enough.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/hosts/{host_id}/states/{name}/train".format(
            host_id=quote(str(host_id), safe=""),
            name=quote(str(name), safe=""),
        )
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = StateTraining.from_dict(response.json())

            return response_200

    def get_host_utilisation(
        self,
        host_id: str,
        *,
        hours: GraphHours | Unset = UNSET,
    ) -> list[LoadPoint]:
        """Show the load of the last hours, of 7 days at most.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        params: dict[str, Any] = {}

        json_hours: int | Unset = UNSET
        if not isinstance(hours, Unset):
            json_hours = hours

        params["hours"] = json_hours

        params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

        _kwargs: dict[str, Any] = {}
        _kwargs["params"] = params
        _path = "/api/v1/hosts/{host_id}/utilisation".format(
            host_id=quote(str(host_id), safe=""),
        )
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = []
            _response_200 = response.json()
            for response_200_item_data in _response_200:
                response_200_item = LoadPoint.from_dict(response_200_item_data)

                response_200.append(response_200_item)

            return response_200
