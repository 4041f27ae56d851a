"""Sending mail by SMTP, within bounded time, to a server that nobody has to trust."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Protocol

from camloom.config.addresses import AddressPolicy
from camloom.errors import CamloomError
from camloom.server.access.sealing import Sealer
from camloom.server.clock import Clock
from camloom.server.database import Database
from camloom.server.mail.account import MailAccount, load_account
from camloom.server.web import RefusedError

_SILENCE_S, _ALL_S = 15.0, 60.0
_NEVER = 500
_WHO_ARE_YOU = frozenset({454, 530, 534, 535, 538})
# A mail server of this machine is a usual thing; what else runs here greets nobody with 220.
_POLICY = AddressPolicy(level="strict", allow=("localhost", "127.0.0.1", "::1"))


class MailError(RefusedError):
    """Mail could not be sent.

    Args:
        away: the server cannot be reached or lets nobody in: other mail would fare no better.
        for_good: it does not take this mail, and would not the next time.
    """

    def __init__(self, message: str, hint: str = "", *, away: bool, for_good: bool = False) -> None:
        super().__init__(409, "mail", message, hint)
        self.away, self.for_good = away, for_good


class Mailer(Protocol):
    """Sends mail."""

    def send(self, message: EmailMessage, recipients: Sequence[str]) -> list[str]:
        """Send a message and return who was refused, if others were not. MailError: nobody gets it."""


class SmtpMailer:
    """Sends mail by the account in the settings."""

    def __init__(self, database: Database, sealer: Sealer, clock: Clock, policy: AddressPolicy = _POLICY) -> None:
        self._database, self._sealer, self._clock, self._policy = database, sealer, clock, policy

    def send(self, message: EmailMessage, recipients: Sequence[str]) -> list[str]:
        """Send a message and return who was refused, if others were not. MailError: nobody gets it."""
        try:
            account = self._account()
            message["From"], message["To"] = account.sender, ", ".join(recipients)
            message["Date"] = format_datetime(self._clock())
            return self._deliver(account, message, recipients)
        except CamloomError as error:
            raise MailError(error.message, error.hint, away=True) from None
        except smtplib.SMTPResponseException as error:
            raise _refused(error) from None
        except smtplib.SMTPRecipientsRefused as error:
            for_good = min(code for code, _ in error.recipients.values()) >= _NEVER
            raise MailError("the mail server refused all recipients", away=False, for_good=for_good) from None
        except (OSError, smtplib.SMTPException, ValueError) as error:
            what = f"the mail server cannot be used ({type(error).__name__})"
            raise MailError(what, "Check host, port and security.", away=True) from None

    def _account(self) -> MailAccount:
        with self._database.read() as connection:
            account = load_account(connection, self._sealer)
        if account is None:
            raise MailError("there is no mail server", "An administrator sets one up under Settings.", away=True)
        return account

    def _deliver(self, account: MailAccount, message: EmailMessage, recipients: Sequence[str]) -> list[str]:
        address = self._policy.addresses(account.host, account.port)[0]
        with _connected(account, address) as smtp:
            if account.security == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            if account.user:
                smtp.login(account.user, account.password)
            return list(smtp.send_message(message, account.sender, list(recipients)))


def _refused(error: smtplib.SMTPResponseException) -> MailError:
    """Return an answer in words: its number; what it says besides is a stranger's text."""
    what = f"the mail server refused it with {error.smtp_code}"
    if isinstance(error, smtplib.SMTPAuthenticationError) or error.smtp_code in _WHO_ARE_YOU:
        return MailError(what, "See user and password.", away=True)
    away = isinstance(error, smtplib.SMTPConnectError)
    return MailError(what, away=away, for_good=not away and error.smtp_code >= _NEVER)


@contextmanager
def _connected(account: MailAccount, address: str) -> Iterator[smtplib.SMTP]:
    """Yield a connection that ends after a minute, however slowly the other side talks."""
    if account.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(timeout=_SILENCE_S, context=ssl.create_default_context())
    else:
        smtp = smtplib.SMTP(timeout=_SILENCE_S)
    # The address was checked, so it is the one to connect to; the name is the one that a certificate must have.
    smtp._host = account.host  # type: ignore[attr-defined]  # smtplib has no other way to tell them apart
    watch = threading.Timer(_ALL_S, _cut, args=(smtp,))
    watch.daemon = True
    watch.start()
    try:
        code, _ = smtp.connect(address, account.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, "")
        with smtp:
            yield smtp
    finally:
        watch.cancel()
        smtp.close()


def _cut(smtp: smtplib.SMTP) -> None:
    if smtp.sock is not None:
        with suppress(OSError):
            smtp.sock.shutdown(socket.SHUT_RDWR)
