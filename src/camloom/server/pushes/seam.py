"""The seam of push kinds: a small class with a `Config`, registered as `camloom.push_kinds`."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar, Protocol
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from camloom.config.addresses import AddressPolicy
from camloom.errors import ServerError, SourceError
from camloom.server.clock import Clock
from camloom.server.database import Database
from camloom.server.mail import Mailer
from camloom.server.pushes.matching import ChangeWord
from camloom.server.pushes.message import Message
from camloom.server.web import Asked

MASK = "********"
"""Shown instead of a secret; sent back, it means: as it is."""


class RefusedPushError(ServerError):
    """The receiver does not take this message, and would not the next time.

    Args:
        again: try a few more times all the same, for receivers err too; not if some of several have taken it.
    """

    def __init__(self, message: str, hint: str = "", *, again: bool = True) -> None:
        super().__init__(message, hint)
        self.again = again


class LaterPushError(ServerError):
    """It cannot be delivered now.

    Args:
        after_s: so long the receiver wants to be left alone; None: it has not said.
    """

    def __init__(self, message: str, hint: str = "", *, after_s: float | None = None) -> None:
        super().__init__(message, hint)
        self.after_s = after_s


class PushConfig(Asked):
    """Base of the settings of a kind; fields of the type `SecretStr` are sealed, and masked when they are shown."""

    @classmethod
    def secret_fields(cls) -> tuple[str, ...]:
        """Return the names of the secret ones."""
        return tuple(name for name, field in cls.model_fields.items() if field.annotation is SecretStr)


class Around:
    """What a kind may use of the server.

    Attributes:
        policy: which hosts may be called.
        public_url: of this server for people; may be empty.
        picture: returns the picture of an alarm, if there is one.
        zone: returns the time zone of the site.
        mailer: sends mail by the mail server of the settings.
    """

    def __init__(
        self,
        *,
        policy: AddressPolicy,
        public_url: str,
        picture: Callable[[Message], bytes | None],
        zone: Callable[[], ZoneInfo],
        clock: Clock,
        database: Database,
        mailer: Mailer,
    ) -> None:
        self.policy, self.mailer = policy, mailer
        self.public_url = public_url.rstrip("/")
        self.picture, self.zone, self.clock, self.database = picture, zone, clock, database

    def link(self, message: Message) -> str:
        """Return the address of the alarm in the console; empty: this server has none for people, or it is a test."""
        return f"{self.public_url}/alarms/{message.alarm.id}" if self.public_url and not message.test else ""

    def address(self, host: str, port: int) -> str:
        """Return an address of a host that may be called: connect to it, not to the name.

        LaterPushError: there is no such host, or it may not be called.
        """
        try:
            return self.policy.addresses(host, port)[0]
        except SourceError as error:
            hint = "An administrator of this machine may allow it: CAMLOOM_PUSH_ALLOW" if _by_policy(error) else ""
            raise LaterPushError(error.message, hint) from None


class PushKind(Protocol):
    """A way to tell somebody. One thread uses an instance at a time; every call ends within some 30 s.

    Attributes:
        destination: fields of the config that say to whom secrets are shown; when one of them changes, kept secrets
            must be entered again.
        changes: of which changes such a target is told unless somebody says otherwise.
        pictures: wait a moment for the picture of an alarm that will have one.
        idle_every_s: how often to call `idle`; 0: never.
    """

    Config: ClassVar[type[PushConfig]]
    destination: ClassVar[tuple[str, ...]]
    changes: ClassVar[tuple[ChangeWord, ...]]
    pictures: bool
    idle_every_s: ClassVar[float]

    def send(self, message: Message) -> None:
        """Deliver, and return when the receiver has confirmed.

        Raises:
            RefusedPushError: it takes no such message.
            LaterPushError: not now.
        """

    def idle(self) -> None:
        """Keep the connection alive. Raises as `send` does."""

    def close(self) -> None:
        """End; nothing is called afterwards."""


class Kind:
    """What most kinds have in common; there is no need to inherit from it."""

    destination: ClassVar[tuple[str, ...]] = ()
    changes: ClassVar[tuple[ChangeWord, ...]] = ("raised", "worsened", "escalated")
    pictures: bool = False
    idle_every_s: ClassVar[float] = 0

    def idle(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


def allowed_hosts(text: str) -> AddressPolicy:
    """Return the policy for receivers: no address of this machine and no link-local one but those in a list."""
    return AddressPolicy(level="strict", allow=tuple(word.strip() for word in text.split(",") if word.strip()))


def moment_header(moment: datetime) -> str:
    """Return a moment as ISO 8601 with Z."""
    return moment.isoformat().replace("+00:00", "Z")


def _by_policy(error: SourceError) -> bool:
    return error.reason == "policy"
