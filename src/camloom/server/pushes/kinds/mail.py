"""Alarms by mail."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field, SecretStr

from camloom.server.pushes.message import Message
from camloom.server.pushes.seam import Around, Kind, LaterPushError, PushConfig, RefusedPushError
from camloom.server.pushes.texts import text_of, title_of

_TIMEOUT_S = 15
MailAddress = Annotated[str, Field(max_length=254, pattern=r"^[^\s@<>,;:\"\\]+@[^\s@<>,;:\"\\]+$")]


class MailConfig(PushConfig):
    """The mail server, and who gets mail."""

    host: str = Field(min_length=1, max_length=253, pattern=r"^[^\s/@\\]+$", description="of the SMTP server")
    port: int = Field(default=465, ge=1, le=65_535)
    security: Literal["tls", "starttls", "none"] = "tls"
    username: str = Field(default="", max_length=254)
    password: SecretStr = Field(default=SecretStr(""), max_length=500)
    sender: MailAddress
    recipients: tuple[MailAddress, ...] = Field(min_length=1, max_length=50)
    picture: bool = Field(default=True, description="attach the picture")


class MailPush(Kind):
    """Mail to people."""

    Config: ClassVar[type[PushConfig]] = MailConfig
    destination: ClassVar[tuple[str, ...]] = ("host", "port", "security")

    def __init__(self, config: MailConfig, around: Around, target_id: str) -> None:
        del target_id
        self.pictures = config.picture
        self._config, self._around = config, around

    def send(self, message: Message) -> None:
        """Hand a mail to the server; see `PushKind.send`."""
        letter = self._letter(message)
        try:
            with self._connected() as server:
                refused = server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            raise _verdict(min(code for code, _ in error.recipients.values())) from None
        except smtplib.SMTPResponseException as error:
            raise _verdict(error.smtp_code) from None
        except (smtplib.SMTPException, OSError) as error:
            raise LaterPushError(f"{self._config.host} does not take it ({type(error).__name__})") from None
        if refused:  # the others have it: it must not come to them again
            count = f"{len(refused)} of {len(self._config.recipients)}"
            raise RefusedPushError(f"the mail server refuses {count} recipients", again=False)

    def _letter(self, message: Message) -> EmailMessage:
        letter = EmailMessage()
        letter["Subject"] = title_of(message)
        letter["From"], letter["To"] = self._config.sender, ", ".join(self._config.recipients)
        letter["Date"] = format_datetime(message.at)
        # The same for every attempt, so that a mailbox can tell.
        letter["Message-ID"] = f"<{message.key.replace(':', '.')}@camloom.invalid>"
        letter.set_content(text_of(message, self._around.zone(), self._around.link(message)))
        picture = self._around.picture(message) if self._config.picture else None
        if picture is not None:
            letter.add_attachment(picture, maintype="image", subtype="jpeg", filename="alarm.jpg")
        return letter

    def _connected(self) -> smtplib.SMTP:
        config = self._config
        address = self._around.address(config.host, config.port)
        context = ssl.create_default_context()
        server: smtplib.SMTP = _Tls(config.host, context) if config.security == "tls" else _Plain(config.host)
        try:
            server.connect(address, config.port)
            if config.security == "starttls":
                server.starttls(context=context)
            if config.username:
                server.login(config.username, config.password.get_secret_value())
        except BaseException:
            server.close()
            raise
        return server


class _Plain(smtplib.SMTP):
    """Connects to an address, and checks the certificate against the name."""

    def __init__(self, name: str) -> None:
        super().__init__(timeout=_TIMEOUT_S)
        self._host = name


class _Tls(smtplib.SMTP_SSL):
    """As `_Plain`, encrypted from the first byte."""

    def __init__(self, name: str, context: ssl.SSLContext) -> None:
        super().__init__(timeout=_TIMEOUT_S, context=context)
        self._host = name


def _verdict(code: int) -> RefusedPushError | LaterPushError:
    if code >= 500 and code not in (530, 534, 535, 538, 454):
        return RefusedPushError(f"the mail server answers {code}")
    return LaterPushError(f"the mail server answers {code}", "See user and password." if code > 500 else "")
