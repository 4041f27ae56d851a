"""Questions to an ONVIF device over HTTP: SOAP 1.2, with the login that the device takes.

Two kinds of login are in use. Most devices take the digest in the envelope (WS-UsernameToken), which holds only if
it is made with the device's own clock; some want HTTP digest. What worked once is used from then on. The password
itself is never sent.
"""

import asyncio
import base64
import hashlib
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from camloom.errors import SourceError
from camloom.sources.opening.http import camera_client, opened
from camloom.sources.xml import MAX_XML_BYTES, BadXmlError, all_named, clean, first_named, parse_xml, text_of

if TYPE_CHECKING:
    import httpx

DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA = "http://www.onvif.org/ver10/media/wsdl"
MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"
SCHEMA = "http://www.onvif.org/ver10/schema"
_SECURITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_UTILITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_DIGEST_KIND = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest"
_NONCE_ENCODING = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
_REFUSED = ("NotAuthorized", "FailedAuthentication", "InvalidSecurity", "SenderNotAuthorized")
_HINT_LOGIN = (
    "Check user and password; many cameras keep a list of ONVIF users of their own, and lock after some attempts"
)


class SoapFaultError(SourceError):
    """The device understood the question and refused it, such as a service that it does not have."""


class Device:
    """Asks one device. Use it inside of `async with`.

    Args:
        url: of its device service.
        user, password: empty: ask without a login.
        timeout_s: for each question, whatever the device does.
    """

    def __init__(self, url: str, user: str = "", password: str = "", *, timeout_s: float = 5.0) -> None:
        self.url = url
        self.clock_offset = timedelta()
        self._user = user
        self._password = password
        self._timeout_s = timeout_s
        self._login: Literal["token", "http"] = "token"
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> "Device":
        self._client = camera_client(self._timeout_s)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._client is not None:
            await self._client.aclose()

    @property
    def host(self) -> str:
        """Its name or address, IPv6 without brackets."""
        return urlsplit(self.url).hostname or ""

    def at_device(self, url: str) -> str:
        """Return an address that the device named, at the host that we talk to: it may know itself by another name."""
        mine = urlsplit(self.url)
        try:
            named = urlsplit(url)
            port = f":{named.port}" if named.port else ""
        except ValueError:
            return self.url
        if named.scheme not in ("http", "https") or not named.hostname:
            return self.url
        host = f"[{mine.hostname}]" if ":" in (mine.hostname or "") else mine.hostname
        return f"{named.scheme}://{host}{port or ''}{clean(named.path)}{'?' if named.query else ''}{clean(named.query)}"

    async def ask(self, action: str, body: str, *, url: str = "", login: bool = True) -> Element:
        """Ask, and return the body of the answer.

        Args:
            action: namespace and name of the question, such as `http://.../GetProfiles`.
            body: its XML.
            url: of the service; default: the device service.
            login: whether the question needs one; without a user it is asked without.

        Raises:
            SourceError: no answer, or the login was refused.
            SoapFaultError: the device refuses this question.
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._asked(action, body, url or self.url, login and bool(self._user))
        except TimeoutError:
            raise SourceError(
                f"the ONVIF service of {self.host} did not answer within {self._timeout_s:g} s",
                "Check the address and the port",
                reason="timeout",
            ) from None

    async def _asked(self, action: str, body: str, url: str, login: bool) -> Element:
        status, challenge, answer = await self._post(action, body, url, login)
        if status == 401 and login and self._login == "token" and "digest" in challenge:
            self._login = "http"
            status, challenge, answer = await self._post(action, body, url, login)
        return self._understood(status, answer, login)

    async def _post(self, action: str, body: str, url: str, login: bool) -> tuple[int, str, bytes]:
        assert self._client is not None, "used outside of `async with`"
        in_envelope = login and self._login == "token"
        headers = {
            "Content-Type": f'application/soap+xml; charset=utf-8; action="{action}"',
            "Accept-Encoding": "identity",  # nothing small that becomes big
            "User-Agent": "camloom",
        }
        try:
            request = self._client.build_request(
                "POST", url, content=self._envelope(body, in_envelope).encode(), headers=headers
            )
            login_by_http = (self._user, self._password) if login and not in_envelope else None
            async with opened(self._client, request, login_by_http) as response:
                challenges = " ".join(response.headers.get_list("www-authenticate")).lower()
                return response.status_code, challenges, await _limited(response)
        except Exception as error:  # noqa: BLE001  # whatever a hostile server makes an HTTP client raise
            raise self._unreachable(error) from None

    def _envelope(self, body: str, signed: bool) -> str:
        header = f"<s:Header>{self._token()}</s:Header>" if signed else ""
        return (
            '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">'
            f"{header}<s:Body>{body}</s:Body></s:Envelope>"
        )

    def _token(self) -> str:
        nonce = os.urandom(20)
        created = (datetime.now(UTC) + self.clock_offset).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        # SHA-1 is what the profile prescribes; it is no choice of ours.
        digest = hashlib.sha1(nonce + created.encode() + self._password.encode(), usedforsecurity=False).digest()
        return (
            f'<w:Security s:mustUnderstand="1" xmlns:w="{_SECURITY}" xmlns:u="{_UTILITY}"><w:UsernameToken>'
            f"<w:Username>{escape(self._user)}</w:Username>"
            f'<w:Password Type="{_DIGEST_KIND}">{base64.b64encode(digest).decode()}</w:Password>'
            f'<w:Nonce EncodingType="{_NONCE_ENCODING}">{base64.b64encode(nonce).decode()}</w:Nonce>'
            f"<u:Created>{created}</u:Created></w:UsernameToken></w:Security>"
        )

    def _understood(self, status: int, answer: bytes, login: bool) -> Element:
        try:
            root = parse_xml(answer)
        except BadXmlError as error:
            if status in (401, 403):
                raise self._refused(login) from None
            raise SourceError(
                f"{self.host} answers with status {status}, but not as an ONVIF device does ({error})",
                "Check the port: it is the one of its web page, often 80, 8000, 8080 or 8899",
                reason="unsupported",
            ) from None
        fault = first_named(root, "Fault")
        if status in (401, 403) or (fault is not None and _is_refusal(fault)):
            raise self._refused(login)
        if fault is not None or status >= 400:
            text = text_of(fault, "Reason", "Text") or text_of(fault, "faultstring") or f"status {status}"
            raise SoapFaultError(f"the ONVIF service of {self.host} refuses: {clean(text, 120)}", reason="unsupported")
        body = first_named(root, "Body")
        return root if body is None else body

    def _refused(self, login: bool) -> SourceError:
        if not login:
            hint = "Give a user and a password"
            return SourceError(f"the ONVIF service of {self.host} asks for a login", hint, reason="auth")
        return SourceError(
            f"the ONVIF service of {self.host} refused the user or the password", _HINT_LOGIN, reason="auth"
        )

    def _unreachable(self, error: Exception) -> SourceError:
        import httpx

        if isinstance(error, httpx.TimeoutException):
            return SourceError(
                f"the ONVIF service of {self.host} did not answer", "Check address and port", reason="timeout"
            )
        if isinstance(error, httpx.ConnectError):
            hint = "Check the address and the port, that it is on, and that ONVIF is switched on in its settings"
            return SourceError(f"the ONVIF service of {self.host} cannot be reached", hint, reason="unreachable")
        kind = type(error).__name__
        return SourceError(f"{self.host} does not speak HTTP as it should ({kind})", "Check the port", reason="read")


def _is_refusal(fault: Element) -> bool:
    told = " ".join((one.text or "")[:200] for name in ("Value", "faultcode") for one in all_named(fault, name))
    return any(word in told for word in _REFUSED)


async def _limited(response: "httpx.Response") -> bytes:
    """Return a body; one that is too big ends where the XML parser refuses it."""
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MAX_XML_BYTES:
            break
    return bytes(body)


def set_clock(device: Device, answer: Element, now: datetime) -> None:
    """Learn from GetSystemDateAndTime how far the device's clock is off; a senseless one counts as ours."""
    utc = first_named(answer, "UTCDateTime")
    fields = [text_of(utc, "Date", part) for part in ("Year", "Month", "Day")]
    fields += [text_of(utc, "Time", part) for part in ("Hour", "Minute", "Second")]
    with suppress(ValueError, OverflowError):
        device.clock_offset = datetime(*map(int, fields), tzinfo=UTC) - now  # type: ignore[arg-type,misc]
