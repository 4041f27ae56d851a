"""The service: a platform, its control socket and what else runs beside them, until it is told to stop."""

import asyncio
import signal
from collections.abc import Callable, Sequence
from typing import Protocol

from camloom.errors import ConfigError
from camloom.gb28181.control.server import ControlServer, Operation
from camloom.gb28181.operations import platform_operations
from camloom.gb28181.platform.config import Passwords, PlatformConfig
from camloom.gb28181.platform.platform import Platform


class Part(Protocol):
    """Something more that runs in the service, such as the side that registers at other platforms."""

    @property
    def operations(self) -> dict[str, Operation]:
        """What other processes may ask of it."""

    async def start(self) -> None:
        """Begin."""

    async def close(self) -> None:
        """End."""


class Service:
    """Everything of GB/T 28181 on this machine, in one process and one event loop.

    Args:
        parts: what else runs in it.
    """

    def __init__(self, config: PlatformConfig, passwords: Passwords, parts: Sequence[Part] = ()) -> None:
        self._config = config
        self.platform = Platform(config, passwords)
        self._parts = list(parts)
        operations = platform_operations(self.platform)
        for part in self._parts:
            operations |= part.operations
        self._control = ControlServer(config.control, operations)

    async def start(self) -> None:
        """Begin all.

        Raises:
            ConfigError: a port or the control socket cannot be had.
        """
        await self._control.start()
        try:
            await self.platform.start()
        except OSError as error:
            await self._control.close()
            where = f"{self._config.host}:{self._config.port}"
            raise ConfigError(f"cannot listen on {where}: {error.strerror}", "Set `host` and `port`") from None
        for part in self._parts:
            await part.start()

    async def close(self) -> None:
        """End all: live sessions get their BYE."""
        for part in reversed(self._parts):
            await part.close()
        await self._control.close()
        await self.platform.close()


async def serve(service: Service, ready: Callable[[Service], None]) -> None:
    """Run a service until SIGINT or SIGTERM.

    Args:
        ready: called once it listens.

    Raises:
        ConfigError: see `Service.start`.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    try:
        await service.start()
        ready(service)
        await stopping.wait()
    finally:
        await service.close()
