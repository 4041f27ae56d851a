"""HCNetSDK against a stand-in built from our own C; the real one was not run."""

import hashlib
import socket
import time
from collections.abc import Callable, Iterator
from itertools import islice, pairwise
from pathlib import Path

import pytest
from pydantic import ValidationError

from camloom import plugins
from camloom.errors import PluginError, SourceError
from camloom.sources.hcnetsdk import HcNetConfig, HcNetSource
from camloom.sources.reading.decode import Decoder

Make = Callable[..., HcNetSource]


@pytest.fixture
def make(fake_hcnetsdk: Path) -> Iterator[Make]:
    """A function that makes a source: `make(channel=2)`."""
    made: list[HcNetSource] = []

    def source(channel: int = 1, host: str = "127.0.0.1", **settings: object) -> HcNetSource:
        known = {"user": "admin", "password": "right", "timeout_s": 3}
        url = f"hcnetsdk://{host}/{channel}"
        made.append(HcNetSource(HcNetConfig.model_validate({"url": url, **known, **settings})))
        return made[-1]

    yield source
    for each in made:
        each.close()


def read(source: HcNetSource) -> None:
    source.open()
    list(source.packets())


def error_of(source: HcNetSource) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read(source)
    return caught.value


@pytest.mark.parametrize("settings", [{}, {"stream": "sub", "transport": "udp"}])
def test_its_program_stream_becomes_pictures(make: Make, settings: dict[str, str]) -> None:
    source = make(**settings)
    info = source.open()
    packets = list(islice(source.packets(), 55))
    assert (info.codec, info.width, info.height, info.live) == ("h264", 320, 240, True)
    assert packets[0].is_keyframe
    assert packets[0].pts_s == 0
    assert all(later.pts_s - sooner.pts_s == pytest.approx(0.04) for sooner, later in pairwise(packets))
    decoder = Decoder(info)
    shown = [picture for packet in packets for _, picture in decoder.decode(packet)]
    assert len(shown) + sum(1 for _ in decoder.drain()) == 55


@pytest.mark.parametrize(
    ("settings", "reason", "words"),
    [
        ({"password": "wr0ng"}, "auth", "the user or the password is wrong"),
        ({"user": "locked"}, "auth", "locked"),
        ({"host": "192.0.2.1"}, "unreachable", "cannot be reached"),
        ({"channel": 4}, "missing", "channel 4 does not come: there is no such channel"),
        ({"channel": 2}, "closed", "SIGSEGV"),
        ({"channel": 3}, "closed", "does not answer any more"),
        ({"channel": 5, "timeout_s": 0.6}, "timeout", "sends nothing any more"),
        ({"channel": 6, "timeout_s": 0.6}, "timeout", "sends nothing any more"),
        ({"channel": 7, "timeout_s": 0.6}, "timeout", "sends nothing any more"),
    ],
)
def test_what_is_wrong_is_one_line(make: Make, settings: dict[str, object], reason: str, words: str) -> None:
    error = error_of(make(**settings))
    assert error.reason == reason
    assert words in error.message
    assert "wr0ng" not in str(error)


def test_the_password_is_in_no_command_line(make: Make) -> None:
    source = make()
    source.open()
    assert source._child is not None
    for place in ("cmdline", "environ"):
        assert b"right" not in Path(f"/proc/{source._child.pid}/{place}").read_bytes()
    assert "right" not in repr(source._config)


def test_another_library_than_the_named_one_is_not_loaded(
    make: Make, fake_hcnetsdk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = hashlib.sha256(fake_hcnetsdk.read_bytes()).hexdigest()
    monkeypatch.setenv("CAMLOOM_HCNETSDK_SHA256", "0" * 64)
    assert error_of(make()).reason == "policy"
    monkeypatch.setenv("CAMLOOM_HCNETSDK_SHA256", right.upper())
    assert make().open().codec == "h264"


def test_a_library_that_is_none_is_told(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "text.so").write_text("no library")
    monkeypatch.setenv("CAMLOOM_HCNETSDK", str(tmp_path / "text.so"))
    error = error_of(make())
    assert error.reason == "unavailable"
    assert "cannot be loaded" in error.message


def test_without_the_library_it_is_listed_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CAMLOOM_HCNETSDK", raising=False)
    assert "CAMLOOM_HCNETSDK" in HcNetSource.unavailable()
    with pytest.raises(PluginError, match="not part of Camloom"):
        plugins.load_available("sources", "hcnetsdk")
    monkeypatch.setenv("CAMLOOM_HCNETSDK", "/nowhere/libhcnetsdk.so")
    assert "no file /nowhere/libhcnetsdk.so" in HcNetSource.unavailable()


def test_it_knocks_without_logging_in(closed_port: int) -> None:
    def source(port: int) -> HcNetSource:
        return HcNetSource(HcNetConfig(url=f"hcnetsdk://127.0.0.1:{port}", user="a", password="b"))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert source(listener.getsockname()[1]).knock()
    assert not source(closed_port).knock()


def test_the_machine_itself_is_refused_where_the_policy_is_strict(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMLOOM_SOURCE_POLICY", "strict")
    assert error_of(make()).reason == "policy"


def test_close_ends_it_soon(make: Make) -> None:
    source = make()
    source.open()
    began_s = time.monotonic()
    source.close()
    assert time.monotonic() - began_s < 4


@pytest.mark.parametrize(
    "settings",
    [
        {"url": "hcnetsdk://admin:secret@10.0.0.5/1"},
        {"url": "hcnetsdk://10.0.0.5:99999"},
        {"url": "http://10.0.0.5"},
        {"user": ""},
        {"password": "x" * 64},
    ],
)
def test_settings_that_cannot_be_are_refused(settings: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        HcNetConfig.model_validate({"url": "hcnetsdk://10.0.0.5", "user": "a", "password": "b", **settings})
