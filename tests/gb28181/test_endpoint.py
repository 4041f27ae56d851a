"""Requests and answers over real sockets of the loopback."""

import asyncio
import contextlib
import gc
import socket
from collections.abc import Awaitable, Callable

import pytest

from camloom.gb28181.sip import servers
from camloom.gb28181.sip.dialog import Dialog
from camloom.gb28181.sip.endpoint import Identity, SipEndpoint, SipTimeoutError
from camloom.gb28181.sip.message import SipMessage, parse_message, request, response_to
from camloom.gb28181.sip.timing import Timing
from camloom.gb28181.sip.transport import Peer, TransportLimits

QUICK = Timing(t1_s=0.02, t2_s=0.08, limit_s=1.0)
ME, OTHER = Identity("34020000002000000001", "3402000000"), Identity("34020000001320000001", "3402000000")
Answer = Callable[[SipMessage, Peer], Awaitable[SipMessage | None]]


class Scripted:
    """A handler that says what it is told to, and remembers."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.asked: list[SipMessage] = []
        self.gone: list[Peer] = []
        self._answer = answer

    async def handle(self, asked: SipMessage, peer: Peer) -> SipMessage | None:
        self.asked.append(asked)
        if self._answer is not None:
            return await self._answer(asked, peer)
        return None if asked.method == "ACK" else response_to(asked, 200)

    def lost(self, peer: Peer) -> None:
        self.gone.append(peer)


class Pair:
    """Two endpoints."""

    def __init__(self, answer: Answer | None = None, limits: TransportLimits | None = None) -> None:
        self.here_handler, self.there_handler = Scripted(), Scripted(answer)
        self.here = SipEndpoint(ME, self.here_handler, timing=QUICK)
        self.there = SipEndpoint(OTHER, self.there_handler, timing=QUICK, limits=limits)

    async def __aenter__(self) -> "Pair":
        await self.here.start("127.0.0.1", 0)
        await self.there.start("127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.here.close()
        await self.there.close()

    async def peer(self, protocol: str) -> Peer:
        return await self.here.peer_at(protocol, "127.0.0.1", self.there.transport.port)


def ask(method: str = "MESSAGE", call_id: str = "call", cseq: int = 1) -> SipMessage:
    return request(
        method,
        "sip:34020000001320000001@3402000000",
        [
            ("from", "<sip:34020000002000000001@3402000000>;tag=here"),
            ("to", "<sip:34020000001320000001@3402000000>"),
            ("call-id", call_id),
            ("cseq", f"{cseq} {method}"),
        ],
    )


class Wire:
    """A UDP socket in the place of a device, where every datagram is seen."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.peer = Peer("udp", "127.0.0.1", self.socket.getsockname()[1])

    async def next(self) -> tuple[SipMessage, tuple[str, int]]:
        loop = asyncio.get_running_loop()
        data, address = await asyncio.wait_for(loop.sock_recvfrom(self.socket, 65536), 2)
        return parse_message(data), address

    def say(self, message: SipMessage, to: tuple[str, int]) -> None:
        self.socket.sendto(message.to_bytes(), to)


@pytest.mark.parametrize("protocol", ["udp", "tcp"])
def test_a_request_gets_its_answer(protocol: str) -> None:
    async def run() -> None:
        async with Pair() as pair:
            answer = await pair.here.request(ask(), await pair.peer(protocol))
            assert answer.status == 200
            assert answer.target.tag
            assert answer.call_id == "call"

    asyncio.run(run())


def test_a_lost_request_is_sent_again_and_an_answer_ends_it() -> None:
    async def run() -> None:
        async with Pair() as pair:
            wire = Wire()
            asking = asyncio.create_task(pair.here.request(ask(), wire.peer))
            first, _ = await wire.next()
            second, address = await wire.next()
            assert first.branch == second.branch
            wire.say(response_to(second, 200, tag="x"), address)
            assert (await asking).status == 200
            wire.socket.close()

    asyncio.run(run())


def test_without_an_answer_it_is_given_up() -> None:
    async def run() -> None:
        async with Pair() as pair:
            wire = Wire()
            with pytest.raises(SipTimeoutError, match="no answer to MESSAGE"):
                await pair.here.request(ask(), wire.peer, timeout_s=0.1)
            wire.socket.close()

    asyncio.run(run())


def test_an_answer_that_nobody_asked_for_changes_nothing() -> None:
    async def run() -> None:
        async with Pair() as pair:
            wire, liar = Wire(), Wire()
            asking = asyncio.create_task(pair.here.request(ask(), wire.peer))
            asked, address = await wire.next()
            forged = response_to(asked, 403).to_bytes().replace(asked.branch.encode(), b"z9hG4bKforged")
            liar.socket.sendto(forged, address)
            wire.say(response_to(asked, 200, tag="x"), address)
            assert (await asking).status == 200
            wire.socket.close()
            liar.socket.close()

    asyncio.run(run())


def test_a_request_that_comes_twice_is_handled_once_and_answered_twice() -> None:
    async def run() -> None:
        async with Pair() as pair:
            wire = Wire()
            asked = ask().with_first("via", f"SIP/2.0/UDP 10.0.0.1:5060;rport;branch=z9hG4bK{1}")
            to = ("127.0.0.1", pair.here.transport.port)
            for _ in range(2):
                wire.say(asked, to)
                answer, _ = await wire.next()
                assert answer.status == 200
                assert f"rport={wire.peer.port}" in answer.get("via")
            assert len(pair.here_handler.asked) == 1
            wire.socket.close()

    asyncio.run(run())


def test_every_repeated_answer_to_an_invite_is_acknowledged_again() -> None:
    async def run() -> None:
        async with Pair() as pair:
            wire = Wire()
            asking = asyncio.create_task(pair.here.request(ask("INVITE"), wire.peer))
            asked, address = await wire.next()
            ok = response_to(asked, 200, ("contact", f"<sip:1@127.0.0.1:{wire.peer.port}>"), tag="x")
            wire.say(ok, address)
            dialog = Dialog.of_response(ask("INVITE"), await asking, wire.peer)
            pair.here.send_ack(dialog.ack(1), wire.peer)
            for _ in range(3):
                ack, _ = await wire.next()
                while ack.method == "INVITE":
                    ack, _ = await wire.next()
                assert (ack.method, ack.cseq, ack.target.tag) == ("ACK", 1, "x")
                wire.say(ok, address)
            wire.socket.close()

    asyncio.run(run())


def test_a_refused_invite_is_acknowledged_by_itself() -> None:
    async def run() -> None:
        async with Pair() as pair:
            wire = Wire()
            asking = asyncio.create_task(pair.here.request(ask("INVITE"), wire.peer))
            asked, address = await wire.next()
            wire.say(response_to(asked, 486, tag="x"), address)
            assert (await asking).status == 486
            ack, _ = await wire.next()
            assert (ack.method, ack.branch, ack.target.tag) == ("ACK", asked.branch, "x")
            wire.socket.close()

    asyncio.run(run())


def test_an_invite_that_is_given_up_is_cancelled_and_ended_if_it_was_accepted_meanwhile() -> None:
    async def run() -> None:
        async with Pair() as pair:
            wire = Wire()
            asking = asyncio.create_task(pair.here.request(ask("INVITE"), wire.peer, timeout_s=0.2))
            asked, address = await wire.next()
            wire.say(response_to(asked, 100), address)
            with pytest.raises(SipTimeoutError):
                await asking
            seen = await wire.next()
            assert seen[0].method == "CANCEL"
            wire.say(response_to(asked, 200, tag="x"), address)
            assert [(await wire.next())[0].method for _ in range(2)] == ["ACK", "BYE"]
            wire.socket.close()

    asyncio.run(run())


def test_an_invite_of_the_other_side_can_be_cancelled_by_it() -> None:
    async def never(asked: SipMessage, peer: Peer) -> SipMessage | None:
        await asyncio.sleep(60 if asked.method == "INVITE" else 0)
        return None

    async def run() -> None:
        async with Pair(never) as pair:
            peer = await pair.peer("udp")
            with pytest.raises(SipTimeoutError):
                await pair.here.request(ask("INVITE"), peer, timeout_s=0.2)
            while not any(asked.method == "ACK" for asked in pair.there_handler.asked):
                await asyncio.sleep(0.01)  # 487 came, and was acknowledged

    asyncio.run(asyncio.wait_for(run(), 5))


def test_a_handler_that_fails_answers_500_and_the_next_request_is_served() -> None:
    async def fails(asked: SipMessage, peer: Peer) -> SipMessage | None:
        if asked.cseq == 1:
            raise RuntimeError("a fault")
        return response_to(asked, 200)

    async def run() -> None:
        async with Pair(fails) as pair:
            peer = await pair.peer("udp")
            assert (await pair.here.request(ask(), peer)).status == 500
            assert (await pair.here.request(ask(cseq=2), peer)).status == 200

    asyncio.run(run())


def test_a_connection_that_ends_is_told_and_ends_what_waits_on_it() -> None:
    async def silent(asked: SipMessage, peer: Peer) -> SipMessage | None:
        return None

    async def run() -> None:
        async with Pair(silent) as pair:
            peer = await pair.peer("tcp")
            asking = asyncio.create_task(pair.here.request(ask(), peer))
            await asyncio.sleep(0.05)
            await pair.there.close()
            with pytest.raises(SipTimeoutError, match="connection is gone"):
                await asking
            assert pair.here_handler.gone == [peer]

    asyncio.run(run())


def test_connections_are_counted_and_those_that_say_nothing_are_closed() -> None:
    async def run() -> None:
        async with Pair(limits=TransportLimits(connections_per_host=2, greeting_s=0.2)) as pair:
            port = pair.there.transport.port
            opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
            ends = [await asyncio.wait_for(reader.read(10), 2) for reader, _ in opened if reader]
            assert ends == [b""] * 3
            assert pair.there.counters == {"connections": 1, "idle": 2}
            for _, writer in opened:
                writer.close()

    asyncio.run(run())


def test_keepalives_of_the_network_are_no_messages() -> None:
    async def run() -> None:
        async with Pair() as pair:
            wire = Wire()
            for datagram in (b"\r\n", b"\r\n\r\n", b"\0\0\0\0", b""):
                wire.socket.sendto(datagram, ("127.0.0.1", pair.here.transport.port))
            wire.socket.sendto(b"garbage", ("127.0.0.1", pair.here.transport.port))
            while not pair.here.transport.counters:
                await asyncio.sleep(0.01)
            assert pair.here.transport.counters == {"malformed": 1}
            wire.socket.close()

    asyncio.run(asyncio.wait_for(run(), 5))


def test_what_waits_on_all_connections_together_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("camloom.gb28181.sip.transport.MAX_PENDING_BYTES", 100_000)
    head = ask().with_first("via", "SIP/2.0/TCP a;branch=z9hG4bK1").to_bytes()
    half = head.replace(b"Content-Length: 0", b"Content-Length: 90000") + b"x" * 60_000

    async def run() -> None:
        async with Pair() as pair:
            port = pair.there.transport.port
            opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
            for _, writer in opened:
                writer.write(half)
                await writer.drain()
            while not pair.there.transport.counters:
                await asyncio.sleep(0.01)
            assert pair.there.transport.counters == {"framing": 1}
            answer = await pair.here.request(ask(), await pair.peer("tcp"))
            assert answer.status == 200
            for _, writer in opened:
                writer.close()

    asyncio.run(asyncio.wait_for(run(), 10))


def test_what_a_flood_asked_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "_MAX_REMEMBERED", 4)

    async def run() -> int:
        async def handle(asked: SipMessage, peer: Peer) -> SipMessage | None:
            return None

        served = servers.ServerTransactions(lambda *_: True, handle, Timing())
        for number in range(40):
            served.take(ask(call_id=f"flood{number}").with_first("via", "SIP/2.0/UDP a"), Peer("udp", "10.0.0.1", 5))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        gc.collect()
        kept = sum(isinstance(one, servers._Asked) for one in gc.get_objects())
        await served.close()
        return kept

    assert asyncio.run(run()) <= 4


def test_closing_waits_for_no_ack_of_an_invite_in_hand() -> None:
    async def run() -> None:
        reached = asyncio.Event()

        async def handle(asked: SipMessage, peer: Peer) -> SipMessage | None:
            reached.set()
            await asyncio.sleep(60)
            return None

        served = servers.ServerTransactions(lambda *_: True, handle, Timing())
        served.take(ask("INVITE").with_first("via", "SIP/2.0/UDP a"), Peer("udp", "10.0.0.1", 5))
        await reached.wait()
        await asyncio.wait_for(served.close(), 5)  # the longest wait for an ACK is 32 s

    asyncio.run(run())


def test_an_address_that_may_not_connect_holds_no_connection() -> None:
    async def run() -> None:
        async with Pair(limits=TransportLimits(admits=lambda host: host != "127.0.0.1")) as pair:
            reader, writer = await asyncio.open_connection("127.0.0.1", pair.there.transport.port)
            with contextlib.suppress(ConnectionError):  # the greeting limit would let it stay for seconds
                assert await asyncio.wait_for(reader.read(1), 2) == b""
            writer.transport.abort()

    asyncio.run(run())
