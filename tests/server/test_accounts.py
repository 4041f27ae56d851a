"""People, groups and keys, as an administrator manages them."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fastapi import FastAPI
from sqlalchemy import insert, select
from tests.server.conftest import Visitors
from tests.server.fakes import FakeClock
from tests.server.people import PASSWORD, Person, add_account, add_group, add_key

from camloom.server.database.tables import account, camera, host

ANN: dict[str, Any] = {"name": "Ann", "password": PASSWORD, "role": "operator"}


def _refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_an_account_from_making_to_removing(app: FastAPI, admin: Person, group_id: str, visit: Visitors) -> None:
    made = admin.post("/api/v1/accounts", json=ANN | {"groups": [group_id]})
    assert made.status_code == 201
    path = f"/api/v1/accounts/{made.json()['id']}"
    assert admin.get(path).json() == made.json()
    assert "password" not in made.text
    ann = visit(app).log_in("ann")
    assert ann.get("/api/v1/me").json()["groups"] == [group_id]
    assert admin.patch(path, json={"role": "viewer", "all_groups": True, "groups": []}).status_code == 200
    me = ann.get("/api/v1/me").json()
    assert (me["role"], me["groups"]) == ("viewer", None)
    assert admin.put(f"{path}/password", json={"password": "a new password"}).status_code == 204
    assert ann.get("/api/v1/me").status_code == 401
    ann.log_in("ann", "a new password")
    assert admin.patch(path, json={"active": False}).status_code == 200
    assert ann.get("/api/v1/me").status_code == 401
    assert admin.delete(path).status_code == 204
    assert admin.get(path).status_code == 404


def test_names_that_look_alike_are_one(admin: Person) -> None:
    assert admin.post("/api/v1/accounts", json=ANN).status_code == 201
    for name in ("ann", " Ann ", "ＡＮＮ", "ANN"):
        assert _refusal(admin.post("/api/v1/accounts", json=ANN | {"name": name})) == (409, "name-taken")


def test_names_that_deceive_are_refused(admin: Person) -> None:
    for name in ("", " ", "a\0b", "a\nb", "\u202eevil", "a\u2066b", "x" * 65, "x" * 10_000, "\ud800", 7, None):
        # As ASCII: half of a character can be sent in JSON, and the client would not encode it itself.
        body, kind = json.dumps(ANN | {"name": name}), {"Content-Type": "application/json"}
        assert _refusal(admin.post("/api/v1/accounts", content=body, headers=kind)) == (422, "invalid")


def test_names_are_kept_as_text(admin: Person) -> None:
    for name in ("<img src=x onerror=alert(1)>", "张伟", "عبد", "=cmd()", "'; drop table account; --"):
        made = admin.post("/api/v1/accounts", json=ANN | {"name": name})
        assert made.json()["name"] == name
        assert made.headers["content-type"] == "application/json"


def test_weak_passwords_are_refused(admin: Person) -> None:
    for password in ("brief", "Ann", "aaaaaaaaaaaaaaaa", "1234567890", "x y" * 200):
        answer = admin.post("/api/v1/accounts", json=ANN | {"password": password})
        assert answer.status_code == 422
        assert password not in answer.text


def test_somebody_is_always_left_to_set_things_up(app: FastAPI, admin: Person) -> None:
    path = f"/api/v1/accounts/{admin.account_id}"
    for answer in (
        admin.patch(path, json={"role": "viewer"}),
        admin.patch(path, json={"active": False}),
        admin.delete(path),
    ):
        assert _refusal(answer) == (409, "last-administrator")
    assert admin.get(path).json()["role"] == "administrator"
    add_account(app, "second", "administrator")
    assert admin.patch(path, json={"role": "viewer"}).status_code == 200
    assert admin.get(path).status_code == 403


def test_groups_of_an_account_must_exist(admin: Person) -> None:
    answer = admin.post("/api/v1/accounts", json=ANN | {"groups": ["nowhere"]})
    assert answer.json()["error"]["problems"][0]["path"] == ["groups"]
    assert [one["name"] for one in admin.get("/api/v1/accounts").json()["items"]] == ["admin"]


def test_lists_come_in_pages(app: FastAPI, admin: Person) -> None:
    for number in range(4):
        add_account(app, f"viewer {number}")
    names: list[str] = []
    after: str | None = ""
    while after is not None:
        page = admin.get("/api/v1/accounts", params={"limit": 2, **({"after": after} if after else {})}).json()
        names += [one["name"] for one in page["items"]]
        after = page["next"]
    assert sorted(names) == ["admin", *(f"viewer {number}" for number in range(4))]


def test_groups_form_a_tree_and_never_a_ring(admin: Person) -> None:
    def make(name: str, parent_id: str | None = None) -> str:
        return str(admin.post("/api/v1/groups", json={"name": name, "parent_id": parent_id}).json()["id"])

    site = make("Site")
    gate = make("Gate", site)
    booth = make("Booth", gate)
    for parent in (site, booth, "nowhere"):
        group_id = site if parent != "nowhere" else gate
        assert admin.patch(f"/api/v1/groups/{group_id}", json={"parent_id": parent}).status_code == 422
    assert _refusal(admin.delete(f"/api/v1/groups/{gate}")) == (409, "not-empty")
    assert admin.patch(f"/api/v1/groups/{booth}", json={"parent_id": None}).json()["parent_id"] is None
    assert admin.patch(f"/api/v1/groups/{booth}", json={"name": "Hut"}).json()["name"] == "Hut"
    assert admin.delete(f"/api/v1/groups/{gate}").status_code == 204


def test_a_group_with_a_camera_stays(app: FastAPI, admin: Person, group_id: str, clock: FakeClock) -> None:
    add_camera(app, group_id)
    assert _refusal(admin.delete(f"/api/v1/groups/{group_id}")) == (409, "not-empty")


def add_camera(app: FastAPI, group_id: str) -> None:
    """Keep a camera in a group."""
    at = app.state.clock()
    with app.state.database.write() as connection:
        connection.execute(insert(host).values(id="H", name="box", created_at=at, revision=0))
        values = {"id": "C", "host_id": "H", "camera_group_id": group_id, "name": "Gate", "place": "", "source": {}}
        state = {"enabled": True, "created_at": at, "condition": "", "reason": "", "detail": "", "stream": {}}
        connection.execute(insert(camera).values(**values, **state))


def test_a_viewer_sees_own_groups_alone(app: FastAPI, viewer: Person, group_id: str) -> None:
    below = add_group(app, "Booth", group_id)
    add_group(app, "Elsewhere")
    assert {one["id"] for one in viewer.get("/api/v1/groups").json()["items"]} == {group_id, below}


def test_keys_belong_to_those_who_made_them(app: FastAPI, viewer: Person, admin: Person, visit: Visitors) -> None:
    made = viewer.post("/api/v1/keys", json={"name": "script"}).json()
    program = visit(app)
    program.headers["Authorization"] = f"Bearer {made['secret']}"
    assert program.get("/api/v1/me").json()["name"] == "viewer"
    assert made["secret"] not in admin.get("/api/v1/keys").text
    other = admin.post("/api/v1/keys", json={"name": "backup", "role": "administrator"}).json()
    assert [key["name"] for key in viewer.get("/api/v1/keys").json()["items"]] == ["script"]
    assert {key["name"] for key in admin.get("/api/v1/keys").json()["items"]} == {"script", "backup"}
    assert viewer.delete(f"/api/v1/keys/{other['id']}").status_code == 404
    assert admin.delete(f"/api/v1/keys/{made['id']}").status_code == 204
    assert program.get("/api/v1/me").status_code == 401


def test_a_key_is_never_more_than_its_maker(viewer: Person, clock: FakeClock) -> None:
    assert _refusal(viewer.post("/api/v1/keys", json={"name": "x", "role": "operator"})) == (403, "forbidden")
    past = {"name": "x", "expires_at": clock.at.isoformat()}
    assert _refusal(viewer.post("/api/v1/keys", json=past)) == (422, "invalid")


def test_everything_that_was_done_is_in_the_log(app: FastAPI, admin: Person, visit: Visitors) -> None:
    account_id = admin.post("/api/v1/accounts", json=ANN).json()["id"]
    admin.put(f"/api/v1/accounts/{account_id}/password", json={"password": "a new password"})
    visit(app).log_in("ann", "a new password")
    program = visit(app)
    program.headers["Authorization"] = f"Bearer {add_key(app, admin.account_id)}"
    program.delete(f"/api/v1/accounts/{account_id}")
    log = admin.get("/api/v1/audit").json()["items"]
    done = {(one["account_name"], one["action"], one["object_id"]) for one in log}
    assert done == {
        ("admin", "create", account_id),
        ("admin", "set-password", account_id),
        ("Ann", "login", account_id),
        ("admin", "delete", account_id),
    }
    assert next(one for one in log if one["action"] == "delete")["detail"]["key"]
    assert "a new password" not in str(log)
    assert PASSWORD not in str(log)
    only = admin.get("/api/v1/audit", params={"action": "login", "object_id": account_id}).json()["items"]
    assert [one["action"] for one in only] == ["login"]
    after = {"since": "2026-11-02T08:00:01Z"}
    assert admin.get("/api/v1/audit", params=after).json()["items"] == []


def test_two_administrators_cannot_remove_each_other_at_once(app: FastAPI, admin: Person, visit: Visitors) -> None:
    other = visit(app).let_in(add_account(app, "second", "administrator"))
    with ThreadPoolExecutor(2) as both:
        pairs = [(admin, other), (other, admin)]
        answers = sorted(
            both.map(
                lambda pair: (
                    pair[0].patch(f"/api/v1/accounts/{pair[1].account_id}", json={"role": "viewer"}).status_code
                ),
                pairs,
            )
        )
    assert answers[0] == 200
    assert answers[1] in {403, 409}
    with app.state.database.read() as connection:
        roles = connection.scalars(select(account.c.role)).all()
    assert "administrator" in roles
