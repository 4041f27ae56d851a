"""States of places over HTTP: pictures get to the host, its answers come back, and nothing is taken on trust."""

import base64
import io
from typing import Any

import pytest
from PIL import Image
from tests.server.fakes import FakeExchange
from tests.server.management.conftest import API, HOST, Site

from camloom.exchange import Command, Reply

STATES = f"{API}/hosts/{HOST}/states"
PLACE: dict[str, Any] = {"name": "bin_1", "states": {"empty": 12, "full": 3}, "vertices": [[0, 0], [1, 0], [1, 1]]}
MODEL = {"states": ["empty", "full"], "accuracy": 0.97, "trained_at": "2026-11-02T08:00:00Z"}
TRAINED = {
    **{"kept": True, "states": ["empty", "full"], "accuracy": 0.97, "recalls": [1, 0.94], "sure": 0.9, "least": 0.9},
    "confusion": [[12, 0], [1, 11]],
}


def _answers(exchange: FakeExchange, **by_kind: Any) -> None:
    def answer(_host: str, command: Command) -> Reply:
        result = by_kind[command.kind]
        return Reply(id=command.id, **result) if "error" in result else Reply(id=command.id, result=result)

    exchange.answer = answer


def _png() -> str:
    out = io.BytesIO()
    Image.new("RGB", (64, 48)).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def test_the_places_of_a_host_are_told_and_one_that_cannot_be_read_hides_none(
    site: Site, exchange: FakeExchange
) -> None:
    told = [{**PLACE, "model": MODEL, "later": 1}, {"name": "../etc", "states": {}}, "nonsense"]
    _answers(exchange, states={"places": told})
    [place] = site.operator.get(STATES).json()["items"]
    assert (place["name"], place["states"], place["model"]["accuracy"]) == ("bin_1", {"empty": 12, "full": 3}, 0.97)
    assert site.viewer.get(STATES).status_code == 403


def test_an_example_is_taken_from_a_picture_or_from_a_camera(site: Site, exchange: FakeExchange) -> None:
    camera = site.add_camera()["id"]
    site.add_task(camera)
    jpeg = base64.b64encode(b"\xff\xd8\xff" + bytes(20)).decode()
    _answers(exchange, add_state_example={"id": "20261102-abc", "count": 4}, snapshot={"jpeg": jpeg})
    corners = [[0.1, 0.1], [0.5, 0.1], [0.5, 0.5]]
    body = {"state": "full", "picture": _png(), "vertices": corners, "taken_at": "2026-11-02T10:00:00+02:00"}
    added = site.admin.post(f"{STATES}/bin_1/examples", json=body)
    assert (added.status_code, added.json()) == (201, {"id": "20261102-abc", "count": 4})
    asked = exchange.asked[-1][1].arguments
    assert (asked["name"], asked["state"], asked["vertices"]) == ("bin_1", "full", tuple(map(tuple, corners)))
    assert asked["label"].startswith("20261102T080000")
    assert base64.b64decode(asked["picture"]).startswith(b"\xff\xd8\xff")
    site.admin.post(f"{STATES}/bin_1/examples", json={"state": "full", "camera_id": camera})
    assert (exchange.asked[-1][1].arguments["picture"], exchange.asked[-1][1].arguments["vertices"]) == (jpeg, None)
    actions = [(one["action"], one["object_id"]) for one in site.admin.get(f"{API}/audit").json()["items"]]
    assert actions[:2] == [("teach", "bin_1")] * 2


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("bin_1", {"state": "full"}),
        ("bin_1", {"state": "full", "picture": "%%%"}),
        ("bin_1", {"state": "../full", "picture": "AAAA"}),
        ("bin_1", {"state": "full", "picture": "AAAA", "vertices": [[0, 0], [2, 0], [1, 1]]}),
        ("..%2Fbin", {"state": "full", "picture": "AAAA"}),
    ],
)
def test_what_is_no_example_gets_to_no_host(site: Site, exchange: FakeExchange, path: str, body: Any) -> None:
    answer = site.admin.post(f"{STATES}/{path}/examples", json=body)
    assert answer.status_code in {404, 405, 422}  # a name that leads elsewhere is another route, or none
    assert exchange.asked == []


def test_examples_are_seen_and_one_is_forgotten(site: Site, exchange: FakeExchange) -> None:
    page = {"examples": [{"id": "b", "jpeg": "AA=="}, {"id": "a", "jpeg": "AA=="}], "next": "a"}
    _answers(exchange, state_examples=page, remove_state_example={})
    found = site.admin.get(f"{STATES}/bin_1/examples", params={"state": "full", "after": "c"})
    assert found.json() == page
    assert exchange.asked[-1][1].arguments == {"name": "bin_1", "state": "full", "after": "c"}
    assert site.admin.delete(f"{STATES}/bin_1/examples/full/b").status_code == 204
    assert exchange.asked[-1][1].arguments == {"name": "bin_1", "state": "full", "example": "b"}
    _answers(exchange, state_examples={"examples": [{"id": "../x", "jpeg": ""}]})
    assert site.admin.get(f"{STATES}/bin_1/examples", params={"state": "full"}).status_code == 502


def test_a_training_is_told_and_written_down(site: Site, exchange: FakeExchange) -> None:
    _answers(exchange, train_state=TRAINED, judge_state={"state": "full", "probability": 0.99, "unlikeness": 0.4})
    assert site.admin.post(f"{STATES}/bin_1/train").json()["recalls"] == [1, 0.94]
    entry = site.admin.get(f"{API}/audit").json()["items"][0]
    assert (entry["action"], entry["object_kind"], entry["detail"]["kept"]) == ("train", "state_model", True)
    said = site.admin.post(f"{STATES}/bin_1/judge", json={"picture": _png()})
    assert (said.json()["state"], said.json()["reason"]) == ("full", "")
    _answers(exchange, train_state={"error": "too few examples", "hint": "add more"})
    refused = site.admin.post(f"{STATES}/bin_1/train")
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "host-train_state")
    _answers(exchange, train_state={"error": "it took longer than 1 s", "reason": "timeout"})
    assert site.admin.post(f"{STATES}/bin_1/train").json()["error"]["code"] == "state-timeout"


def test_a_place_that_a_rule_names_stays(site: Site, exchange: FakeExchange) -> None:
    camera = site.add_camera()["id"]
    zone = {"name": "bin", "vertices": [[0, 0], [1, 0], [1, 1]]}
    alarm = {"template": "bin_overflow", "zone": "bin", "model": "bin_1"}
    task = site.add_task(camera, {"zones": [zone], "alarms": [alarm]})
    _answers(exchange, remove_state={})
    refused = site.admin.delete(f"{STATES}/bin_1")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "in-use")
    assert site.admin.delete(f"{API}/tasks/{task['id']}").status_code == 204
    assert site.admin.delete(f"{STATES}/bin_1").status_code == 204
    assert [command.kind for _, command in exchange.asked] == ["remove_state"]
