"""The account by which this server sends mail; its password is sealed."""

import base64
from typing import Literal

from pydantic import Field
from sqlalchemy import Connection, select

from camloom.redaction import HIDDEN
from camloom.server.access.sealing import Sealer
from camloom.server.database.tables import setting
from camloom.server.database.upsert import put
from camloom.server.mail.message import Address
from camloom.server.web import Asked, RefusedError

_KEY = "mail"
_PLACE = ("host", "port", "security", "user")


class MailAccount(Asked):
    """A mail server and who we are there.

    Attributes:
        security: `starttls` and `tls` check whose certificate it is.
        user: empty: it asks nobody who they are.
        password: shown as a mask; the mask, sent back for the same server and user, keeps it.
    """

    host: str = Field(min_length=1, max_length=253, pattern=r"^[A-Za-z0-9.:\-]+$")
    port: int = Field(default=587, ge=1, le=65_535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = Field(default="", max_length=254, pattern=r"^[\x21-\x7e]*$")
    password: str = Field(default="", max_length=512, pattern=r"^[\x20-\x7e]*$")
    sender: Address


def load_account(connection: Connection, sealer: Sealer) -> MailAccount | None:
    """Return the account with its password; None: there is none yet."""
    kept = connection.execute(select(setting.c.value).where(setting.c.key == _KEY)).scalar()
    if not isinstance(kept, dict):
        return None
    sealed = base64.b64decode(kept.pop("sealed", ""))
    return MailAccount.model_validate({**kept, "password": sealer.open(sealed).decode() if sealed else ""})


def masked(account: MailAccount) -> MailAccount:
    """Return the account as it may be shown."""
    return account.model_copy(update={"password": HIDDEN if account.password else ""})


def keep_account(connection: Connection, sealer: Sealer, asked: MailAccount) -> None:
    """Keep an account. RefusedError (422): the mask stands for a password that is not known there."""
    password = asked.password
    if password == HIDDEN:
        kept = load_account(connection, sealer)
        if kept is None or any(getattr(kept, name) != getattr(asked, name) for name in _PLACE):
            raise RefusedError(
                422,
                "masked-password",
                "the password is hidden, and it is not known for this server and user",
                "Write the password out: it is kept only for the server, port and user that it was given for.",
            )
        password = kept.password
    if password and not asked.user:
        raise RefusedError(422, "no-user", "a password needs a user")
    sealed = base64.b64encode(sealer.seal(password.encode())).decode() if password else ""
    value = {**asked.model_dump(mode="json", exclude={"password"}), "sealed": sealed}
    put(connection, setting, {"key": _KEY, "value": value})
