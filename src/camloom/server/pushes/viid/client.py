"""The way to a library above: registered, kept alive, registered again when it has forgotten us."""

import json
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx2

from camloom.server.pushes.http import Caller, Reply, require_taken
from camloom.server.pushes.seam import Around, LaterPushError, RefusedPushError

_UNKNOWN = 401
# 2 busy, 3 out of order, 8 shutting down: these pass.
_PASSING = frozenset({2, 3, 8})


class ViidClient:
    """One registration at one library.

    Args:
        base: its address, up to but not with /VIID.
        device_id: by which we are known there.
    """

    def __init__(
        self, around: Around, base: str, device_id: str, username: str, password: str, content_type: str
    ) -> None:
        self._around, self._caller = around, Caller(around)
        self._base, self._device_id, self._content_type = base.rstrip("/"), device_id, content_type
        self._auth = httpx2.DigestAuth(username, password)
        self._always_asks = False
        self._registered = False

    def tell(self, path: str, document: dict[str, Any]) -> None:
        """Send a document to the library and see that it takes each of its objects.

        Raises:
            RefusedPushError: it does not, and would not the next time.
            LaterPushError: not now.
        """
        if not self._registered:
            self._register()
        reply = self._post(path, document, digest=self._always_asks)
        if reply.status == _UNKNOWN:
            self._register()
            reply = self._post(path, document, digest=self._always_asks)
        if reply.status == _UNKNOWN:
            reply = self._post(path, document, digest=True)
            self._always_asks = reply.status != _UNKNOWN
        self._judge(reply)

    def keep_alive(self) -> None:
        """Say that we are there. Raises as `tell` does."""
        self.tell("/VIID/System/Keepalive", {"KeepaliveObject": {"DeviceID": self._device_id}})

    def notify(self, url: str, document: dict[str, Any]) -> None:
        """Send a notification to the address that a subscription names; no password goes there. Raises as `tell`."""
        self._judge(self._caller.call("POST", url, _encoded(document), self._headers()))

    def close(self) -> None:
        """Take leave and close the connections."""
        if self._registered:
            self._registered = False
            with suppress(LaterPushError):
                self._post("/VIID/System/UnRegister", {"UnRegisterObject": {"DeviceID": self._device_id}}, digest=True)
        self._caller.close()

    def _register(self) -> None:
        self._registered = False
        reply = self._post("/VIID/System/Register", {"RegisterObject": {"DeviceID": self._device_id}}, digest=True)
        if reply.status == _UNKNOWN:
            raise LaterPushError("the library does not let us in", "See device id, user and password.")
        try:
            self._judge(reply)
        except RefusedPushError as error:
            # Not the message is refused but the whole device: the messages wait.
            raise LaterPushError(f"registration: {error.message}") from None
        self._registered = True

    def _post(self, path: str, document: dict[str, Any], *, digest: bool) -> Reply:
        auth = self._auth if digest else None
        return self._caller.call("POST", self._base + path, _encoded(document), self._headers(), auth=auth)

    def _headers(self) -> dict[str, str]:
        return {"Content-Type": self._content_type, "User-Identify": self._device_id}

    def _judge(self, reply: Reply) -> None:
        if reply.status == _UNKNOWN:
            raise LaterPushError("the library no longer lets us in")
        require_taken(reply, self._around.clock())
        codes = [code for code in status_codes(reply.body) if code != 0]
        if codes and all(code in _PASSING for code in codes):
            raise LaterPushError(f"the library is busy (status {codes[0]})")
        if codes:
            raise RefusedPushError(f"the library refuses {len(codes)} of the objects (status {codes[0]})")


def status_codes(body: bytes) -> list[int]:
    """Return the status of each object in an answer; an answer that lists none says yes by its status of HTTP."""
    try:
        document = json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError):
        raise LaterPushError("the library answers something else than it should") from None
    listed = document.get("ResponseStatusListObject", document) if isinstance(document, dict) else {}
    listed = listed.get("ResponseStatusObject", []) if isinstance(listed, dict) else listed
    states = listed if isinstance(listed, list) else [listed]
    return [_code(one.get("StatusCode")) for one in states if isinstance(one, dict) and "StatusCode" in one]


def local_time(moment: datetime) -> str:
    """Return a moment as the standard writes it."""
    return moment.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y%m%d%H%M%S")


def moment_of(text: str) -> datetime | None:
    """Return the moment of a text of the standard; None: it is none."""
    try:
        naive = datetime.strptime(text, "%Y%m%d%H%M%S")
    except ValueError:
        return None
    return naive.replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def _code(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 1


def _encoded(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
