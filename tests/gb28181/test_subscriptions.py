"""Subscriptions where devices forget them, shorten them, or do not know them."""

import asyncio
from datetime import UTC, datetime

from tests.gb28181.test_endpoint import Pair

from camloom.gb28181.platform.devices import Device
from camloom.gb28181.platform.queries import Queries
from camloom.gb28181.platform.subscriptions import Subscriptions
from camloom.gb28181.sip.message import SipMessage, response_to
from camloom.gb28181.sip.transport import Peer


async def subscribed(pair: Pair, times: int) -> tuple[list[int], Subscriptions]:
    """Subscribe to alarms so many times."""
    peer = await pair.peer("udp")
    device = Device("34020000001320000001", peer, "2.0", 0, 0, datetime.now(UTC))
    subscriptions = Subscriptions(pair.here, Queries(pair.here), device)
    return [await subscriptions.ask("Alarm") for _ in range(times)], subscriptions


def test_one_that_was_forgotten_begins_anew() -> None:
    async def forgets(asked: SipMessage, peer: Peer) -> SipMessage | None:
        return response_to(asked, 481 if asked.target.tag else 200, ("expires", "600"))

    async def run() -> None:
        async with Pair(forgets) as pair:
            statuses, subscriptions = await subscribed(pair, 2)
            assert statuses == [200, 200]
            assert subscriptions.lifetime_s == 600
            asked = pair.there_handler.asked
            assert [bool(one.target.tag) for one in asked] == [False, True, False]
            assert len({one.call_id for one in asked}) == 2
            assert asked[0].get("event") == "presence"

    asyncio.run(run())


def test_one_that_goes_on_counts_up_in_its_dialog() -> None:
    async def run() -> None:
        async with Pair() as pair:
            statuses, _ = await subscribed(pair, 3)
            assert statuses == [200, 200, 200]
            assert [one.cseq for one in pair.there_handler.asked] == [1, 2, 3]
            assert len({one.call_id for one in pair.there_handler.asked}) == 1

    asyncio.run(run())


def test_a_device_that_knows_no_subscriptions_is_left_alone() -> None:
    async def refuses(asked: SipMessage, peer: Peer) -> SipMessage | None:
        return response_to(asked, 489)

    async def run() -> None:
        async with Pair(refuses) as pair:
            statuses, _ = await subscribed(pair, 1)
            assert statuses == [489]
            assert len(pair.there_handler.asked) == 1

    asyncio.run(run())
