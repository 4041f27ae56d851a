"""Addresses that somebody gives the server to call: none of this machine, none of a cloud, wherever they stand."""

from typing import Any

import pytest
from tests.server.abuse.world import API, World

from camloom.errors import SourceError
from camloom.server.pushes.kind_list import describe_kinds
from camloom.server.pushes.seam import LaterPushError

FORBIDDEN = [
    *("127.0.0.1", "localhost", "0.0.0.0", "169.254.169.254", "[::1]", "2130706433", "0x7f000001", "127.1"),
    *("[::ffff:127.0.0.1]", "100.100.100.200", "224.0.0.1", "localhost.", "017700000001"),
]


@pytest.mark.parametrize("host", FORBIDDEN)
def test_no_receiver_of_pushes_is_this_machine_or_a_cloud(world: World, host: str) -> None:
    """Each kind asks `Around.address` before it connects; a target is made without a call."""
    for port in (22, 80, 443, 8780):
        with pytest.raises(LaterPushError, match="not allowed"):
            world.app.state.pushes_around.address(host, port)


def _settings(kind: str, host: str) -> dict[str, Any] | None:
    """Return settings with which a kind would call a host; None: its receivers are not chosen by anybody."""
    known: dict[str, dict[str, Any]] = {
        "webhook": {"url": f"http://{host}/", "secret": "s" * 32},
        "mqtt": {"host": host.strip("[]")},
        "redis": {"host": host.strip("[]")},
        "kafka": {"servers": [f"{host}:9092"]},
        "amqp": {"host": host.strip("[]")},
        "home_assistant": {"host": host.strip("[]")},
        "viid": {"host": host.strip("[]"), "device_id": "3" * 20, "username": "u", "password": "p" * 12},
        "mail": {"host": host.strip("[]"), "sender": "a@example.com", "to": ["b@example.com"]},
        "dingtalk": {"url": f"https://{host}/robot/send?access_token=x"},
        "wecom": {"url": f"https://{host}/cgi-bin/webhook/send?key=x"},
        "feishu": {"url": f"https://{host}/open-apis/bot/v2/hook/x"},
        "apprise": {"url": f"json://{host}/"},
    }
    return known.get(kind)


def test_whatever_the_kind_nothing_of_this_machine_is_called(world: World) -> None:
    """A target is refused when it is made, or the test of it says that its host is not allowed."""
    tried = []
    for kind in describe_kinds():
        settings = _settings(kind.kind, "169.254.169.254")
        if settings is None:
            assert kind.kind in ("sms_aliyun", "sms_tencent", "gb28181"), f"{kind.kind}: whom does it call?"
            continue
        body = {"kind": kind.kind, "name": kind.kind, "settings": settings}
        made = world.admin.post(f"{API}/pushes", json=body)
        if made.status_code == 422:
            tried.append((kind.kind, "refused"))
            continue
        told = world.admin.post(f"{API}/pushes/{made.json()['id']}/test").json()
        assert not told["ok"]
        assert "not allowed" in told["message"], (kind.kind, told)
        tried.append((kind.kind, "not allowed"))
    assert len(tried) >= 10
    assert sum(1 for _, how in tried if how == "not allowed") >= 5, tried


@pytest.mark.parametrize("host", ["169.254.169.254", "0x7f.1", "224.0.0.1", "0.0.0.0"])
def test_the_mail_server_is_no_address_of_a_cloud(world: World, host: str) -> None:
    body = {"host": host, "sender": "a@example.com", "security": "none"}
    assert world.admin.put(f"{API}/mail", json=body).status_code == 200
    answer = world.admin.post(f"{API}/mail/test", json={"to": "b@example.com"})
    assert answer.status_code == 409
    assert "not allowed" in answer.json()["error"]["message"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8780", "169.254.169.254", "224.0.0.1"])
def test_a_search_for_cameras_tells_no_password_to_this_machine(world: World, host: str) -> None:
    body = {"addresses": ["10.1.2.3", host], "user": "admin", "password": "canary"}
    answer = world.admin.post(f"{API}/cameras/discover", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "source-policy")
    assert "canary" not in answer.text


@pytest.mark.parametrize("address", ["gate.example", "10.1.2.3:0", "10.1.2.3:99999", "10.1.2.3:x", "10.1.2.3:80:1", ""])
def test_a_search_asks_addresses_and_nothing_else(world: World, address: str) -> None:
    assert world.admin.post(f"{API}/cameras/discover", json={"addresses": [address]}).status_code == 422


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "169.254.169.254"])
@pytest.mark.parametrize("scheme", ["rtsp", "http", "onvif"])
def test_a_camera_at_this_machine_is_refused_wherever_it_is_named(world: World, scheme: str, host: str) -> None:
    url = f"{scheme}://{host}/x"
    camera = f"{API}/cameras/{world.alpha.ids['camera_id']}"
    table = f"name,url\nx,{url}\n".encode()
    for answer in (
        world.admin.post(f"{API}/cameras", json={"name": "x", "url": url}),
        world.admin.post(f"{API}/cameras", json={"name": "x", "url": "rtsp://10.1.2.3/z", "main_url": url}),
        world.admin.put(camera, json={"name": "x", "url": url}),
        world.admin.post(f"{camera}/copy", json={"name": "x", "url": url}),
        world.admin.post(f"{API}/cameras/probe", json={"url": url}),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "source-policy")
    told = world.admin.post(f"{API}/cameras/import", content=table, params={"dry_run": "false"}).json()
    assert (told["imported"], len(told["problems"])) == (0, 1)


def test_a_name_that_leads_to_this_machine_is_noticed_when_it_is_called(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is looked up anew each time, and what was looked up is what is called."""
    answers = iter([["10.1.2.3"], ["127.0.0.1"]])
    monkeypatch.setattr("camloom.config.addresses.look_up_name", lambda *_, **__: next(answers))
    around = world.app.state.pushes_around
    assert around.address("rebinding.example", 443) == "10.1.2.3"
    with pytest.raises((LaterPushError, SourceError), match="not allowed"):
        around.address("rebinding.example", 443)
