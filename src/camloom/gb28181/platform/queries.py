"""Questions to devices, whose answers come as messages of their own."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncGenerator

from camloom.gb28181.manscdp.documents import Document, Kind, parse_document, write_document
from camloom.gb28181.manscdp.xml import CONTENT_TYPE, Tree, XmlError
from camloom.gb28181.platform.devices import Device
from camloom.gb28181.sip.dialog import new_token
from camloom.gb28181.sip.endpoint import SipEndpoint
from camloom.gb28181.sip.message import SipMessage, request

MESSAGE_TIMEOUT_S = 6.0
_MAX_PARTS = 4096
_Key = tuple[str, str, str]


class DeviceRefusedError(Exception):
    """A device said no.

    Attributes:
        status: its SIP status.
    """

    def __init__(self, status: int, reason: str) -> None:
        words = "".join(character for character in reason[:80] if character.isprintable())
        super().__init__(f"{status} {words}".strip())
        self.status = status


class Queries:
    """Sends MANSCDP to devices and hands their answers to whoever waits for them."""

    def __init__(self, endpoint: SipEndpoint) -> None:
        self._endpoint = endpoint
        self._numbers = itertools.count(1)
        self._waiting: dict[_Key, asyncio.Queue[Document]] = {}

    async def send(self, device: Device, kind: Kind, command: str, about: str, more: Tree = ()) -> SipMessage:
        """Send a document in a MESSAGE and return what the device says to that.

        Raises:
            SipTimeoutError: it says nothing.
            DeviceRefusedError: it says no.
        """
        return await self._send(device, kind, command, about, str(next(self._numbers)), more)

    async def reply(self, device: Device, command: str, sn: str, about: str, more: Tree) -> None:
        """Send a Response to a document of the device. Raises as `send`."""
        await self._send(device, "Response", command, about, sn, more)

    async def answers(
        self, device: Device, command: str, *, first_s: float, next_s: float, about: str = ""
    ) -> AsyncGenerator[Document, None]:
        """Ask, and yield every part of the answer until none comes in time.

        Raises:
            SipTimeoutError, DeviceRefusedError: see `send`.
        """
        number = str(next(self._numbers))
        queue: asyncio.Queue[Document] = asyncio.Queue(_MAX_PARTS)
        key = (device.id, command, number)
        self._waiting[key] = queue
        try:
            answer = await self._send(device, "Query", command, about or device.id, number, ())
            self._take_inline(device, answer)
            wait_s = first_s
            with contextlib.suppress(TimeoutError):
                while True:
                    async with asyncio.timeout(wait_s):  # wait_for may lose a cancellation
                        part = await queue.get()
                    yield part
                    wait_s = next_s
        finally:
            del self._waiting[key]

    def take(self, device: Device, document: Document) -> bool:
        """Take a Response; False if nobody asked for it."""
        queue = self._waiting.get((device.id, document.command, document.sn))
        if queue is None or queue.full():
            return False
        queue.put_nowait(document)
        return True

    def _take_inline(self, device: Device, answer: SipMessage) -> None:
        """Take an answer that stands in the 200 already, as some devices send it."""
        if answer.body:
            with contextlib.suppress(XmlError):
                self.take(device, parse_document(answer.body))

    async def _send(self, device: Device, kind: Kind, command: str, about: str, number: str, more: Tree) -> SipMessage:
        body = write_document(kind, command, number, about, more, device.charset)
        asked = self.request_to(device, "MESSAGE", about, body=body)
        answer = await self._endpoint.request(asked, device.peer, timeout_s=MESSAGE_TIMEOUT_S)
        if answer.status >= 300:
            raise DeviceRefusedError(answer.status, answer.reason)
        return answer

    def request_to(
        self,
        device: Device,
        method: str,
        about: str,
        *headers: tuple[str, str],
        body: bytes = b"",
        content_type: str = CONTENT_TYPE,
    ) -> SipMessage:
        """Return a request outside of any dialog to a device or a channel of it."""
        own = self._endpoint.identity
        host = f"[{device.peer.host}]" if ":" in device.peer.host else device.peer.host
        uri = f"sip:{about}@{host}:{device.peer.port}"
        basic = (
            ("from", f"<sip:{own.user}@{own.domain}>;tag={new_token()}"),
            ("to", f"<{uri}>"),
            ("call-id", new_token(16)),
            ("cseq", f"1 {method}"),
        )
        return request(method, uri, (*basic, *headers), body, content_type)
