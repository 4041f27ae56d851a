"""Listens to what a camera raises an alarm about, and comes back whenever the connection is lost."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from camloom.config import CameraAlertsConfig
from camloom.config.addresses import policy_in_force
from camloom.config.source_url import SourceUrl, parse_source
from camloom.errors import SourceError
from camloom.sources.alerts import dahua, isapi
from camloom.sources.alerts.alert import AlertParser, CameraAlert
from camloom.sources.alerts.dahua import DahuaParser
from camloom.sources.alerts.isapi import IsapiParser
from camloom.sources.alerts.open_alerts import AlertChange, OpenAlerts
from camloom.sources.live.reconnect import Backoff
from camloom.sources.opening.http import camera_client, opened

if TYPE_CHECKING:
    import httpx

_CONNECT_S = 10.0
_TICK_S = 0.5
_STEADY_S = 10.0
_MOST_BYTES_PER_S = 4e6
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Make:
    path: str
    parser: Callable[[], AlertParser]
    repeats: bool


_MAKES = {
    "isapi": _Make(isapi.PATH, IsapiParser, repeats=True),
    "dahua": _Make(dahua.PATH, DahuaParser, repeats=False),
}


class AlertListener:
    """Listens on a thread of its own until it is stopped.

    A connection on which no message comes for `silence_s`, heartbeats included, is dead. After a break what is open
    ends; the next attempt comes after 1 to 30 s, after a refused login after a minute or more.

    Args:
        on_change: called on the thread with each change; must not block.
        on_link: called on the thread when the connection is there ("") and when it breaks (the reason code, and a
            line for people free of secrets).
    """

    def __init__(
        self,
        config: CameraAlertsConfig,
        on_change: Callable[[AlertChange], None],
        on_link: Callable[[str, str], None] = lambda _code, _line: None,
    ) -> None:
        self._config = config
        self._make = _MAKES[config.type]
        self._place = parse_source(config.url)
        self._on_change = on_change
        self._on_link = on_link
        self._open = OpenAlerts(config.hold_s if self._make.repeats else None, self._is_wanted)
        self._thread = threading.Thread(target=self._run, name="alerts", daemon=True)
        self._stopped = threading.Event()
        self._linked_s: float | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """End soon, from any thread; what is open ends."""
        self._stopped.set()
        loop, task = self._loop, self._task
        if loop is not None and task is not None:
            with suppress(RuntimeError):  # the loop has just ended by itself
                loop.call_soon_threadsafe(task.cancel)

    def join(self, timeout_s: float | None = None) -> None:
        """Wait for the end after `stop`."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    @property
    def dropped(self) -> int:
        """How many beginnings were too many to be told."""
        return self._open.dropped

    def _is_wanted(self, alert: CameraAlert) -> bool:
        kinds, channel = self._config.kinds, self._config.channel
        fits = not kinds or alert.kind.lower() in kinds or alert.reason in kinds
        return fits and (channel is None or alert.channel == channel)

    def _run(self) -> None:
        with suppress(asyncio.CancelledError):
            asyncio.run(self._listen())
        self._tell_all(self._open.end_all("stopped"))

    async def _listen(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        backoff = Backoff()
        while not self._stopped.is_set():
            self._linked_s = None
            try:
                await self._connection()
            except SourceError as error:
                self._on_link(error.reason, error.message)
                self._tell_all(self._open.end_all("the connection to the camera was lost"))
                if self._linked_s is not None and self._loop.time() - self._linked_s > _STEADY_S:
                    backoff.reset()
                await asyncio.sleep(backoff.next_s(error.reason))

    async def _connection(self) -> None:
        """Hear one connection to its end, which is always an error."""
        assert self._loop is not None
        parser = self._make.parser()
        async with self._ticking(), self._stream() as response:
            self._linked_s = self._loop.time()
            self._on_link("", "")
            try:
                async with asyncio.timeout(self._config.silence_s) as silence:
                    async for piece in response.aiter_raw():
                        if self._take(parser.feed(piece)):
                            silence.reschedule(self._loop.time() + self._config.silence_s)
                        await asyncio.sleep(len(piece) / _MOST_BYTES_PER_S)
            except TimeoutError:
                told = f"{self._where} sent no message for {self._config.silence_s:g} s"
                raise SourceError(told, "Check the network", reason="timeout") from None
        raise SourceError(f"{self._where} ended the stream of alerts", "The camera may restart", reason="closed")

    @asynccontextmanager
    async def _stream(self) -> "AsyncIterator[httpx.Response]":
        import httpx

        url = replace(self._checked_place(), user="", password="", target=self._make.path).url
        login = (self._place.user, self._place.password) if self._place.user else None
        try:
            async with camera_client(_CONNECT_S) as client:
                headers = {"Accept-Encoding": "identity", "User-Agent": "camloom"}
                # How long it may be silent is judged by its messages, not by its bytes.
                timeout = httpx.Timeout(_CONNECT_S, read=max(_CONNECT_S, self._config.silence_s))
                request = client.build_request("GET", url, headers=headers, timeout=timeout)
                async with opened(client, request, login) as response:
                    self._check(response.status_code)
                    yield response
        except SourceError:
            raise
        except Exception as error:  # noqa: BLE001  # whatever a hostile server makes an HTTP client raise
            raise self._unreachable(error) from None

    def _checked_place(self) -> SourceUrl:
        """Return where to listen, if that is allowed; under a strict policy by the address that was checked."""
        policy, place = policy_in_force(self._config.policy), self._place
        address = policy.addresses(place.host, place.port or (443 if place.scheme == "https" else 80))[0]
        if policy.level != "strict":
            return place
        return replace(place, host=f"[{address}]" if ":" in address else address)

    def _check(self, status: int) -> None:
        if status in (401, 403):
            hint = "Check user and password, and that this user may see alerts"
            raise SourceError(f"{self._where} refused the login ({status})", hint, reason="auth")
        if status == 404:
            hint = "Check the type of `camera_alerts:`; isapi is Hikvision, dahua is Dahua"
            raise SourceError(f"{self._where} has no stream of alerts (404)", hint, reason="missing")
        if status != 200:
            raise SourceError(f"{self._where} refused the stream of alerts ({status})", reason="read")

    def _unreachable(self, error: Exception) -> SourceError:
        import httpx

        if isinstance(error, httpx.TimeoutException):
            return SourceError(f"{self._where} did not answer", "Check the network", reason="timeout")
        if isinstance(error, httpx.ConnectError):
            return SourceError(f"{self._where} cannot be reached", "Check address and port", reason="unreachable")
        return SourceError(f"{self._where} broke the connection ({type(error).__name__})", reason="closed")

    @asynccontextmanager
    async def _ticking(self) -> AsyncIterator[None]:
        """Let alerts end by themselves while the connection is heard."""
        ticker = asyncio.create_task(self._tick())
        try:
            yield
        finally:
            ticker.cancel()

    async def _tick(self) -> None:
        assert self._loop is not None
        while True:
            await asyncio.sleep(_TICK_S)
            self._tell_all(self._open.expire(self._loop.time()))

    def _take(self, alerts: list[CameraAlert]) -> bool:
        assert self._loop is not None
        for alert in alerts:
            change = self._open.take(alert, self._loop.time())
            if change is not None:
                self._on_change(change)
        return bool(alerts)

    def _tell_all(self, changes: Any) -> None:
        for change in changes:
            self._on_change(change)

    @property
    def _where(self) -> str:
        return f"the alert service of {_shown(self._place)}"


def _shown(place: SourceUrl) -> str:
    return place.host if place.port is None else f"{place.host}:{place.port}"
