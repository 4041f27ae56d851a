"""Several cameras misbehave at once, each in its own way; those beside them lose nothing."""

import time
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from tests.faults.proxy import Proxy
from tests.faults.site import Site
from tests.faults.stub import Answer, StubCamera, says, says_garbage, says_nothing, sends_no_pictures

from camloom.bench.camera import RtspServer

Server = Callable[..., RtspServer]
case = pytest.mark.case
pytestmark = pytest.mark.timeout(120)

REFUSALS: dict[str, tuple[str, str, Answer, tuple[str, ...]]] = {
    "full": ("15 camera full", "453 to DESCRIBE", says("453 Not Enough Bandwidth"), ("busy",)),
    "overloaded": ("15 camera busy", "503 to DESCRIBE", says("503 Service Unavailable"), ("busy",)),
    "elsewhere": (
        "10 redirect",
        "302 to another place of the loopback",
        says("302 Moved Temporarily", "Location: rtsp://127.0.0.1:9/other"),
        (),
    ),
    "silent": ("2 never answers", "takes the connection, says nothing", says_nothing, ("timeout",)),
    "noisy": ("12 garbage", "answers with noise", says_garbage, ()),
    "blind": ("15 no pictures", "agrees to everything, sends nothing", sends_no_pictures, ("timeout", "no-video")),
}


@case("six at once", "six cameras refuse to work, each in its own way")
def test_cameras_that_refuse(site: Site, rtsp_server: Server) -> None:
    with ExitStack() as stack:
        stubs = {name: stack.enter_context(StubCamera(answer)) for name, (_, _, answer, _) in REFUSALS.items()}
        others = {name: stub.url for name, stub in stubs.items()}
        with site.watching(rtsp_server(gop=10).url, others=others):
            for name, (title, what, _, reasons) in REFUSALS.items():
                site.row(title, what)
                site.notices("offline", *reasons, source_id=name)
            began_s = time.monotonic()
            before = {name: stub.connections for name, stub in stubs.items()}
            site.goes_on(2)
            for name, stub in stubs.items():
                tried = stub.connections - before[name]
                assert tried <= 2 * (time.monotonic() - began_s) + 4, f"{name} was asked {tried} times"


@pytest.mark.faults
@case("sixteen, four bad", "of 16 cameras one is killed, one hangs, one is reset, one never answered")
def test_four_of_sixteen(site: Site, rtsp_server: Server) -> None:
    healthy, killed, frozen, cut = (rtsp_server(gop=10, fps=10, shared=False) for _ in range(4))
    good = {f"good-{number}": healthy.url for number in range(11)}
    with Proxy(cut.port) as proxy, StubCamera(says_nothing) as silent:
        bad = {"frozen": frozen.url, "cut": proxy.url, "silent": silent.url}
        with site.watching(killed.url, others={**good, **bad}):
            watched = [*good, "frozen", "cut"]
            site.wait(lambda: all(len(site.frames(name)) > 3 for name in watched), 40)

            def all_at_once() -> None:
                killed.kill()
                frozen.freeze()
                proxy.reset()

            site.happens(all_at_once)
            for name in ("camera", "frozen", "cut"):
                site.notices("offline", source_id=name)
            assert "offline timeout" in site.conditions("silent")
            site.recovers(killed.start, all_well=False)
            site.recovers(frozen.thaw, source_id="frozen", all_well=False)
            site.recovers(lambda: None, source_id="cut")
            for name in good:
                site.lost_nothing(name)
                site.undisturbed(name)
