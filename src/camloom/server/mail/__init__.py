"""Mail: the one server through which this one sends it."""

from camloom.server.mail.message import Address
from camloom.server.mail.smtp import Mailer, MailError, SmtpMailer

__all__ = ["Address", "MailError", "Mailer", "SmtpMailer"]
