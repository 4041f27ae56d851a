"""Being known at the platform above: registering, renewing, telling that one lives, beginning again."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

from camloom.gb28181.cascade.config import UpstreamConfig
from camloom.gb28181.manscdp.documents import Kind, write_document
from camloom.gb28181.manscdp.xml import CONTENT_TYPE, Tree
from camloom.gb28181.sip.dialog import new_token
from camloom.gb28181.sip.digest import answer_challenge
from camloom.gb28181.sip.endpoint import SipEndpoint, SipTimeoutError
from camloom.gb28181.sip.message import SipMessage, request
from camloom.gb28181.sip.transport import Peer

_log = logging.getLogger(__name__)
_ANSWER_S = 5.0
_MOST_TIMES = 10
_LEAST_PAUSE_S = 1.0
_VERSIONS = {"2016": "2.0", "2022": "3.0"}


class RefusedError(Exception):
    """The platform above said no."""

    def __init__(self, status: int, reason: str) -> None:
        words = "".join(character for character in reason[:80] if character.isprintable())
        super().__init__(f"{status} {words}".strip())
        self.status = status


class Registration:
    """Keeps this device registered.

    Args:
        identity: own id.
        password: of the digest.
        endpoint: started.
        gone: called when the platform does not know us any more.
        jitter: a number from 0 to 1 for pauses, so that many do not come back at once.

    Attributes:
        peer: where the platform is; None until it was reached.
        online: it knows us now.
        reason: why not, in one line.
    """

    def __init__(
        self,
        upstream: UpstreamConfig,
        identity: str,
        password: str,
        endpoint: SipEndpoint,
        gone: Callable[[], object] = lambda: None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._upstream, self._identity, self._password = upstream, identity, password
        self._endpoint, self._gone, self._jitter = endpoint, gone, jitter
        self._call_id = new_token()
        self._cseq = 0
        self._sn = 0
        self._broken = asyncio.Event()
        self._known = asyncio.Event()
        self.peer: Peer | None = None
        self.reason = "not registered yet"

    @property
    def online(self) -> bool:
        """Whether the platform knows us now."""
        return self._known.is_set()

    @property
    def charset(self) -> str:
        """What its XML declares."""
        return "GB18030" if self._upstream.version == "2022" else "GB2312"

    async def wait_online(self) -> None:
        """Wait until the platform knows us."""
        await self._known.wait()

    async def run(self) -> None:
        """Stay registered until cancelled."""
        failures = 0
        while True:
            lost = await self._once()
            failures = 0 if lost else failures + 1
            await asyncio.sleep(self._pause_s(failures))

    async def leave(self) -> None:
        """Say goodbye, if the platform knows us."""
        if self.online:
            self._known.clear()
            await self._attempt(self._register(0))

    def lost(self, peer: Peer) -> None:
        """A TCP connection is gone: that is offline at once."""
        if peer == self.peer:
            self._broken.set()

    def next_sn(self) -> int:
        """Return a number for a document."""
        self._sn += 1
        return self._sn

    async def tell(self, kind: Kind, command: str, about: str, more: Tree, sn: str = "") -> int:
        """Send a document as a MESSAGE; return the status of the answer.

        Raises:
            SipTimeoutError: no answer.
        """
        assert self.peer is not None
        body = write_document(kind, command, sn or self.next_sn(), about, more, self.charset)
        headers = self._headers("MESSAGE", new_token())
        asked = request("MESSAGE", self._target, headers, body, CONTENT_TYPE)
        return (await self._endpoint.request(asked, self.peer, timeout_s=_ANSWER_S)).status

    async def _once(self) -> bool:
        """Register and stay; return whether it was registered for a while."""
        try:
            self._broken.clear()
            self.peer = await self._endpoint.peer_at(self._upstream.transport, self._upstream.host, self._upstream.port)
            granted_s = await self._register(self._upstream.expires_s)
        except (OSError, UnicodeError, SipTimeoutError, RefusedError) as error:  # UnicodeError: no name of a host
            self._say(str(error) or type(error).__name__)
            return False
        self._known.set()
        _log.info("registered at %s", self._upstream.id)
        self.reason = ""
        try:
            self._say(await self._stay(granted_s))
        finally:
            self._known.clear()
        self._gone()
        return True

    async def _stay(self, granted_s: float) -> str:
        """Keep alive and renew; return why it is over."""
        loop, misses = asyncio.get_running_loop(), 0
        renew_s = loop.time() + _renew_after_s(granted_s)
        while misses < self._upstream.keepalive_misses:
            if await self._breaks(min(self._upstream.keepalive_s, max(0.0, renew_s - loop.time()))):
                return "the connection is gone"
            if loop.time() >= renew_s:
                granted_s = await self._attempt(self._register(self._upstream.expires_s))
                renew_s = loop.time() + _renew_after_s(granted_s or self._upstream.keepalive_s)
                alive = granted_s > 0
            else:
                status = await self._attempt(self._keepalive())
                if status in (401, 403, 404):
                    return "the platform has forgotten us"
                alive = status == 200
            misses = 0 if alive else misses + 1
        return f"{misses} signs of life were not answered"

    async def _breaks(self, wait_s: float) -> bool:
        try:
            await asyncio.wait_for(self._broken.wait(), wait_s)
        except TimeoutError:
            return False
        return True

    async def _attempt(self, work: Awaitable[int]) -> int:
        try:
            return await work
        except (SipTimeoutError, RefusedError, OSError):
            return 0

    async def _keepalive(self) -> int:
        return await self.tell("Notify", "Keepalive", self._identity, (("Status", "OK"),))

    async def _register(self, expires_s: int) -> int:
        """Register with digest; return the seconds granted.

        Raises:
            RefusedError: it was refused.
            SipTimeoutError: no answer.
        """
        assert self.peer is not None
        answer = await self._endpoint.request(self._asked(expires_s), self.peer, timeout_s=_ANSWER_S)
        if answer.status == 401:
            proof = self._proof(answer)
            asked = self._asked(expires_s, ("authorization", proof))
            answer = await self._endpoint.request(asked, self.peer, timeout_s=_ANSWER_S)
        if answer.status != 200:
            raise RefusedError(answer.status, answer.reason)
        return min(answer.expires if answer.expires is not None else expires_s, expires_s)

    def _proof(self, answer: SipMessage) -> str:
        """Answer the first challenge that can be."""
        for challenge in answer.every("www-authenticate"):
            try:
                return answer_challenge(
                    challenge, method="REGISTER", uri=self._target, user=self._identity, password=self._password
                )
            except ValueError:
                continue
        raise RefusedError(answer.status, "asks for a digest that is not known here")

    def _asked(self, expires_s: int, *more: tuple[str, str]) -> SipMessage:
        assert self.peer is not None
        own = self._own
        headers = [
            ("from", f"{own};tag={new_token()}"),
            ("to", own),
            ("call-id", self._call_id),
            ("cseq", f"{self._next_cseq()} REGISTER"),
            ("contact", self._endpoint.contact(self.peer)),
            ("expires", str(expires_s)),
            ("x-gb-ver", _VERSIONS[self._upstream.version]),
        ]
        return request("REGISTER", self._target, [*headers, *more])

    def _headers(self, method: str, call_id: str) -> list[tuple[str, str]]:
        return [
            ("from", f"{self._own};tag={new_token()}"),
            ("to", f"<{self._target}>"),
            ("call-id", call_id),
            ("cseq", f"{self._next_cseq()} {method}"),
        ]

    @property
    def _own(self) -> str:
        return f"<sip:{self._identity}@{self._upstream.sip_domain}>"

    @property
    def _target(self) -> str:
        return f"sip:{self._upstream.id}@{self._upstream.sip_domain}"

    def _next_cseq(self) -> int:
        self._cseq += 1
        return self._cseq

    def _pause_s(self, failures: int) -> float:
        """After a loss at once, well after a refusal: as the standard says, with some chance added."""
        if not failures:
            return min(_LEAST_PAUSE_S, self._upstream.retry_s)
        pause_s = self._upstream.retry_s * min(1 << min(failures - 1, 16), _MOST_TIMES)
        return pause_s * (1 + 0.2 * self._jitter())

    def _say(self, reason: str) -> None:
        self.reason = reason
        _log.warning("not registered at %s: %s", self._upstream.id, reason)


def _renew_after_s(granted_s: float) -> float:
    """Return when to renew; a platform that grants next to nothing is not asked all the time."""
    return max(granted_s / 2, _LEAST_PAUSE_S)
