"""Connections of strangers: each has to say what it wants soon, and one address has only so many."""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_HEAD_S = 15.0
_FROM_ONE = 400


class PatientHttp(H11Protocol):
    """HTTP that does not wait for ever for the head of a request.

    Uvicorn bounds the silence between requests, but neither that before the first one nor a head that comes byte by
    byte: a thousand silent connections of one stranger would keep everybody else out.
    """

    head_s = _HEAD_S
    from_one = _FROM_ONE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Take a connection, unless its address has very many already."""
        super().connection_made(transport)
        if self._is_one_of_many():
            transport.abort()
            return
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Take what came; the time for a head runs until it is complete."""
        super().data_received(data)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        if self.conn.their_state is not h11.IDLE or self not in self.connections:
            self._stop_waiting()
        elif self._waiting is None and not self.timeout_keep_alive_task:
            self._waiting = self.loop.call_later(self.head_s, self._give_up)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()

    def _is_one_of_many(self) -> bool:
        host = self.client[0] if self.client else ""
        # Proxies that are trusted speak for many.
        if not host or host in _words(self.config.forwarded_allow_ips):
            return False
        clients = [getattr(one, "client", None) for one in self.connections]
        same: int = sum(1 for client in clients if client and client[0] == host)
        return same > self.from_one


def _words(hosts: list[str] | str | None) -> list[str]:
    return [one.strip() for one in hosts.split(",")] if isinstance(hosts, str) else hosts or []
