"""Every source plug-in that can look around does; one that cannot spoils nothing."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from camloom import plugins
from camloom.errors import SourceError
from camloom.plugins import PluginInfo
from camloom.sources.finding.discover import discover
from camloom.sources.finding.found import FoundSource, Search
from camloom.sources.finding.found_usb import find_usb


def plug_in(look: Callable[[Search], list[FoundSource]] | None) -> Any:
    return type("Plugin", (), {} if look is None else {"discover": staticmethod(look)})


def fail(error: Exception) -> Callable[[Search], list[FoundSource]]:
    def look(_search: Search) -> list[FoundSource]:
        raise error

    return look


def find(address: str, after_s: float = 0.0) -> Callable[[Search], list[FoundSource]]:
    def look(_search: Search) -> list[FoundSource]:
        time.sleep(after_s)
        return [FoundSource("onvif", f"onvif://{address}", address)]

    return look


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A function that installs source plug-ins: `installed(why_some_cannot_run, name=class, ...)`."""

    def install(reasons: dict[str, str] | None = None, **classes: Any) -> None:
        why = reasons or {}
        infos = [PluginInfo("sources", name, "", "camloom", why.get(name, "")) for name in classes]
        monkeypatch.setattr(plugins, "describe", lambda _seams: infos)
        monkeypatch.setattr(plugins, "load", lambda _seam, name: classes[name])

    return install


def test_all_look_at_once_and_are_listed_in_order(installed: Callable[..., None]) -> None:
    classes = {f"p{n}": plug_in(find(f"10.0.0.{n}", after_s=0.3)) for n in (10, 9, 1)}
    installed(**classes)
    began_s = time.monotonic()
    assert [one.address for one in discover(Search()).found] == ["10.0.0.1", "10.0.0.9", "10.0.0.10"]
    assert time.monotonic() - began_s < 5


def test_those_that_cannot_say_why(installed: Callable[..., None]) -> None:
    installed(
        {"gone": "Aravis is not installed", "other": "no SDK"},
        good=plug_in(find("10.0.0.1")),
        file=plug_in(None),
        other=plug_in(None),
        gone=plug_in(find("10.0.0.2")),
        bad=plug_in(fail(SourceError("the bus is broken"))),
        worse=plug_in(fail(OSError("no network"))),
        worst=plug_in(fail(KeyError("canary"))),
    )
    discovery = discover(Search())
    assert [one.address for one in discovery.found] == ["10.0.0.1"]
    assert discovery.looked_for == ("good",)
    assert discovery.problems == {
        "gone": "Aravis is not installed",
        "bad": "the bus is broken",
        "worse": "no network",
        "worst": "it failed (KeyError)",
    }


def test_usb_cameras_are_named_by_what_does_not_change(tmp_path: Path) -> None:
    by_id, kernel, devices = tmp_path / "by-id", tmp_path / "class", tmp_path / "dev"
    for folder in (by_id, kernel / "video0", devices):
        folder.mkdir(parents=True)
    for index in (0, 1):
        (devices / f"video{index}").touch()
        (by_id / f"usb-046d_HD_Pro_Webcam_C920_1A2B-video-index{index}").symlink_to(devices / f"video{index}")
    (kernel / "video0" / "name").write_text("HD Pro Webcam C920\n")
    (found,) = find_usb(Search(), by_id, kernel)
    assert found.url == f"usb:{by_id}/usb-046d_HD_Pro_Webcam_C920_1A2B-video-index0"
    assert found.address == str(devices / "video0")
    assert (found.model, found.name) == ("HD Pro Webcam C920", "046d HD Pro Webcam C920 1A2B")


def test_a_machine_without_usb_cameras_has_none(tmp_path: Path) -> None:
    assert find_usb(Search(), tmp_path / "none") == []
