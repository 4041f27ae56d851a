"""The mail server over HTTP."""

from email.message import EmailMessage

from fastapi import APIRouter, Request
from sqlalchemy import Connection

from camloom.server.access import Administrator
from camloom.server.access.audit import record
from camloom.server.mail.account import MailAccount, keep_account, load_account, masked
from camloom.server.mail.message import Address
from camloom.server.mail.smtp import Mailer
from camloom.server.web import Asked

router = APIRouter(prefix="/mail", tags=["mail"])


class MailTest(Asked):
    """To whom a test goes."""

    to: Address


@router.get("")
def get_mail_account(request: Request, principal: Administrator) -> MailAccount | None:
    """Return the mail server; the password is a mask."""
    del principal
    with request.app.state.database.read() as connection:
        return _shown(request, connection)


@router.put("")
def set_mail_account(request: Request, principal: Administrator, asked: MailAccount) -> MailAccount | None:
    """Say by which mail server mail is sent."""
    state = request.app.state
    with state.database.write() as connection:
        keep_account(connection, state.sealer, asked)
        told = asked.model_dump(mode="json", exclude={"password"})
        record(connection, principal, "mail.change", "setting", "mail", told, at=state.clock())
        return _shown(request, connection)


@router.post("/test", status_code=204)
def test_mail_account(request: Request, principal: Administrator, asked: MailTest) -> None:
    """Send a mail to see whether it arrives."""
    state = request.app.state
    with state.database.write() as connection:
        record(connection, principal, "mail.test", "setting", "mail", {"to": asked.to}, at=state.clock())
    message = EmailMessage()
    message["Subject"] = "Camloom: test 测试"
    message.set_content("Mail from Camloom arrives. Camloom 的邮件可以送达。\n")
    mailer: Mailer = state.mailer
    mailer.send(message, [asked.to])


def _shown(request: Request, connection: Connection) -> MailAccount | None:
    account = load_account(connection, request.app.state.sealer)
    return None if account is None else masked(account)
