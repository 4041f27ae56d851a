"""The two ends of the exchange. On one machine it is a database file (`local`), in a fleet a broker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from camloom.exchange.documents import Command, Desired, HandedFile, Message, Reply, Reported


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that has arrived and comes again until it is `done`.

    Attributes:
        seq: its place in the order of the host.
    """

    seq: int
    host_id: str
    message: Message


class HostSide(Protocol):
    """What the agent of a host uses. Errors of the way are `ExchangeError`; then nothing has happened."""

    def desired(self) -> Desired | None:
        """Return what this host is to do, as far as it is known here; None: nobody has said anything yet."""

    def wait(self, revision: int, timeout_s: float) -> bool:
        """Wait until the desired revision is another one (True) or the time is over (False)."""

    def report(self, reported: Reported) -> None:
        """Say how this host is; only the newest counts."""

    def publish(self, messages: Sequence[Message]) -> None:
        """Hand over what happened: all or none of them, and they outlive every crash. The same id twice is once."""

    def commands(self, timeout_s: float) -> list[Command]:
        """Wait for questions; each is given to one caller once."""

    def reply(self, reply: Reply) -> None:
        """Answer a question."""

    def file(self, handed: HandedFile) -> Path:
        """Return where a file lies here that the server handed over; it is not to be changed.

        ExchangeError: it is not there any more, or not what was handed over.
        """


class ServerSide(Protocol):
    """What the server uses; see `HostSide`."""

    def want(self, desired: Desired) -> None:
        """Say what a host is to do."""

    def reported(self) -> list[Reported]:
        """Return how each host was when it last said so."""

    def take(self, limit: int, timeout_s: float) -> list[Delivery]:
        """Wait for messages and return the oldest; they come again until `done`."""

    def done(self, host_id: str, up_to_seq: int) -> None:
        """Say that everything of a host up to this one is kept here."""

    def hand(self, file: Path, handed: HandedFile) -> None:
        """Hand a file over to hosts; it is moved, and stays until it is taken back."""

    def take_back(self, handed_id: str) -> None:
        """Remove a file that was handed over; none of that id is as well."""

    def ask(self, host_id: str, command: Command, timeout: timedelta) -> Reply:
        """Ask a host and wait. ExchangeError: no answer in time."""
