"""Devices of GB/T 28181 that go away, hang up, refuse or fall silent."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.faults.site import Site
from tests.gb28181.device import CHANNEL_ID, DEVICE_ID, Device
from tests.gb28181.service import RunningService

case = pytest.mark.case
pytestmark = pytest.mark.timeout(90)
URL = f"gb28181://{DEVICE_ID}/{CHANNEL_ID}"


@contextmanager
def _watched(site: Site, **device_settings: Any) -> Iterator[Device]:
    """A registered device whose channel is watched through the service."""
    with RunningService() as service, Device(service.address, **device_settings) as device:
        assert device.wait_online()
        with site.watching(URL, type="gb28181", control=str(service.config.control)):
            yield device


@case("16 device restarts", "its plug is pulled; it registers again from another port")
@pytest.mark.slow
def test_a_device_that_restarts(site: Site) -> None:
    with _watched(site) as device:
        site.happens(device.stop)
        site.notices("offline", "timeout", "closed", "unreachable")
        site.recovers(device.start)


@case("16 device hangs up", "BYE from the device")
def test_a_device_that_hangs_up(site: Site) -> None:
    with _watched(site) as device:
        site.happens(lambda: device.calls.bye(device.calls.all[-1]))
        site.notices("offline", "closed")
        site.recovers(lambda: None)


@case("16 no more media", "the session stands, nothing comes")
def test_a_device_that_falls_silent(site: Site) -> None:
    with _watched(site) as device:
        site.happens(device.calls.freeze)
        site.notices("offline", "timeout")
        site.recovers(lambda: device.calls.freeze(False))


@case("16 device refuses", "BYE, then 486 to every INVITE; later it accepts again")
def test_a_device_that_refuses(site: Site) -> None:
    with _watched(site) as device:

        def refuse() -> None:
            device.refuse = 486
            device.calls.bye(device.calls.all[-1])

        site.happens(refuse)
        site.wait(lambda: "offline busy" in site.conditions(), 10)
        site.notices("offline")
        site.recovers(lambda: setattr(device, "refuse", 0))
        site.outcome.noticed = "offline (busy)"
