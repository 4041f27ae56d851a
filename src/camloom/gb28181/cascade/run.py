"""The cascade as a process of its own."""

import asyncio
import contextlib
import signal
from collections.abc import Callable
from pathlib import Path

from camloom.gb28181.cascade.operations import CascadePart
from camloom.gb28181.control.server import ControlServer


async def run_cascade(part: CascadePart, control: Path, ready: Callable[[], None]) -> None:
    """Stay registered everywhere until SIGINT or SIGTERM.

    Args:
        control: socket for the sinks of running tasks.
        ready: called once it listens.

    Raises:
        ConfigError: a port or the socket cannot be had.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    async with contextlib.AsyncExitStack() as stack:
        server = ControlServer(control, part.operations)
        await server.start()
        stack.push_async_callback(server.close)
        stack.push_async_callback(part.close)
        await part.start()
        ready()
        await stopping.wait()
