"""A clock and hosts that do what a test says."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from camloom.errors import ExchangeError
from camloom.exchange import Command, Delivery, Desired, HandedFile, Message, Reply, Reported

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


class FakeClock:
    """Stands still until a test moves it."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        """Let time pass: `forward(hours=2)`."""
        self.at += timedelta(**span)


class FakeExchange:
    """The server's side of the exchange, in memory.

    Attributes:
        wanted: the newest `Desired` of each host.
        reports: the newest `Reported` of each host, set by the test.
        waiting: deliveries that are not done, added by `happen`.
        asked: all commands, with their host.
        files: what was handed over and not taken back, by id.
        answer: makes the reply to a command; None: the host is away.
    """

    def __init__(self) -> None:
        self.wanted: dict[str, Desired] = {}
        self.reports: dict[str, Reported] = {}
        self.waiting: list[Delivery] = []
        self.asked: list[tuple[str, Command]] = []
        self.answer: Callable[[str, Command], Reply] | None = None
        self.files: dict[str, bytes] = {}
        self._seq = 0
        self._came = threading.Condition()

    def happen(self, host_id: str, *messages: Message) -> None:
        """Let a host say something."""
        with self._came:
            for message in messages:
                self._seq += 1
                self.waiting.append(Delivery(self._seq, host_id, message))
            self._came.notify_all()

    def want(self, desired: Desired) -> None:
        self.wanted[desired.host_id] = desired

    def reported(self) -> list[Reported]:
        return list(self.reports.values())

    def take(self, limit: int, timeout_s: float) -> list[Delivery]:
        with self._came:
            self._came.wait_for(lambda: self.waiting, timeout_s)
            return self.waiting[:limit]

    def done(self, host_id: str, up_to_seq: int) -> None:
        self.waiting = [one for one in self.waiting if one.host_id != host_id or one.seq > up_to_seq]

    def hand(self, file: Path, handed: HandedFile) -> None:
        self.files[handed.id] = file.read_bytes()
        file.unlink()

    def take_back(self, handed_id: str) -> None:
        self.files.pop(handed_id, None)

    def ask(self, host_id: str, command: Command, timeout: timedelta) -> Reply:
        self.asked.append((host_id, command))
        if self.answer is None:
            raise ExchangeError(f"host {host_id} does not answer")
        return self.answer(host_id, command)
