"""The channels of a device, collected from as many messages as it likes to send."""

import asyncio
from contextlib import aclosing, suppress

from camloom.gb28181.manscdp.answers import Channel, read_channels, read_sum
from camloom.gb28181.platform.devices import MAX_CHANNELS, Device
from camloom.gb28181.platform.queries import Queries

_LONGEST_S = 600.0  # a device that tells for ever keeps others waiting


async def fetch_catalog(
    queries: Queries, device: Device, *, first_s: float, next_s: float, longest_s: float = _LONGEST_S
) -> list[Channel]:
    """Ask for the catalogue and return its channels, each once, those that came.

    What SumNum says ends the waiting early and is never waited for: it may count what comes twice, or be wrong.

    Args:
        first_s, next_s, longest_s: longest waits for the first part, for each of the others, and in all.

    Raises:
        SipTimeoutError, DeviceRefusedError: the device does not take the question.
    """
    found: dict[str, Channel] = {}
    with suppress(TimeoutError):
        async with asyncio.timeout(longest_s):
            await _collect(queries, device, first_s, next_s, found)
    return list(found.values())


async def _collect(queries: Queries, device: Device, first_s: float, next_s: float, found: dict[str, Channel]) -> None:
    items = 0
    async with aclosing(queries.answers(device, "Catalog", first_s=first_s, next_s=next_s)) as parts:
        async for part in parts:
            channels = read_channels(part)
            items += len(channels)
            found.update((channel.id, channel) for channel in channels[: MAX_CHANNELS - len(found)])
            if _is_all(read_sum(part), items, bool(channels)) or len(found) >= MAX_CHANNELS:
                return


def _is_all(total: int | None, items: int, told: bool) -> bool:
    """Tell whether no more needs to be waited for; a total of 0 with items is a mistake."""
    return total is not None and items >= total and (total > 0 or not told)
