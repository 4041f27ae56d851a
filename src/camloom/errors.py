"""Every error that Camloom raises on purpose.

    CamloomError                 the run went wrong                        exit code 1
    ├── UsageError               what was asked cannot be done             exit code 2
    │   ├── ConfigError          a task file, a setting or an option
    │   └── PluginError          unknown or unavailable plug-in
    ├── SourceError              a camera or a file (has a reason code)
    ├── AssetError               a model or a sample cannot be fetched or is not what it claims
    ├── ModelError               a model does not fit its card, or fails while it runs
    ├── SinkError                a result cannot be delivered or written
    ├── EvidenceError            a zip of evidence is not what was signed
    ├── ExchangeError            a document did not reach the other side; nothing has happened there
    └── ServerError              the platform cannot start or do what was asked

Each carries one line for the person who reads it: what is wrong, where, and what to do.
"""

from camloom.phrases import Phrase


class CamloomError(Exception):
    """The run went wrong.

    Args:
        message: what is wrong and where, in one line, free of secrets; a `Phrase` can be said in other languages.
        hint: what to do about it; empty when there is nothing useful to say.

    Attributes:
        phrase: the message with its code and values.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.phrase = Phrase.of(message).said_as(" ".join(message.split()))
        self.message = str(self.phrase)
        self.hint = " ".join(hint.split())

    def __str__(self) -> str:
        return f"{self.message.rstrip('.')}. {self.hint}" if self.hint else self.message


class UsageError(CamloomError):
    """What was asked cannot be done; nothing was started."""

    exit_code = 2


class ConfigError(UsageError):
    """A task file, a setting or an option is wrong."""


class PluginError(UsageError):
    """A plug-in is unknown, or not available on this machine."""


class SourceError(CamloomError):
    """A camera or a file cannot be read.

    Args:
        reason: short code for programs: `missing`, `auth`, `unreachable`, `timeout` (no answer, or nothing more
            comes), `closed` (the other side ended it), `busy` (it has no place for one more viewer), `policy` (the
            address is not allowed), `unavailable` (a part that it needs is not installed or not running),
            `not-a-video`, `no-video`, `unsupported`, `read`.
    """

    def __init__(self, message: str, hint: str = "", *, reason: str = "read") -> None:
        super().__init__(message, hint)
        self.reason = reason


class AssetError(CamloomError):
    """A model or a sample cannot be fetched, or is not what it claims to be."""


class ModelError(CamloomError):
    """A model does not fit its card, or fails while it runs."""


class SinkError(CamloomError):
    """A result cannot be delivered or written."""


class EvidenceError(CamloomError):
    """A zip of evidence is not what was signed: the message says what of it was altered."""


class ExchangeError(CamloomError):
    """A document did not reach the other side; nothing has happened there."""


class ServerError(CamloomError):
    """The platform cannot start, or cannot do what was asked."""
