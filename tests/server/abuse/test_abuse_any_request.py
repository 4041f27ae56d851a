"""Whatever the description of the API allows, and what it does not: no request makes it fail."""

import os
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
from tests.server.abuse.world import PASSWORD_OF_CAMERA, World
from tests.server.conftest import Visitors
from tests.server.people import add_account, add_key

Case = Any
# 503, 504, 507: a host is away, or there is no room; the server itself made no mistake. 409 and the like are refusals.
_PATIENCE_S = 120
_AWAY = {503, 504, 507}
_EXAMPLES = int(os.environ.get("FUZZ_API_EXAMPLES", "40"))


class Bombardment:
    """Asks everything there is, as an administrator, with what the description makes up.

    Args:
        examples: for each operation, of what it allows and of what it does not.
    """

    def __init__(self, world: World, examples: int) -> None:
        self._world, self._examples = world, examples
        key = add_key(world.app, add_account(world.app, f"bot {examples}", "administrator"))
        self._headers = {"Authorization": f"Bearer {key}"}
        self._before = world.rows()

    def run(self, *, only: str = "") -> int:
        """Ask; return how many questions that were."""
        schema = schemathesis.openapi.from_asgi(
            "/api/v1/openapi.json", self._world.app, headers=self._headers, timeout=_PATIENCE_S
        )
        asked = 0
        for found in schema.get_all_operations():
            assert isinstance(found, Ok)
            operation = found.ok()
            if only and operation.method.upper() != only:
                continue
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                for ids in (self._ids(), {}):
                    if ids or ("{" in operation.path and not only):
                        asked += self._each(operation, mode, ids)
            self._world.restore(self._before)
        return asked

    def _ids(self) -> dict[str, str]:
        """Return ids of what is there: made-up ones find nothing to go wrong with."""
        return {**self._world.alpha.ids, **self._world.site_wide}

    def _each(self, operation: Any, mode: GenerationMode, ids: dict[str, str]) -> int:
        asked = 0

        @hypothesis_settings(
            max_examples=self._examples,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Case) -> None:
            nonlocal asked
            for name in case.path_parameters or {}:
                case.path_parameters[name] = ids.get(name, case.path_parameters[name])
            self._check(case, case.call(headers=self._headers, timeout=_PATIENCE_S))
            asked += 1

        # Some operations take nothing that could be wrong.
        with suppress(Unsatisfiable):
            ask()
        return asked

    def _check(self, case: Case, answer: Any) -> None:
        how, text = case.as_curl_command(), answer.content.decode("utf-8", "replace")
        assert answer.status_code in _AWAY or answer.status_code < 500, (how, text)
        assert "Traceback" not in text, how
        assert 'File "/' not in text, how
        assert PASSWORD_OF_CAMERA not in text, how
        if answer.status_code >= 400 and answer.request.method != "HEAD":
            error = answer.json()["error"]
            assert error["code"], how
            assert "\n" not in error["message"], how


def test_no_change_that_anybody_thinks_of_makes_the_server_fail(world: World) -> None:
    assert Bombardment(world, 1).run(only="PUT") > 10


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_no_request_makes_the_server_fail(world: World) -> None:
    assert Bombardment(world, 3).run() > 300


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_very_many_requests_do_not_either(app: FastAPI, visit: Visitors) -> None:
    assert Bombardment(World(app, visit), _EXAMPLES).run() > 1000
