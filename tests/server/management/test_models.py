"""Model files over HTTP: they get to the host, its answers come back, and nothing is taken on trust."""

import base64
import hashlib
import io
from typing import Any

import pytest
from PIL import Image
from tests.server.fakes import FakeClock, FakeExchange
from tests.server.management.conftest import API, HOST, Site

from camloom.exchange import Command, ModelImport, Reply
from camloom.server.management.rounds import every_hour

MODELS = f"{API}/hosts/{HOST}/models"
CONTENT = b"onnx" * 100
JPEG = b"\xff\xd8\xff" + bytes(20)
CARD = {
    "task": "detection",
    "family": "yolov8",
    "class_names": ["helmet"],
    "input": {"width": 640, "height": 640, "colour": "RGB", "mean": [0, 0, 0], "std": [255, 255, 255]},
    "licence": "own",
}
FIELD = {"name": "family", "value": "yolov8", "certainty": "likely", "why": "its outputs", "asked": False}
GUESS: dict[str, Any] = {"name": "helmets", "format": "ONNX", "card": CARD, "fields": [FIELD], "later": "unknown"}
ON_HOST: dict[str, Any] = {"name": "helmets", "imported": True, "tried": {"ms": 12.5, "runtime": "openvino"}}


def _answers(exchange: FakeExchange, **by_kind: Any) -> None:
    def answer(_host: str, command: Command) -> Reply:
        result = by_kind[command.kind]
        return Reply(id=command.id, **result) if "error" in result else Reply(id=command.id, result=result)

    exchange.answer = answer


def _upload(site: Site, name: str = "helmets.onnx") -> str:
    answer = site.admin.post(f"{MODELS}/drafts", params={"name": name}, content=CONTENT)
    assert answer.status_code == 201, answer.text
    assert answer.json()["size_bytes"] == len(CONTENT)
    return str(answer.json()["id"])


def _picture(width: int = 32) -> str:
    out = io.BytesIO()
    Image.new("RGB", (width, 24)).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def _last(exchange: FakeExchange) -> dict[str, Any]:
    return exchange.asked[-1][1].arguments


def test_a_file_gets_to_the_host_and_is_looked_at(any_site: Site, exchange: FakeExchange) -> None:
    draft = _upload(any_site, "Helme ../t.onnx")
    _answers(exchange, import_model=GUESS)
    body = {"answers": {"class_names": ["helmet"], "size": [640, 640]}, "try_on": {"picture": _picture(4000)}}
    found = any_site.admin.post(f"{MODELS}/drafts/{draft}/look", json=body)
    assert found.json()["card"]["family"] == "yolov8"
    assert "later" not in found.json()
    asked = ModelImport.model_validate(_last(exchange))
    assert asked.file.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert exchange.files == {asked.file.id: CONTENT}
    assert (asked.answers.class_names, asked.answers.size) == (("helmet",), (640, 640))
    assert (asked.keep, asked.run, asked.show) == (False, True, True)
    with Image.open(io.BytesIO(base64.b64decode(asked.picture))) as picture:
        assert (picture.format, picture.width) == ("JPEG", 1920)


def test_a_model_that_is_kept_is_known_at_once_and_its_file_goes(site: Site, exchange: FakeExchange) -> None:
    _answers(exchange, models={"models": []})
    assert site.viewer.get(MODELS).json()["items"] == []
    draft = _upload(site)
    _answers(exchange, import_model=GUESS, models={"models": [ON_HOST]})
    kept = site.admin.post(f"{MODELS}/drafts/{draft}/keep", json={"answers": {"name": "helmets"}})
    assert kept.status_code == 201
    assert _last(exchange)["keep"] is True
    assert exchange.files == {}
    [model] = site.viewer.get(MODELS).json()["items"]
    assert (model["name"], model["tried"]["ms"]) == ("helmets", 12.5)
    assert site.admin.post(f"{MODELS}/drafts/{draft}/look", json={}).status_code == 404
    actions = [(one["action"], one["object_id"]) for one in site.admin.get(f"{API}/audit").json()["items"]]
    assert ("create", "helmets") in actions
    assert ("upload", draft) in actions


def test_a_camera_is_tried_on_and_its_picture_is_for_nobody_else(site: Site, exchange: FakeExchange) -> None:
    camera = site.add_camera()["id"]
    site.add_task(camera)
    draft = _upload(site)
    jpeg = base64.b64encode(JPEG).decode()
    _answers(exchange, import_model=GUESS, snapshot={"jpeg": jpeg}, try_model={"found": ["helmet × 1"], "ms": 3})
    on_camera = {"try_on": {"camera_id": camera}}
    assert site.admin.post(f"{MODELS}/drafts/{draft}/keep", json=on_camera).status_code == 201
    assert (_last(exchange)["picture"], _last(exchange)["show"]) == (jpeg, False)
    tried = site.admin.post(f"{MODELS}/helmets/try", json=on_camera["try_on"])
    assert tried.json()["found"] == ["helmet × 1"]
    assert (_last(exchange)["keep"], _last(exchange)["picture"]) == (False, jpeg)
    site.admin.post(f"{MODELS}/helmets/try", json={})
    assert (_last(exchange)["keep"], _last(exchange)["picture"]) == (True, "")
    nowhere = site.admin.post(f"{MODELS}/helmets/try", json={"camera_id": "01K00000000000000000000000"})
    assert nowhere.status_code == 404


def test_pictures_that_are_none_are_refused(site: Site, exchange: FakeExchange) -> None:
    draft = _upload(site)
    _answers(exchange, import_model=GUESS)
    for picture in ("%%%", base64.b64encode(b"GIF89a" + bytes(40)).decode(), base64.b64encode(b"<svg/>").decode()):
        answer = site.admin.post(f"{MODELS}/drafts/{draft}/look", json={"try_on": {"picture": picture}})
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "not-a-picture")
    assert exchange.asked == []


@pytest.mark.parametrize(
    "answers",
    [
        {"size": [0, 640]},
        {"size": [640, 10_000]},
        {"std": [1, 0, 1]},
        {"colour": "GREY"},
        {"class_names": ["x" * 201]},
        {"options": {"a": {"b": {}}}},
        {"files": {"any": "/etc/passwd"}},
        {"mean": [1, 2]},
    ],
    ids=str,
)
def test_answers_that_are_none_are_refused(site: Site, exchange: FakeExchange, answers: dict[str, Any]) -> None:
    path = f"{MODELS}/drafts/01K00000000000000000000000/look"
    assert site.admin.post(path, json={"answers": answers}).status_code == 422
    assert exchange.asked == []


def test_a_host_says_why_it_will_not_and_its_nonsense_is_not_passed_on(site: Site, exchange: FakeExchange) -> None:
    draft = _upload(site, "model.pt")
    refused = {"error": "model.pt is a PyTorch pickle", "hint": "Export it as ONNX"}
    cases: list[tuple[dict[str, Any], int, str]] = [
        (refused, 422, "host-import_model"),
        (refused | {"reason": "busy"}, 422, "model-busy"),
        (refused | {"code": "pytorch", "values": {"file": "model.pt"}}, 422, "model-pytorch"),
        (refused | {"code": "<b>", "values": {}}, 422, "host-import_model"),
        ({"card": {"input": "no"}}, 502, "host-garbled"),
        ({"fields": [FIELD] * 101}, 502, "host-garbled"),
        ({"trial": {"jpeg": "x" * 4_000_001}}, 502, "host-garbled"),
    ]
    for told, status, code in cases:
        _answers(exchange, import_model=told)
        answer = site.admin.post(f"{MODELS}/drafts/{draft}/look", json={})
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    _answers(exchange, import_model=refused | {"code": "pytorch", "values": {"file": "model.pt", "size": 7}})
    error = site.admin.post(f"{MODELS}/drafts/{draft}/look", json={}).json()["error"]
    assert error["values"] == {"message": "model.pt is a PyTorch pickle", "file": "model.pt", "size": 7}
    exchange.answer = None
    assert site.admin.post(f"{MODELS}/drafts/{draft}/look", json={}).status_code == 504


def test_a_model_that_a_task_uses_stays(site: Site, exchange: FakeExchange) -> None:
    task = site.add_task(site.add_camera()["id"], {"secondary": [{"model": "helmets"}]})
    _answers(exchange, remove_model={})
    answer = site.admin.delete(f"{MODELS}/helmets")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "in-use")
    assert site.admin.delete(f"{API}/tasks/{task['id']}").status_code == 204
    assert site.admin.delete(f"{MODELS}/helmets").status_code == 204
    assert _last(exchange) == {"name": "helmets"}
    _answers(exchange, remove_model={"error": "there is no imported model 'nanodet'"})
    assert site.admin.delete(f"{MODELS}/nanodet").status_code == 422


def test_pictures_of_models_are_shown_where_there_are_some(site: Site, exchange: FakeExchange) -> None:
    picture = {"jpeg": base64.b64encode(JPEG).decode()}
    _answers(exchange, models={"models": [ON_HOST, {"name": "new"}]}, model_picture=picture)
    shown = site.viewer.get(f"{MODELS}/helmets/picture")
    assert (shown.content, shown.headers["content-type"]) == (JPEG, "image/jpeg")
    assert site.viewer.get(f"{MODELS}/new/picture").status_code == 404
    assert _last(exchange) == {"name": "helmets"}


def test_files_that_nobody_keeps_go_after_some_hours(site: Site, exchange: FakeExchange, clock: FakeClock) -> None:
    draft = _upload(site)
    clock.forward(hours=3)
    newer = _upload(site)
    clock.forward(hours=2)
    every_hour(site.desk)
    assert list(exchange.files) == [newer]
    assert site.admin.delete(f"{MODELS}/drafts/{draft}").status_code == 404
    assert site.admin.delete(f"{MODELS}/drafts/{newer}").status_code == 204
    assert exchange.files == {}
    for _ in range(11):
        _upload(site)
    assert len(exchange.files) == 10


def test_only_administrators_bring_models(site: Site) -> None:
    answer = site.operator.post(f"{MODELS}/drafts", params={"name": "x.onnx"}, content=CONTENT)
    assert answer.status_code == 403
    elsewhere = f"{API}/hosts/nowhere/models/drafts"
    assert site.admin.post(elsewhere, params={"name": "x"}, content=CONTENT).status_code == 404
