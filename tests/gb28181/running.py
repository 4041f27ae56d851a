"""A cascade on an event loop of its own thread, so that tests can talk to it from outside, as platforms do."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Self, TypeVar

from tests.gb28181.device_sip import Address
from tests.gb28181.device_talk import PASSWORD, PLATFORM_ID

from camloom import plugins
from camloom.gb28181.cascade.config import CascadeConfig, ChannelConfig
from camloom.gb28181.cascade.live import LiveSource
from camloom.gb28181.cascade.operations import CascadePart
from camloom.gb28181.cascade.service import Cascade
from camloom.gb28181.control.server import ControlServer

T = TypeVar("T")
OWN_ID = "34020000001180000001"
GATE, YARD = "34020000001310000001", "34020000001310000002"


def cascade_config(above: Address, **changes: Any) -> CascadeConfig:
    """A cascade with two cameras below a platform; quick where a real one takes its time."""
    upstream = {"id": PLATFORM_ID, "host": above[0], "port": above[1], "keepalive_s": 0.2, "retry_s": 0.2}
    document: dict[str, Any] = {
        "id": OWN_ID,
        "host": "127.0.0.1",
        "port": 0,
        "channels": [{"id": GATE, "name": "大门 <东> & 北", "streams": ["gate-camera"]}, {"id": YARD, "name": "院子"}],
    }
    return CascadeConfig.model_validate(document | changes | {"upstream": upstream | changes.get("upstream", {})})


def make_source(channel: ChannelConfig) -> LiveSource:
    """As the command line makes it."""
    assert channel.source is not None
    source: LiveSource = plugins.load_available("sources", channel.source.type)(channel.source.config)
    return source


class Running:
    """Use it as a context manager."""

    def __init__(self, config: CascadeConfig, *, password: str = PASSWORD, control: Path | None = None) -> None:
        self._config, self._password, self._control = config, password, control
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="cascade", daemon=True)
        self.cascade: Cascade

    def __enter__(self) -> Self:
        self._thread.start()
        self.do(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self.do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def do(self, work: Coroutine[Any, Any, T], timeout_s: float = 20) -> T:
        """Run it over there and wait for its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout_s)

    def deliver(self, event: dict[str, Any], channel: str = "") -> str:
        return self.do(self.cascade.deliver(event, channel))

    def wait_online(self) -> None:
        self.do(self.cascade.registration.wait_online(), 5)

    async def _start(self) -> None:
        self.cascade = Cascade(self._config, self._password, make_source)
        self._part = CascadePart([self.cascade])
        await self._part.start()
        self._server = ControlServer(self._control, self._part.operations) if self._control else None
        if self._server is not None:
            await self._server.start()

    async def _stop(self) -> None:
        if self._server is not None:
            await self._server.close()
        await self._part.close()


def event(number: int = 1, **changes: Any) -> dict[str, Any]:
    """An event document of an intrusion."""
    return {
        "schema": "camloom.event/1",
        "id": f"01HEVENT{number:08d}",
        "type": "region.entered",
        "source_id": "gate-camera",
        "phase": "start",
        "occurred_at": "2026-11-01T08:00:04.250Z",
        "zone": "院子",
        "template": "intrusion",
        "name": {"zh": "入侵检测", "en": "Intrusion"},
        "severity": "major",
        **changes,
    }


Run = Callable[..., Running]
"""Starts a cascade below the platform of the test, with changes to its settings."""
