"""Whatever the description of the API allows, and what it does not: no request makes it fail."""

import itertools
import os
import random
import sys
import time
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from tests.server.abuse.world import PASSWORD_OF_CAMERA, World
from tests.server.conftest import Visitors
from tests.server.people import add_account, add_key

from camloom.server.database import new_id

Case = Any
# 503, 504, 507: a host is away, or there is no room; the server itself made no mistake. 409 and the like are refusals.
_PATIENCE_S = 120
_AWAY = {503, 504, 507}
_SECONDS = float(os.environ.get("FUZZ_API_SECONDS", "60"))


class Bombardment:
    """Asks everything there is, as an administrator, with what the description makes up."""

    def __init__(self, world: World) -> None:
        self._world = world
        key = add_key(world.app, add_account(world.app, new_id(), "administrator"))
        self._headers = {"Authorization": f"Bearer {key}"}
        self._before = world.rows()
        schema = schemathesis.openapi.from_asgi(
            "/api/v1/openapi.json", world.app, headers=self._headers, timeout=_PATIENCE_S
        )
        self._operations: list[Any] = []
        for found in schema.get_all_operations():
            assert isinstance(found, Ok)
            self._operations.append(found.ok())

    def run(self, examples: int, *, only: str = "") -> int:
        """Ask about every operation; return how many questions that were.

        Args:
            examples: for each operation, of what it allows and of what it does not.
            only: method.
        """
        wanted = [one for one in self._operations if only in ("", one.method.upper())]
        return sum(self._about(operation, examples, 0, made_up=not only) for operation in wanted)

    def go_on(self, seconds: float) -> tuple[int, int]:
        """Ask round after round in a new order, each time something else, until the time is over.

        Returns:
            How many operations were asked about, and how many questions that were.
        """
        ends_s, asked = time.monotonic() + seconds, 0
        about: set[str] = set()
        for number in itertools.count(1):
            for operation in random.Random(number).sample(self._operations, len(self._operations)):
                if time.monotonic() > ends_s:
                    return len(about), asked
                asked += self._about(operation, 2, number, made_up=True)
                about.add(operation.label)
        raise AssertionError("unreachable")

    def _about(self, operation: Any, examples: int, number: int, *, made_up: bool) -> int:
        asked = 0
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            for ids in (self._ids(), {}):
                if ids or ("{" in operation.path and made_up):
                    asked += self._each(operation, mode, ids, examples, number)
        if operation.method.upper() != "GET":
            self._world.restore(self._before)
        return asked

    def _ids(self) -> dict[str, str]:
        """Return ids of what is there: made-up ones find nothing to go wrong with."""
        return {**self._world.alpha.ids, **self._world.site_wide}

    def _each(self, operation: Any, mode: GenerationMode, ids: dict[str, str], examples: int, number: int) -> int:
        asked = 0

        @seed(number)
        @hypothesis_settings(
            max_examples=examples,
            deadline=None,
            database=None,
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
    assert Bombardment(world).run(1, only="PUT") > 10


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_no_request_makes_the_server_fail(world: World) -> None:
    assert Bombardment(world).run(3) > 300


@pytest.mark.slow
@pytest.mark.timeout(_SECONDS + 600)
def test_very_many_requests_do_not_either(app: FastAPI, visit: Visitors, capsys: pytest.CaptureFixture[str]) -> None:
    operations, requests = Bombardment(World(app, visit)).go_on(_SECONDS)
    with capsys.disabled():
        kind = app.state.database.engine.name
        sys.stdout.write(f"\n{kind}: {requests} requests about {operations} operations\n")
    assert requests > _SECONDS / 2
