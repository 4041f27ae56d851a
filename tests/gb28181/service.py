"""The service of Camloom in this process, on an event loop of its own thread."""

import asyncio
import tempfile
import threading
from collections.abc import Callable, Coroutine
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Self, TypeVar

from tests.gb28181.device import DEVICE_ID, PASSWORD, PLATFORM_ID

from camloom.gb28181.control.client import ControlClient
from camloom.gb28181.platform.config import DeviceConfig, Passwords, PlatformConfig
from camloom.gb28181.platform.platform import Platform
from camloom.gb28181.service import Service

T = TypeVar("T")


class RunningService:
    """Use it as a context manager. Everything it is given goes into its `PlatformConfig`."""

    def __init__(self, **settings: Any) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="cl")  # short: a socket's path is
        folder = Path(self._folder.name)
        secret = folder / "secret"
        secret.write_text(PASSWORD)
        secret.chmod(0o600)
        given: dict[str, Any] = {
            "id": PLATFORM_ID,
            "host": "127.0.0.1",
            "port": 0,
            "password_file": secret,
            "devices": (DeviceConfig(id=DEVICE_ID),),
            "addresses": (ip_network("127.0.0.0/8"),),
            "control": folder / "control",
            "catalog_first_s": 1,
            "catalog_next_s": 0.3,
        }
        self.config = PlatformConfig(**(given | settings))
        self.loop = asyncio.new_event_loop()
        self.service = Service(self.config, Passwords(self.config))
        self._thread = threading.Thread(target=self.loop.run_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        self.do(self.service.start())
        return self

    def __exit__(self, *_: object) -> None:
        self.do(self.service.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()
        self._folder.cleanup()

    @property
    def platform(self) -> Platform:
        return self.service.platform

    @property
    def address(self) -> tuple[str, int]:
        return ("127.0.0.1", self.platform.port)

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something on its loop and return the result."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    def client(self) -> ControlClient:
        return ControlClient(self.config.control)

    def wait(self, until: Callable[[Platform], T], timeout_s: float = 6) -> T:
        """Wait until a question about the platform has a true answer, and return it."""

        async def waiting() -> T:
            async with asyncio.timeout(timeout_s):
                while not (answer := until(self.platform)):
                    await asyncio.sleep(0.01)
            return answer

        return self.do(waiting())
