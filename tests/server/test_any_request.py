"""Whatever the description of the API allows, and what it does not: no request makes the server fail."""

from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from tests.server.people import Person, add_account, add_key

Operation = schemathesis.APIOperation[Any, Any, Any, Any]


def _bombard(app: FastAPI, examples: int) -> None:
    key = add_key(app, add_account(app, "bot", "administrator"))
    headers = {"Authorization": f"Bearer {key}"}
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers=headers)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _each(headers, found.ok(), mode, examples)
    with Person(app, headers=headers) as client:
        assert client.get("/api/v1/me").status_code == 200


def _each(headers: dict[str, str], operation: Operation, mode: GenerationMode, examples: int) -> None:
    @hypothesis_settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        answer = case.call(headers=headers)
        # 503, 504, 507: a host is away, or there is no room; the server itself made no mistake.
        assert answer.status_code in (503, 504, 507) or answer.status_code < 500, (case.as_curl_command(), answer.text)

    # Some operations take nothing that could be wrong.
    with suppress(Unsatisfiable):
        ask()


@pytest.mark.slow
def test_no_request_makes_the_server_fail(sqlite_app: FastAPI) -> None:
    _bombard(sqlite_app, 3)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_very_many_requests_do_not_either(app: FastAPI) -> None:
    _bombard(app, 40)
