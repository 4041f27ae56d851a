"""What may be shown of a text that was written elsewhere: credentials are hidden."""

import logging
import re
import traceback

HIDDEN = "***"

# Up to the last @ of the line, whatever is before it, but not past the beginning of another URL; the same
# for a URL that stands percent-encoded in another one.
# The repetitions have bounds: a server may name an address of 60 kB, which would take minutes without.
_BEGIN = r"[a-z][a-z0-9+.-]{0,19}(?::|%3a)(?:/|%2f){2}"
_USERINFO = re.compile(rf"(?i)({_BEGIN})(?:(?!{_BEGIN}).)*(@|%40)")
_SECRET_VALUE = re.compile(
    r"(?i)(?<=[?&;/=])([\w.%-]{0,64}(?:pass|pwd|token|secret|key|auth|sign|sig|credential)[\w.%-]{0,64}(?:=|%3d))[^&\s]+"
)


def redact(text: str, *secrets: str) -> str:
    """Hide the user part of each URL in a text, query values that look like secrets, and given secrets.

    It rather hides too much: a password may hold any character, so all up to the last `@` of a line goes.
    """
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    text = _USERINFO.sub(rf"\g<1>{HIDDEN}\g<2>", text)
    return _SECRET_VALUE.sub(rf"\g<1>{HIDDEN}", text)


def unexpected(error: BaseException) -> str:
    """Return what may be shown of an exception that nobody foresaw; its text may hold a URL with its password."""
    return redact(f"{type(error).__name__}: {error}")


def log_unexpected(log: logging.Logger, what: str, error: BaseException) -> None:
    """Log an exception that nobody foresaw as an error, with its traceback."""
    log.error("%s: %s", what, redact("".join(traceback.format_exception(error))))


class RedactingFormatter(logging.Formatter):
    """Formats a record of the log, its traceback too, without credentials."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record."""
        return redact(super().format(record))
