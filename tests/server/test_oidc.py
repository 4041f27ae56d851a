"""Logging in by an identity provider: who gets in as what, and who does not."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from tests.server.conftest import Visitors
from tests.server.fakes import FakeClock, FakeExchange
from tests.server.identity import CLIENT, SECRET, IdentityProvider, identity_provider
from tests.server.people import BASE, PASSWORD, Person, add_account, add_group

from camloom.errors import ServerError
from camloom.server.access.oidc.provider import open_provider
from camloom.server.app import create_app
from camloom.server.database import Database
from camloom.server.database.tables import account, audit, login_session
from camloom.server.settings import OidcSettings, ServerSettings

ROLES = {"guards": "operator", "bosses": "administrator"}


@pytest.fixture
def provider(clock: FakeClock) -> Iterator[IdentityProvider]:
    """A provider that is well."""
    with identity_provider(lambda: clock().timestamp()) as running:
        yield running


@pytest.fixture
def oidc(provider: IdentityProvider, tmp_path: Path) -> OidcSettings:
    """Settings that name it."""
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n")
    return OidcSettings(
        issuer=provider.issuer,
        client_id=CLIENT,
        secret_file=secret,
        roles=ROLES,  # type: ignore[arg-type]
        groups={"guards": "East gate"},
        label="Works",
    )


@pytest.fixture
def app(settings: ServerSettings, oidc: OidcSettings, sqlite_database: Database, clock: FakeClock) -> FastAPI:
    """A server with a provider."""
    return _server(settings, oidc, sqlite_database, clock)


def _server(settings: ServerSettings, oidc: OidcSettings, database: Database, clock: FakeClock) -> FastAPI:
    changed = settings.model_copy(update={"oidc": oidc, "public_url": BASE})
    return create_app(changed, database, FakeExchange(), clock)


@pytest.fixture
def ann(app: FastAPI, visit: Visitors) -> Person:
    """Somebody at the door."""
    return visit(app)


def _begin(person: Person) -> str:
    answer = person.post("/api/v1/oidc/begin")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["url"])


def _come_back(person: Person, brought: dict[str, str]) -> Any:
    answer = person.post("/api/v1/oidc/finish", json=brought)
    if answer.status_code == 200:
        person.headers["X-CSRF-Token"] = answer.json()["csrf"]
    return answer


def _log_in(person: Person, provider: IdentityProvider, **claims: Any) -> Any:
    return _come_back(person, provider.let_in(_begin(person), **claims))


def _refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_without_a_provider_there_is_no_button_and_no_way(sqlite_app: FastAPI, visit: Visitors) -> None:
    person = visit(sqlite_app)
    assert person.get("/api/v1/oidc").json() == {"label": None}
    assert person.post("/api/v1/oidc/begin").status_code == 404


def test_who_comes_first_gets_an_account_with_what_the_claim_says(
    app: FastAPI, ann: Person, provider: IdentityProvider
) -> None:
    gate = add_group(app, "East gate")
    assert ann.get("/api/v1/oidc").json() == {"label": "Works"}
    answer = _log_in(ann, provider)
    assert answer.json() | {"account_id": "", "csrf": ""} == {
        "account_id": "",
        "name": "ann",
        "role": "operator",
        "language": "en",
        "groups": [gate],
        "has_password": False,
        "csrf": "",
    }
    cookies = answer.headers.get_list("set-cookie")
    assert any(one.startswith("camloom=") and "SameSite=strict" in one and "HttpOnly" in one for one in cookies)
    assert ann.get("/api/v1/me").json()["name"] == "ann"
    assert ann.get("/api/v1/people").status_code == 200
    assert "camloom-oidc" not in ann.cookies


def test_the_second_time_it_is_the_same_account_with_what_holds_now(
    app: FastAPI, ann: Person, provider: IdentityProvider, visit: Visitors
) -> None:
    add_group(app, "East gate")
    add_account(app, "root", "administrator")
    first = _log_in(ann, provider).json()
    again = _log_in(visit(app), provider, groups=["bosses"], preferred_username="anna").json()
    assert again["account_id"] == first["account_id"]
    assert (again["name"], again["role"], again["groups"]) == ("ann", "administrator", None)
    assert ann.get("/api/v1/me").json()["role"] == "administrator"
    assert _refused(_log_in(visit(app), provider, groups=["visitors"])) == (403, "oidc-not-allowed")
    lower = _log_in(visit(app), provider).json()
    assert (lower["role"], len(lower["groups"])) == ("operator", 1)


def test_what_happened_is_written_down(app: FastAPI, ann: Person, provider: IdentityProvider) -> None:
    account_id = _log_in(ann, provider).json()["account_id"]
    with app.state.database.read() as connection:
        rows = connection.execute(select(audit).order_by(audit.c.id)).all()
    assert [(row.action, row.object_id) for row in rows] == [("create", account_id), ("login", account_id)]
    assert rows[0].detail == {"by": provider.issuer, "role": "operator", "all_groups": False, "groups": ["East gate"]}
    assert rows[1].detail == {"by": provider.issuer}


def test_an_account_is_not_handed_over_to_who_has_its_name(
    app: FastAPI, ann: Person, provider: IdentityProvider, visit: Visitors
) -> None:
    root = add_account(app, "ann", "administrator")
    answer = _log_in(ann, provider, email="ann@works.example")
    assert answer.json()["account_id"] != root
    assert (answer.json()["name"], answer.json()["role"]) == ("ann@works.example", "operator")
    other = _log_in(visit(app), provider, sub="ANN", email="ann@works.example")
    assert _refused(other) == (409, "name-taken")
    visit(app).log_in("ann", PASSWORD)


def test_it_has_no_password_and_cannot_log_in_by_one(app: FastAPI, ann: Person, provider: IdentityProvider) -> None:
    _log_in(ann, provider)
    for password in ("", " ", "x"):
        assert ann.post("/api/v1/login", json={"name": "ann", "password": password}).status_code == 401
    change = {"current": "", "new": "a new password"}
    assert ann.post("/api/v1/me/password", json=change).status_code == 422


def test_whoever_is_switched_off_stays_out(
    app: FastAPI, ann: Person, provider: IdentityProvider, visit: Visitors
) -> None:
    root = visit(app).let_in(add_account(app, "root", "administrator"))
    account_id = _log_in(ann, provider).json()["account_id"]
    shown = root.get(f"/api/v1/accounts/{account_id}").json()
    assert shown["by_provider"] is True
    assert root.patch(f"/api/v1/accounts/{account_id}", json={"active": False}).status_code == 200
    assert ann.get("/api/v1/me").status_code == 401
    assert _refused(_log_in(ann, provider)) == (403, "oidc-not-allowed")


def test_the_last_administrator_is_not_lost_by_a_claim(ann: Person, provider: IdentityProvider) -> None:
    _log_in(ann, provider, groups=["bosses"])
    assert _refused(_log_in(ann, provider)) == (409, "last-administrator")
    assert ann.get("/api/v1/me").json()["role"] == "administrator"


def test_logout_ends_both_sessions(ann: Person, provider: IdentityProvider) -> None:
    _log_in(ann, provider)
    url = ann.post("/api/v1/logout").json()["url"]
    place, _, token = url.partition("&id_token_hint=")
    assert place == f"{provider.issuer}/bye?client_id=camloom&post_logout_redirect_uri=http%3A%2F%2Fbox.test%3A8780"
    assert json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))["sub"] == "id-1"
    assert ann.get("/api/v1/me").status_code == 401


def test_the_token_of_a_session_is_sealed_and_one_that_is_too_long_is_left_out(
    app: FastAPI, ann: Person, provider: IdentityProvider
) -> None:
    _log_in(ann, provider)
    with app.state.database.read() as connection:
        kept = connection.scalar(select(login_session.c.id_token))
    assert app.state.sealer.open(kept).count(b".") == 2
    assert b"eyJ" not in kept
    _log_in(ann, provider, much="x" * 5000)
    assert "id_token_hint" not in ann.post("/api/v1/logout").json()["url"]


def _without(*names: str) -> Any:
    return lambda claims: {name: value for name, value in claims.items() if name not in names}


def test_what_the_token_does_not_say_user_info_says(ann: Person, provider: IdentityProvider, visit: Visitors) -> None:
    provider.info = {"sub": "id-1", "preferred_username": "ann", "groups": ["bosses"], "iss": "x", "aud": "y"}
    assert _log_in(ann, provider).json()["role"] == "operator"
    assert "/info" not in provider.asked  # the token said it all
    provider.forge = _without("groups")
    assert _log_in(ann, provider).json()["role"] == "administrator"
    provider.forge = _without("preferred_username")
    provider.info = {"sub": "id-2", "preferred_username": "ben", "groups": ["bosses"]}
    answer = _log_in(ann, provider, sub="id-2").json()
    assert (answer["name"], answer["role"]) == ("ben", "operator")  # what is signed holds


def test_user_info_of_somebody_else_or_of_nobody_lets_nobody_in(ann: Person, provider: IdentityProvider) -> None:
    provider.forge, provider.info = _without("groups"), {"sub": "id-9", "groups": ["bosses"]}
    assert _refused(_log_in(ann, provider)) == (403, "oidc-token")
    for answer in (b"[]", b"no JSON", b"x" * (300 << 10)):
        provider.answers["/info"] = answer
        assert _refused(_log_in(ann, provider)) == (503, "oidc-away")


def test_a_login_ends_the_session_that_was_here(
    app: FastAPI, ann: Person, provider: IdentityProvider, visit: Visitors
) -> None:
    planted = visit(app).let_in(add_account(app, "eve"))
    ann.cookies.set("camloom", planted.cookies["camloom"], domain="box.test", path="/")
    _log_in(ann, provider)
    assert planted.get("/api/v1/me").status_code == 401


LIES: list[dict[str, Any]] = [
    {"iss": "https://evil.example"},
    {"aud": "another client"},
    {"aud": ["camloom", "another client"]},
    {"aud": ["camloom"], "azp": "another client"},
    {"nonce": "x"},
    {"nonce": None},
    {"nonce": ["x"]},
    {"exp": 0},
    {"exp": None},
    {"exp": 1e400},
    {"iat": 4e9},
    {"nbf": 4e9},
    {"sub": ""},
    {"sub": None},
    {"sub": 5},
    {"sub": "x" * 256},
]


def test_a_token_that_is_not_for_this_is_refused(ann: Person, provider: IdentityProvider, clock: FakeClock) -> None:
    for lie in LIES:
        provider.forge = lambda claims, lie=lie: {  # type: ignore[misc]
            name: value for name, value in (claims | lie).items() if value is not None
        }
        assert _refused(_log_in(ann, provider)) == (403, "oidc-token"), lie
        assert ann.get("/api/v1/me").status_code == 401
        clock.forward(hours=1)
    provider.forge = lambda claims: claims
    assert _log_in(ann, provider).status_code == 200


@pytest.mark.parametrize("alg", ["none", "HS256", ["none"], "RS257"], ids=str)
def test_a_token_that_nobody_signed_is_refused(ann: Person, provider: IdentityProvider, alg: object) -> None:
    provider.header = {"alg": alg}
    assert _refused(_log_in(ann, provider)) == (403, "oidc-token")


def test_a_token_of_a_strange_key_is_refused_and_a_new_key_is_fetched_once(
    ann: Person, provider: IdentityProvider, clock: FakeClock
) -> None:
    _log_in(ann, provider)
    clock.forward(minutes=1)
    provider.signed_with, provider.published = 1, [0, 1]
    assert _log_in(ann, provider).status_code == 200
    clock.forward(minutes=1)
    provider.signed_with = 2
    assert _refused(_log_in(ann, provider)) == (403, "oidc-token")
    assert _refused(_log_in(ann, provider)) == (403, "oidc-token")
    assert provider.asked.count("/keys") == 3


def test_what_came_back_once_does_not_come_again(ann: Person, provider: IdentityProvider) -> None:
    url = _begin(ann)
    kept = ann.cookies["camloom-oidc"]
    brought = provider.let_in(url)
    assert _come_back(ann, brought).status_code == 200
    ann.cookies.set("camloom-oidc", kept, domain="box.test", path="/")
    assert _refused(_come_back(ann, provider.let_in(url))) == (403, "oidc-state")


def test_it_must_be_the_browser_that_began_and_in_time(
    app: FastAPI, ann: Person, provider: IdentityProvider, visit: Visitors, clock: FakeClock
) -> None:
    of_eve = provider.let_in(_begin(visit(app)), sub="eve")
    assert _refused(_come_back(ann, of_eve)) == (403, "oidc-state")
    _begin(ann)
    assert _refused(_come_back(ann, of_eve)) == (403, "oidc-state")
    for cookie in ("", "x", "A" * 5000, "é"):
        ann.cookies.set("camloom-oidc", json.dumps(cookie), domain="box.test", path="/")
        assert _refused(_come_back(ann, of_eve)) == (403, "oidc-state")
    ann.cookies.clear()
    late = provider.let_in(_begin(ann))
    clock.forward(minutes=11)
    assert _refused(_come_back(ann, late)) == (403, "oidc-state")


def test_a_page_of_another_site_begins_and_ends_nothing(ann: Person, provider: IdentityProvider) -> None:
    brought = provider.let_in(_begin(ann))
    ann.headers["Origin"] = "https://evil.example"
    assert _refused(ann.post("/api/v1/oidc/begin")) == (403, "origin")
    assert _refused(_come_back(ann, brought)) == (403, "origin")


def test_people_are_sent_nowhere_else(ann: Person, provider: IdentityProvider) -> None:
    """The way back is of the settings: neither a parameter nor the Host header changes it."""
    ann.headers["Host"] = "evil.example"
    ann.headers["Origin"] = "http://evil.example"
    url = ann.post("/api/v1/oidc/begin?redirect_uri=https://evil.example&next=//evil.example").json()["url"]
    assert "redirect_uri=http%3A%2F%2Fbox.test%3A8780%2Foidc&" in url
    assert "evil" not in url


def test_the_answer_of_another_provider_is_refused(ann: Person, provider: IdentityProvider) -> None:
    brought = provider.let_in(_begin(ann)) | {"iss": "https://evil.example"}
    assert _refused(_come_back(ann, brought)) == (403, "oidc-token")


def test_codes_are_not_guessed_without_end(ann: Person, provider: IdentityProvider) -> None:
    seen = [_refused(_come_back(ann, provider.let_in(_begin(ann)) | {"code": "guess"})) for _ in range(11)]
    assert seen[:10] == [(403, "oidc-token")] * 10
    assert seen[10] == (429, "too-many-failures")


DESCRIPTION = "/.well-known/openid-configuration"
NONSENSE = [
    (DESCRIPTION, b'{"x": "' + bytes(300_000)),
    (DESCRIPTION, b"[" * 100_000),
    (DESCRIPTION, b"[]"),
    (DESCRIPTION, b'{"issuer": "https://evil.example"}'),
    ("/keys", b'{"keys": [' + b" " * 300_000 + b"]}"),
    ("/keys", b"\xff\xfe"),
    ("/token", b"x" * 300_000),
    ("/token", b"null"),
]


def test_answers_without_end_and_without_sense_are_refused(
    ann: Person, provider: IdentityProvider, clock: FakeClock
) -> None:
    for path, body in NONSENSE:
        provider.answers = {path: body}
        begun = ann.post("/api/v1/oidc/begin")
        if begun.status_code == 200:
            begun = _come_back(ann, provider.let_in(begun.json()["url"]))
        assert _refused(begun) == (503, "oidc-away"), (path, body[:20])
        clock.forward(hours=2)


def test_tokens_and_keys_that_are_none_let_nobody_in(ann: Person, provider: IdentityProvider, clock: FakeClock) -> None:
    tokens = [b"{}", b'{"id_token": 5}', b'{"id_token": "a.b.c"}', b'{"id_token": "' + b"x" * 99_999 + b'"}']
    keys = [b"{}", b'{"keys": 5}', b'{"keys": [5, {"kty": "RSA"}, {"kty": "oct", "k": "eA"}]}']
    for path, body in [*(("/token", one) for one in tokens), *(("/keys", one) for one in keys)]:
        provider.answers = {path: body}
        assert _refused(_log_in(ann, provider)) == (403, "oidc-token"), body[:20]
        clock.forward(hours=2)


def test_where_the_provider_sends_browsers_must_be_safe(ann: Person, provider: IdentityProvider) -> None:
    about = provider.about()
    for unsafe in ("javascript:alert(1)", "http://evil.example/", "//evil.example", "https://u:p@evil.example/", 5):
        told = about | {"authorization_endpoint": unsafe}
        provider.answers[DESCRIPTION] = json.dumps(told).encode()
        assert _refused(ann.post("/api/v1/oidc/begin")) == (503, "oidc-away")


def test_a_provider_that_is_away_is_not_asked_again_and_again(
    ann: Person, provider: IdentityProvider, clock: FakeClock
) -> None:
    provider.answers[DESCRIPTION] = b"nothing"
    for _ in range(5):
        assert _refused(ann.post("/api/v1/oidc/begin")) == (503, "oidc-away")
    assert len(provider.asked) == 1
    provider.answers.clear()
    clock.forward(seconds=6)
    assert _log_in(ann, provider).status_code == 200


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"email": "ann@works.example", "email_verified": True}, 200),
        ({"email": "ann@WORKS.example", "email_verified": True}, 200),
        ({"email": "ann@works.example", "email_verified": False}, 403),
        ({"email": "ann@works.example"}, 403),
        ({"email": "ann@works.example@evil.example", "email_verified": True}, 403),
        ({"email": 5, "email_verified": True}, 403),
    ],
)
def test_only_confirmed_addresses_of_the_domains_come_in(
    settings: ServerSettings,
    oidc: OidcSettings,
    sqlite_database: Database,
    provider: IdentityProvider,
    clock: FakeClock,
    visit: Visitors,
    claims: dict[str, Any],
    status: int,
) -> None:
    only = oidc.model_copy(update={"domains": "works.example, other.example"})
    person = visit(_server(settings, only, sqlite_database, clock))
    assert _log_in(person, provider, **claims).status_code == status


@pytest.mark.parametrize(
    ("claim", "claims", "role"),
    [
        ("realm_access.roles", {"realm_access": {"roles": ["x", "bosses"]}}, "administrator"),
        ("https://works.example/role", {"https://works.example/role": "guards"}, "operator"),
        ("realm_access.roles", {"realm_access": 5}, "viewer"),
        ("groups", {"groups": {"bosses": 1}}, "viewer"),
        ("groups", {"groups": ["*"]}, "viewer"),
    ],
)
def test_the_claim_may_lie_deeper_and_anybody_may_have_a_role(
    settings: ServerSettings,
    oidc: OidcSettings,
    sqlite_database: Database,
    provider: IdentityProvider,
    clock: FakeClock,
    visit: Visitors,
    claim: str,
    claims: dict[str, Any],
    role: str,
) -> None:
    update = {"claim": claim, "roles": ROLES | {"*": "viewer"}, "groups": {"*": "*"}}
    person = visit(_server(settings, oidc.model_copy(update=update), sqlite_database, clock))
    told = _log_in(person, provider, **claims).json()
    assert (told["role"], told["groups"]) == (role, None)


def test_names_that_mislead_are_not_taken(ann: Person, provider: IdentityProvider) -> None:
    for number, name in enumerate(("\u202eann", "a\0b", " ", "x" * 65, 5, "\ud800")):
        answer = _log_in(ann, provider, preferred_username=name, sub=f"id-{number}")
        assert answer.json()["name"] == f"id-{number}"


def test_settings_that_do_not_fit_are_named_at_the_start(
    settings: ServerSettings, oidc: OidcSettings, clock: FakeClock
) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"issuer": "http://idp.example"}, "ISSUER"),
        ({"issuer": "ftp://127.0.0.1"}, "ISSUER"),
        ({"issuer": "http://127.0.0.1.evil.example"}, "ISSUER"),
        ({"client_id": ""}, "CLIENT_ID"),
        ({"roles": {}}, "ROLES"),
        ({"scopes": "profile"}, "SCOPES"),
        ({"secret_file": Path("/nowhere")}, "SECRET_FILE"),
        ({"ca_file": Path("/nowhere")}, "CA_FILE"),
    ]
    for change, what in wrong:
        changed = settings.model_copy(update={"oidc": oidc.model_copy(update=change), "public_url": BASE})
        with pytest.raises(ServerError, match=f"CAMLOOM_OIDC_{what}"):
            open_provider(changed, clock)


def test_it_needs_to_know_where_people_find_it(settings: ServerSettings, oidc: OidcSettings, clock: FakeClock) -> None:
    with pytest.raises(ServerError, match="CAMLOOM_PUBLIC_URL"):
        open_provider(settings.model_copy(update={"oidc": oidc}), clock)


def test_it_is_set_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMLOOM_OIDC_ISSUER", "https://idp.example")
    monkeypatch.setenv("CAMLOOM_OIDC_ROLES", '{"guards": "operator"}')
    assert ServerSettings().oidc.roles == {"guards": "operator"}


def test_two_databases_keep_who_somebody_is(
    settings: ServerSettings,
    oidc: OidcSettings,
    database: Database,
    clock: FakeClock,
    provider: IdentityProvider,
    visit: Visitors,
) -> None:
    app = _server(settings, oidc, database, clock)
    first, second = (_log_in(visit(app), provider).json()["account_id"] for _ in range(2))
    assert first == second
    with database.read() as connection:
        assert connection.execute(select(account.c.issuer, account.c.subject)).all() == [(provider.issuer, "id-1")]
