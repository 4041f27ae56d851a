"""Requests of others: each is handled once and answered as often as it comes."""

import asyncio
import logging
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from camloom.gb28181.sip.dialog import new_token
from camloom.gb28181.sip.message import SipMessage, params_of, response_to
from camloom.gb28181.sip.timing import Timing
from camloom.gb28181.sip.transport import Peer
from camloom.redaction import log_unexpected

_log = logging.getLogger(__name__)
_MAX_REMEMBERED = 4096
_MAX_AT_ONCE = 1024
_Key = tuple[Peer, str, str, int, str]
Send = Callable[[SipMessage | bytes, Peer], bool]
Handle = Callable[[SipMessage, Peer], Awaitable[SipMessage | None]]


@dataclass(slots=True)
class _Asked:
    request: SipMessage
    peer: Peer
    answer: bytes | None = None
    task: "asyncio.Task[None] | None" = None
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)
    timer: asyncio.TimerHandle | None = None


class ServerTransactions:
    """Hands each request to a handler on a task of its own and remembers the answers for a while.

    Attributes:
        counters: what was refused or failed.
    """

    def __init__(self, send: Send, handle: Handle, timing: Timing) -> None:
        self._send = send
        self._handle = handle
        self._timing = timing
        self._asked: OrderedDict[_Key, _Asked] = OrderedDict()
        self._unacknowledged: dict[tuple[Peer, str, int], _Asked] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        self.counters: Counter[str] = Counter()

    def take(self, request: SipMessage, peer: Peer) -> None:
        """Take a request."""
        if self._closed:
            return
        if request.method == "ACK":
            self._take_ack(request, peer)
            return
        key = (peer, request.branch, request.call_id, request.cseq, request.method)
        known = self._asked.get(key)
        if known is not None:
            if known.answer is not None:
                self._send(known.answer, peer)
        elif len(self._tasks) >= _MAX_AT_ONCE:
            self.counters["busy"] += 1
        elif request.method == "CANCEL":
            self._cancel(request, peer)
        else:
            self._begin(key, _Asked(_with_source(request, peer), peer))

    async def close(self) -> None:
        """Stop what is being handled, and take nothing more."""
        self._closed = True
        for asked in self._asked.values():
            _stop_timer(asked)
        self._asked.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, key: _Key, asked: _Asked) -> None:
        self._asked[key] = asked
        while len(self._asked) > _MAX_REMEMBERED:
            _stop_timer(self._asked.popitem(last=False)[1])  # else its timer would keep it: a flood fills the memory
        asked.timer = asyncio.get_running_loop().call_later(self._timing.limit_s, self._forget, key, asked)
        asked.task = self._spawn(self._serve(asked))

    def _forget(self, key: _Key, asked: _Asked) -> None:
        if self._asked.get(key) is asked:
            del self._asked[key]

    def _spawn(self, work: "Awaitable[None]") -> "asyncio.Task[None]":
        task = asyncio.ensure_future(work)
        assert isinstance(task, asyncio.Task)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _serve(self, asked: _Asked) -> None:
        tag = new_token()
        if asked.request.method == "INVITE":
            self._send(response_to(asked.request, 100), asked.peer)
        answer = await self._safely(asked)
        asked.request = replace(asked.request, body=b"")  # only the answer is remembered
        if answer is None:
            return
        if not answer.target.tag:
            answer = answer.with_headers(("to", f"{answer.get('to')};tag={tag}"))
        asked.answer = answer.to_bytes()
        self._send(asked.answer, asked.peer)
        if asked.request.method == "INVITE":
            key = (asked.peer, asked.request.call_id, asked.request.cseq)
            self._unacknowledged[key] = asked
            await self._until_acknowledged(asked, answer)
            self._unacknowledged.pop(key, None)

    async def _safely(self, asked: _Asked) -> SipMessage | None:
        try:
            return await self._handle(asked.request, asked.peer)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if asked.request.method != "INVITE" or task is None or self._closed:
                raise
            task.uncancel()
            return response_to(asked.request, 487)
        except Exception as error:  # noqa: BLE001  # whatever a message does to it, the others are served
            self._failed(asked.request, error)
            return response_to(asked.request, 500)

    async def _until_acknowledged(self, asked: _Asked, answer: SipMessage) -> None:
        """Send the final answer to an INVITE again; only a 2xx is sent again over TCP too."""
        if answer.status >= 300 and asked.peer.protocol == "tcp":
            return
        assert asked.answer is not None
        acknowledged = asyncio.ensure_future(asked.acknowledged.wait())
        try:
            async with asyncio.timeout(self._timing.limit_s):
                for wait_s in self._timing.waits(capped=True):
                    await asyncio.wait([acknowledged], timeout=wait_s)
                    if acknowledged.done():
                        return
                    self._send(asked.answer, asked.peer)
        except TimeoutError:
            self.counters["unacknowledged"] += 1
        finally:
            acknowledged.cancel()

    def _take_ack(self, request: SipMessage, peer: Peer) -> None:
        if asked := self._unacknowledged.get((peer, request.call_id, request.cseq)):
            asked.acknowledged.set()
        if len(self._tasks) < _MAX_AT_ONCE:
            self._spawn(self._hand_over(request, peer))

    async def _hand_over(self, request: SipMessage, peer: Peer) -> None:
        try:
            await self._handle(request, peer)
        except Exception as error:  # noqa: BLE001  # whatever a message does to it, the others are served
            self._failed(request, error)

    def _failed(self, request: SipMessage, error: Exception) -> None:
        self.counters["failed"] += 1
        log_unexpected(_log, f"a message ({request.method}) could not be handled", error)

    def _cancel(self, request: SipMessage, peer: Peer) -> None:
        key = (peer, request.branch, request.call_id, request.cseq, "INVITE")
        invite = self._asked.get(key)
        self._send(response_to(request, 200 if invite else 481, tag=new_token()), peer)
        if invite is not None and invite.answer is None and invite.task is not None:
            invite.task.cancel()


def _stop_timer(asked: _Asked) -> None:
    if asked.timer is not None:
        asked.timer.cancel()


def _with_source(request: SipMessage, peer: Peer) -> SipMessage:
    """Write into the topmost Via where the request really came from (RFC 3581)."""
    headers = list(request.headers)
    index = next(i for i, (name, _) in enumerate(headers) if name == "via")
    first, comma, others = headers[index][1].partition(",")
    parts = [part for part in first.split(";") if part.strip().split("=")[0].lower() not in ("rport", "received")]
    rport = f";rport={peer.port}" if "rport" in params_of(first) else ""
    headers[index] = ("via", ";".join(parts) + f";received={peer.host}{rport}" + comma + others)
    return SipMessage(request.method, request.uri, headers=tuple(headers), body=request.body)
