"""Alarms by mail, through the mail server of the settings."""

from email.message import EmailMessage
from typing import ClassVar

from pydantic import Field

from camloom.server.mail import Address, MailError
from camloom.server.pushes.message import Message
from camloom.server.pushes.seam import Around, Kind, LaterPushError, PushConfig, RefusedPushError
from camloom.server.pushes.texts import text_of, title_of


class MailConfig(PushConfig):
    """Who gets mail."""

    recipients: tuple[Address, ...] = Field(min_length=1, max_length=50)
    picture: bool = Field(default=True, description="attach the picture")


class MailPush(Kind):
    """Mail to people."""

    Config: ClassVar[type[PushConfig]] = MailConfig

    def __init__(self, config: MailConfig, around: Around, target_id: str) -> None:
        del target_id
        self.pictures = config.picture
        self._config, self._around = config, around

    def send(self, message: Message) -> None:
        """Hand a mail to the server; see `PushKind.send`."""
        try:
            refused = self._around.mailer.send(self._letter(message), self._config.recipients)
        except MailError as error:
            if error.for_good:
                raise RefusedPushError(error.message, error.hint) from None
            raise LaterPushError(error.message, error.hint) from None
        if refused:  # the others have it: it must not come to them again
            count = f"{len(refused)} of {len(self._config.recipients)}"
            raise RefusedPushError(f"the mail server refuses {count} recipients", again=False)

    def _letter(self, message: Message) -> EmailMessage:
        letter = EmailMessage()
        letter["Subject"] = title_of(message)
        # The same for every attempt, so that a mailbox can tell.
        letter["Message-ID"] = f"<{message.key.replace(':', '.')}@camloom.invalid>"
        letter.set_content(text_of(message, self._around.zone(), self._around.link(message)))
        picture = self._around.picture(message) if self._config.picture else None
        if picture is not None:
            letter.add_attachment(picture, maintype="image", subtype="jpeg", filename="alarm.jpg")
        return letter
