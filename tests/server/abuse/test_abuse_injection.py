"""Text in filters, cursors, orders and paths that would be a command if it were not a value."""

import pytest
from tests.server.abuse.world import API, World

HOSTILE = [
    "' or '1'='1",
    "x'; drop table alarm; --",
    'x" union select password_hash from account --',
    "%' or 1=1 or '%'='",
    "\\",
    "$.secret",
    '{"$gt": ""}',
    "1; select pg_sleep(5)",
    "(" * 40 + "a+" + ")" * 40 + "+$",
    "\u0130\u0131\ufb01",
]
LONG = "a@" + "a." * 100_000
OBJECTS = ("account", "alarm", "camera", "task", "media")


def test_no_parameter_is_more_than_a_value(world: World) -> None:
    """Every parameter of every route that reads, in its path and in its query, with what would be SQL."""
    person = world.people["operator of alpha"]
    count = {name: len(world.rows()[name]) for name in OBJECTS}
    for path, methods in world.app.openapi()["paths"].items():
        told = methods.get("get")
        if told is None or "x-role" not in told or path.endswith((".pdf", "schema", "templates", "picture")):
            continue
        names = [one["name"] for one in told.get("parameters", []) if one["in"] == "query"]
        for text in HOSTILE[:2]:
            answer = person.get(world.path(path, world.alpha), params=dict.fromkeys(names, text))
            assert answer.status_code < 500 or answer.status_code in (503, 504), (path, text, answer.text)
            assert world.bravo.word not in answer.text, (path, text)
            assert "Traceback" not in answer.text
    assert {name: len(world.rows()[name]) for name in OBJECTS} == count


@pytest.mark.parametrize("text", HOSTILE)
def test_a_search_finds_text_and_nothing_else(world: World, text: str) -> None:
    for what in ("alarms", "cameras"):
        answer = world.admin.get(f"{API}/{what}", params={"text": text})
        assert (answer.status_code, answer.json()["items"]) == (200, [])


@pytest.mark.parametrize("wild", ["%", "_", "alpha%", "a_pha", "%a%"])
def test_signs_that_stand_for_others_stand_for_themselves(world: World, wild: str) -> None:
    for what in ("alarms", "cameras"):
        assert world.admin.get(f"{API}/{what}", params={"text": wild}).json()["items"] == []
    assert len(world.admin.get(f"{API}/cameras", params={"text": "alpha"}).json()["items"]) == 1


def test_a_cursor_of_another_list_is_no_way_in(world: World) -> None:
    cursors = [
        answer.json()["next"]
        for path in ("alarms", "cameras", "tasks", "audit", "accounts")
        if (answer := world.admin.get(f"{API}/{path}", params={"limit": 1})).json().get("next")
    ]
    assert len(cursors) >= 4
    person = world.people["operator of alpha"]
    for path in ("alarms", "cameras", "tasks", "groups", "keys"):
        for cursor in (*cursors, "W10", "bnVsbA", "' or 1=1 --", "x" * 600):
            answer = person.get(f"{API}/{path}", params={"after": cursor})
            assert answer.status_code in (200, 422)
            assert world.bravo.word not in answer.text


def test_nobody_says_how_a_list_is_sorted(world: World) -> None:
    """There is no such parameter: an order is part of its route."""
    names = {
        parameter["name"]
        for methods in world.app.openapi()["paths"].values()
        for told in methods.values()
        for parameter in told.get("parameters", [])
    }
    assert (
        names & {"sort", "order", "order_by", "fields", "expand", "filter", "query", "path", "url", "callback"} == set()
    )


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "mail", {"host": LONG, "sender": LONG, "user": LONG}),
        ("POST", "reports/schedules", {"name": "x", "wish": {"recipients": [LONG]}}),
        ("POST", "pushes", {"kind": "mail", "name": "x", "settings": {"host": LONG, "to": [LONG]}}),
        ("POST", "cameras", {"name": "x", "url": f"rtsp://{LONG}"}),
    ],
)
def test_a_text_that_would_make_a_pattern_go_back_and_forth_ends(
    world: World, method: str, path: str, body: dict[str, object]
) -> None:
    assert world.admin.request(method, f"{API}/{path}", json=body).status_code == 422
