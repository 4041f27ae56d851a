"""Names from strangers: markup, formulas, letters that turn the text around, and far too long ones."""

import csv
import io
import json

import pytest
from tests.server.abuse.world import API, World
from tests.server.alarms import Site, event
from tests.server.people import Person

from camloom.server.web.spreadsheet import safe_cell

MARKUP = "<img src=x onerror=alert(1)>"
HOSTILE = [MARKUP, "'; drop table camera; --", "{{7*7}}", "${jndi:ldap://x}", '"><script>', "../../etc/passwd", "%s%n"]
FORMULAS = ['=HYPERLINK("http://evil.test")', "+1+1", "-2+3", "@SUM(A1)", " =1", "\uff1d1+1", "\uff20x"]
REFUSED = ["a\0b", "a\u202eb", "a\nb", "a\r\nSet-Cookie: x", "\u2066x", "a\x1b[31m", "", "   ", "x" * 129, "x" * 10_000]


def _rename(world: World, name: str) -> tuple[int, str]:
    body = {"name": name, "url": "rtsp://10.1.2.9/x", "group_id": world.alpha.ids["group_id"]}
    answer = world.admin.put(f"{API}/cameras/{world.alpha.ids['camera_id']}", json=body)
    return answer.status_code, answer.text


def test_a_name_is_text_and_stays_as_it_is(world: World) -> None:
    for name in (*HOSTILE, *FORMULAS):
        status, _ = _rename(world, name)
        assert status == 200
        answer = world.admin.get(f"{API}/cameras/{world.alpha.ids['camera_id']}")
        assert answer.json()["name"] == name.strip()
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("what", ["cameras", "groups", "policies", "tasks", "accounts", "keys", "site-maps", "uploads"])
def test_names_that_could_look_like_others_or_take_all_memory_are_refused(world: World, what: str) -> None:
    bodies: dict[str, dict[str, object]] = {
        "cameras": {"url": "rtsp://10.1.2.9/y"},
        "tasks": {"camera_id": world.alpha.ids["camera_id"], "document": {}},
        "accounts": {"password": "long enough 1", "role": "viewer"},
    }
    for name in REFUSED:
        if what in ("site-maps", "uploads"):
            answer = world.admin.post(f"{API}/{what}", params={"name": name}, content=b"x")
        else:
            answer = world.admin.post(f"{API}/{what}", json={"name": name, **bodies.get(what, {})})
        expected = (400, 422) if "\0" in name else (422,)
        assert answer.status_code in expected, (name[:20], answer.text)
        assert len(answer.content) < 4000  # and is not said back at length


@pytest.mark.parametrize("cell", [*FORMULAS, "\t=1", "\r=1", "\n=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


def test_no_export_runs_as_a_formula(world: World) -> None:
    """Names of cameras, zones and templates all come from people or devices."""
    assert _rename(world, FORMULAS[0])[0] == 200
    site = world.__dict__["_site"]
    assert isinstance(site, Site)
    told = event(world.alpha.ids["task_id"], zone="@SUM(A1)", name={"zh": "=1+1", "en": "=1+1"}, template="-1+1")
    site.take(told, at=world.app.state.clock())
    for path in ("alarms/export.csv?lang=en", "cameras/export.csv", "reports/report.csv?period=month&lang=zh"):
        answer = world.admin.get(f"{API}/{path}")
        cells = [cell for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))) for cell in row]
        assert "'" + FORMULAS[0] in cells, path
        assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))], path


def test_the_names_of_downloads_are_ours(world: World) -> None:
    """No name of anybody is part of a header."""
    assert _rename(world, 'x"; filename=evil.exe')[0] == 200
    alarm = world.alpha.ids["alarm_id"]
    paths = ("alarms/export.csv", "cameras/export.csv", f"alarms/{alarm}/evidence.zip", "reports/report.csv")
    for path in (*paths, f"media/{world.alpha.ids['media_id']}"):
        answer = world.admin.get(f"{API}/{path}")
        assert answer.status_code == 200
        assert "evil" not in str(answer.headers)
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_picture_runs_nothing_and_is_asked_for_again_each_time(world: World) -> None:
    for path in (f"media/{world.alpha.ids['media_id']}", f"site-maps/{world.alpha.ids['map_id']}/picture"):
        headers = world.admin.get(f"{API}/{path}").headers
        assert headers["cache-control"] == "private, no-cache"
    media = world.admin.get(f"{API}/media/{world.alpha.ids['media_id']}").headers
    assert media["content-security-policy"].startswith("sandbox")


def test_a_page_runs_no_script_but_ours(world: World) -> None:
    policy = world.admin.get("/", headers={"Accept": "text/html"}).headers["content-security-policy"]
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
    assert rules["script-src"] == "'self'"
    assert (rules["object-src"], rules["base-uri"], rules["frame-ancestors"]) == ("'none'", "'none'", "'none'")


def test_what_a_person_writes_reaches_others_as_text(world: World) -> None:
    operator: Person = world.people["operator of alpha"]
    path = f"{API}/alarms/{world.alpha.ids['alarm_id']}"
    note = {"action": "note", "text": MARKUP + "\u202e"}
    answer = operator.post(f"{path}/handling", json=note)
    assert answer.status_code == 200
    seen = world.admin.get(path)
    assert seen.headers["content-type"] == "application/json"
    assert MARKUP in json.loads(seen.content)["notes"][-1]["text"]
    assert operator.post(f"{path}/handling", json={"action": "note", "text": "x" * 4001}).status_code == 422
