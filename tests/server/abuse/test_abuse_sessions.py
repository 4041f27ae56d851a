"""Getting in as somebody else, staying in, and becoming more than one is."""

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from tests.server.abuse.world import API, World
from tests.server.conftest import Visitors
from tests.server.people import PASSWORD, add_account

from camloom.server.database.tables import account, login_session


def test_a_session_that_somebody_put_into_a_browser_is_not_what_one_logs_in_to(
    sqlite_app: FastAPI, visit: Visitors
) -> None:
    add_account(sqlite_app, "ann")
    mallory = visit(sqlite_app).let_in(add_account(sqlite_app, "mallory"))
    planted = mallory.cookies["camloom"]
    browser = visit(sqlite_app)
    browser.cookies.set("camloom", planted, domain="box.test", path="/")
    browser.log_in("ann")
    assert browser.cookies["camloom"] != planted
    assert mallory.get(f"{API}/me").status_code == 401  # whoever planted it is out as well
    for token in ("chosen-by-me", "x" * 43):
        browser.cookies.clear()
        browser.cookies.set("camloom", token, domain="box.test", path="/")
        browser.log_in("ann")
        assert browser.cookies["camloom"] != token


def test_the_token_of_one_session_is_of_no_use_in_another(sqlite_app: FastAPI, visit: Visitors) -> None:
    account_id = add_account(sqlite_app, "ann")
    here, there = visit(sqlite_app).let_in(account_id), visit(sqlite_app).let_in(account_id)
    here.headers["X-CSRF-Token"] = there.headers["X-CSRF-Token"]
    assert here.patch(f"{API}/me", json={"language": "zh"}).status_code == 403


def test_every_change_needs_the_token_and_the_page(world: World) -> None:
    """Not one route that changes something may be called by a page of another site in the name of who is logged in."""
    admin = world.admin
    before = world.rows()
    for path, methods in world.app.openapi()["paths"].items():
        for method in methods.keys() - {"get", "head"}:
            if path.startswith(("/VIID", f"{API}/login", f"{API}/setup", f"{API}/reset", f"{API}/oidc")):
                continue
            url = world.path(path, world.bravo)
            other = admin.request(method, url, headers={"Origin": "http://evil.test"})
            assert (other.status_code, other.json()["error"]["code"]) == (403, "origin"), (method, path)
            bare = admin.request(method, url, headers={"X-CSRF-Token": "x" * 43})
            assert (bare.status_code, bare.json()["error"]["code"]) == (403, "csrf"), (method, path)
            # What forms of another site may send without asking first.
            form = admin.request(method, url, content="a=b", headers={"Origin": "null", "Content-Type": "text/plain"})
            assert form.status_code == 403
    assert world.rows() == before


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("PATCH", "/me", {"language": "en", "role": "administrator"}),
        ("PATCH", "/me", {"language": "en", "all_groups": True}),
        ("POST", "/keys", {"name": "k", "account_id": "01K00000000000000000000000"}),
        ("POST", "/keys", {"name": "k", "key_hash": "0" * 64}),
        ("POST", "/reports/schedules", {"name": "r", "wish": {"recipients": ["a@b.cc"]}, "owner_id": "x"}),
        ("POST", "/alarms/handling", {"ids": ["x"], "action": "close", "verdict": "false"}),
    ],
)
def test_nobody_makes_more_of_themselves_by_naming_a_field(
    world: World, method: str, path: str, more: dict[str, object]
) -> None:
    person = world.people["operator of alpha"]
    answer = person.request(method, f"{API}{path}", json=more)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")
    assert person.get(f"{API}/me").json()["role"] == "operator"


def test_a_key_is_for_no_more_than_its_maker(world: World) -> None:
    person = world.people["viewer of alpha"]
    for role in ("operator", "administrator"):
        assert person.post(f"{API}/keys", json={"name": "k", "role": role}).status_code == 403


def test_whoever_loses_a_role_a_group_or_the_account_loses_it_at_once(world: World, visit: Visitors) -> None:
    groups = (world.bravo.ids["group_id"],)
    bob = visit(world.app).let_in(add_account(world.app, "robert", "operator", groups=groups))
    key = bob.post(f"{API}/keys", json={"name": "k", "role": "operator"}).json()["secret"]
    program = visit(world.app)
    program.headers["Authorization"] = f"Bearer {key}"
    alarm = f"{API}/alarms/{world.bravo.ids['alarm_id']}"
    path = f"{API}/accounts/{bob.account_id}"

    def seen() -> tuple[int, int, int]:
        handling = bob.post(f"{alarm}/handling", json={"action": "acknowledge"})
        return bob.get(alarm).status_code, program.get(alarm).status_code, handling.status_code

    assert seen() == (200, 200, 200)
    world.admin.patch(path, json={"role": "viewer"})
    assert seen() == (200, 200, 403)
    world.admin.patch(path, json={"groups": []})
    assert seen() == (404, 404, 403)
    world.admin.patch(path, json={"active": False})
    assert seen() == (401, 401, 401)
    world.admin.delete(path)
    assert seen() == (401, 401, 401)


def test_nobody_ends_the_session_of_somebody_else(world: World) -> None:
    ann, bob = world.people["operator of alpha"], world.people["operator of bravo"]
    (there,) = bob.get(f"{API}/me/sessions").json()
    assert bob.cookies["camloom"] not in str(there)
    for person in (ann, world.admin, world.people["key of a viewer of alpha"]):
        assert person.delete(f"{API}/me/sessions/{there['id']}").status_code in (403, 404)
    assert bob.get(f"{API}/me").status_code == 200


def test_the_answer_tells_nobody_which_names_there_are(sqlite_app: FastAPI, visit: Visitors) -> None:
    add_account(sqlite_app, "ann")
    client = visit(sqlite_app)
    answers = [
        client.post(f"{API}/login", json={"name": name, "password": "wrong password"})
        for name in ("ann", "nobody", "A" * 64, "\u202e", "")
    ]
    assert {(one.status_code, one.text) for one in answers} == {(401, answers[0].text)}
    assert {str(sorted(one.headers)) for one in answers} == {str(sorted(answers[0].headers))}


def test_nothing_guessable_opens_anything(world: World) -> None:
    with world.app.state.database.read() as connection:
        hashes = [row.token_hash for row in connection.execute(select(login_session))]
        passwords = [row.password_hash for row in connection.execute(select(account))]
    assert len(set(hashes)) == len(hashes)
    assert all(len(one) == 64 for one in hashes)
    assert all(one.startswith("$argon2id$") for one in passwords)
    tokens = {world.people[name].cookies["camloom"] for name in ("viewer of alpha", "operator of alpha")}
    assert all(len(token) >= 43 for token in tokens)


@pytest.mark.parametrize("secret", ["", "camloom", "admin", "035c73f7-bb6b-4889-a715-d9eb2d1925cc"])
def test_there_is_no_default_that_lets_anybody_in(sqlite_app: FastAPI, visit: Visitors, secret: str) -> None:
    client = visit(sqlite_app)
    for name in ("admin", "root", "camloom", ""):
        assert client.post(f"{API}/login", json={"name": name, "password": secret}).status_code == 401
    for headers in ({"Authorization": f"Bearer {secret}"}, {"Cookie": f"camloom={secret}"}, {"X-Api-Key": secret}):
        assert client.get(f"{API}/me", headers=headers).status_code == 401
        assert client.get(f"{API}/me", params={"token": secret, "secret": secret}, headers=headers).status_code == 401
    setup = {"token": secret, "name": "eve", "password": PASSWORD}
    assert client.post(f"{API}/setup", json=setup).status_code == 403
