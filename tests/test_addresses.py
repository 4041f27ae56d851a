"""Which addresses a source may have."""

import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from camloom.config import TaskConfig
from camloom.config.addresses import AddressPolicy, policy_in_force, scheme_of
from camloom.errors import ConfigError, SourceError

STRICT = AddressPolicy(level="strict")


def refusal(ask: Callable[..., Any], *what: Any) -> SourceError:
    with pytest.raises(SourceError) as caught:
        ask(*what)
    assert caught.value.hint
    return caught.value


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Names that a DNS server of ours would know, beside addresses, which the system reads as ever."""
    known: dict[str, list[str]] = {}
    system = socket.getaddrinfo

    def look_up(name: str, port: int, **how: Any) -> list[Any]:
        return [entry for address in known.get(name, [name]) for entry in system(address, port, **how)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.mark.parametrize(
    "text",
    [
        "clip.mp4",
        "/etc/passwd",
        "file:///etc/passwd",
        "concat:a.mp4|b.mp4",
        "subfile,,start,0,end,9,,:/etc/passwd",
        "data:text/plain,x",
        "pipe:0",
        "exec:ls",
        "lavfi:testsrc",
        "unix:/run/x",
        "gst:filesrc location=/etc/passwd ! fakesink",
        "synthetic:scene=/etc/passwd",
        "image:/etc/passwd",
    ],
)
def test_strict_refuses_what_is_no_camera(text: str) -> None:
    assert refusal(STRICT.check_scheme, scheme_of(text)).reason == "policy"


@pytest.mark.parametrize("text", ["rtsp://10.0.0.5/s", "HTTPS://cam/s", "gb28181://a/b", "usb:cam"])
def test_strict_takes_cameras(text: str) -> None:
    STRICT.check_scheme(scheme_of(text))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.8.9.1",
        "localhost",
        "[::1]",
        "0.0.0.0",
        "[::]",
        "169.254.169.254",
        "[fe80::1]",
        "224.0.0.1",
        "[ff02::1]",
        "255.255.255.255",
        "240.0.0.1",
        "100.100.100.200",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "0177.0.0.1",
        "127.1",
        "0",
        "127.0.0.1.",
        "10.5",  # a camera's, but nobody writes it so
    ],
)
def test_strict_refuses_this_machine_however_it_is_spelled(host: str) -> None:
    assert refusal(STRICT.addresses, host, 554).reason == "policy"


@pytest.mark.parametrize("host", ["10.0.0.5", "192.168.1.64", "172.16.3.4", "100.64.0.9", "[fd12::9]", "203.0.113.7"])
def test_strict_takes_private_and_public_addresses(host: str) -> None:
    assert STRICT.addresses(host, 554) == [host.strip("[]")]


def test_a_name_is_what_it_leads_to(names: dict[str, list[str]]) -> None:
    names.update({"cam.lan": ["10.0.0.5"], "evil.lan": ["127.0.0.1"], "half.lan": ["10.0.0.5", "169.254.169.254"]})

    assert STRICT.addresses("cam.lan", 554) == ["10.0.0.5"]
    assert refusal(STRICT.addresses, "evil.lan", 554).reason == "policy"
    assert refusal(STRICT.addresses, "half.lan", 554).reason == "policy"


def test_another_address_of_this_machine_is_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        try:
            line.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no network")
        own = line.getsockname()[0]

    assert "this machine" in str(refusal(STRICT.addresses, own, 80))


def test_lists_allow_and_narrow(names: dict[str, list[str]]) -> None:
    names.update({"a.cams.lan": ["127.0.0.5"], "b.lan": ["10.0.0.5"], "acams.lan": ["127.0.0.5"]})
    allowing = AddressPolicy(level="strict", allow=("127.0.0.1", "*.cams.lan"))
    narrow = AddressPolicy(only=("10.0.0.0/8",), schemes=("rtsp",))

    assert allowing.addresses("127.0.0.1", 1)
    assert allowing.addresses("a.cams.lan", 1)
    assert refusal(allowing.addresses, "acams.lan", 1).reason == "policy"
    assert narrow.addresses("b.lan", 1)
    assert refusal(narrow.addresses, "192.168.0.1", 1).reason == "policy"
    assert refusal(narrow.check_scheme, "http").reason == "policy"


def test_local_trusts_its_user() -> None:
    policy = AddressPolicy()
    policy.check_scheme("file")

    assert policy.addresses("127.1", 80) == ["127.0.0.1"]


def test_what_a_server_names_is_strict_but_for_the_server_itself() -> None:
    policy = AddressPolicy().from_afar(["127.0.0.1"])

    assert policy.addresses("127.0.0.1", 80)
    assert refusal(policy.addresses, "127.0.0.2", 80).reason == "policy"
    assert refusal(policy.check_scheme, "file").reason == "policy"


def test_a_host_that_is_not_there_is_unreachable() -> None:
    assert refusal(STRICT.addresses, "camera.invalid", 554).reason == "unreachable"


@pytest.mark.parametrize("port", [0, 65536, 99999])
def test_a_port_that_cannot_be_is_refused(port: int) -> None:
    assert refusal(AddressPolicy().addresses, "127.0.0.1", port).reason == "unsupported"


class TestEnvironment:
    def test_it_counts_more_than_the_task(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CAMLOOM_SOURCE_POLICY", "strict")
        monkeypatch.setenv("CAMLOOM_SOURCE_ALLOW", "127.0.0.1, cam.lan")
        monkeypatch.setenv("CAMLOOM_SOURCE_SCHEMES", "rtsp")

        policy = policy_in_force(AddressPolicy(allow=("169.254.0.0/16",)))

        expected = AddressPolicy(level="strict", allow=("127.0.0.1", "cam.lan"), schemes=("rtsp",))
        assert policy == expected

    def test_without_it_the_task_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("CAMLOOM_SOURCE_POLICY", raising=False)

        assert policy_in_force("strict") == STRICT
        assert policy_in_force() == AddressPolicy()

    def test_what_it_allows_besides_holds_for_the_level_of_a_server(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("CAMLOOM_SOURCE_POLICY", raising=False)
        monkeypatch.setenv("CAMLOOM_SOURCE_ALLOW", "127.0.0.1")

        policy = policy_in_force("strict")

        assert policy == AddressPolicy(level="strict", allow=("127.0.0.1",))
        assert "CAMLOOM_SOURCE_ALLOW=127.0.0.2" in refusal(policy.addresses, "127.0.0.2", 554).hint

    @pytest.mark.parametrize(("name", "value"), [("POLICY", "loose"), ("ALLOW", "10.0.0.0/99")])
    def test_nonsense_is_an_error_not_a_hole(self, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
        monkeypatch.setenv("CAMLOOM_SOURCE_POLICY", "strict")
        monkeypatch.setenv(f"CAMLOOM_SOURCE_{name}", value)

        with pytest.raises(ConfigError):
            policy_in_force()

    @pytest.mark.parametrize("source", ["clip.mp4", "file:clip.mp4", "synthetic:", {"type": "synthetic"}])
    def test_a_task_with_another_kind_of_source_is_refused_before_it_runs(
        self, monkeypatch: pytest.MonkeyPatch, source: Any
    ) -> None:
        monkeypatch.setenv("CAMLOOM_SOURCE_POLICY", "strict")

        with pytest.raises(ValidationError, match="not allowed here"):
            TaskConfig.model_validate({"source": source})

        TaskConfig.model_validate({"source": "rtsp://10.0.0.5/s"})


def test_a_name_server_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    system, over = socket.getaddrinfo, threading.Event()

    def look_up(name: str, *where: Any, **how: Any) -> list[Any]:
        if name == "camera.example":
            assert over.wait(60)
            raise socket.gaierror("no such host, it says at last")
        return system(name, *where, **how)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr("camloom.config.addresses.LOOK_UP_S", 0.05)
    try:
        found = refusal(AddressPolicy().addresses, "camera.example", 554)
        assert found.reason == "unreachable"
        assert "no name server says within 0.05 s" in found.message
        assert AddressPolicy().addresses("127.0.0.1", 554) == ["127.0.0.1"], "an address needs none"
    finally:
        over.set()


def test_a_host_that_does_not_exist_is_told_as_before() -> None:
    for name in ("camera.invalid", "x" * 300, "a..b", "\udcff"):
        found = refusal(AddressPolicy().addresses, name, 554)
        assert (found.reason, "no host is called" in found.message) == ("unreachable", True)
