"""Alarms to any service that Apprise knows."""

import logging
import re
import threading
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from apprise import Apprise, AppriseAsset, NotifyBase, NotifyType
from pydantic import Field, SecretStr, field_validator

from camloom.server.pushes.message import Message
from camloom.server.pushes.seam import Around, Kind, LaterPushError, PushConfig, RefusedPushError
from camloom.server.pushes.texts import text_of, title_of
from camloom.server.web import wrong

# These speak to this machine instead of to somebody.
_LOCAL = frozenset({"syslog", "dbus", "glib", "kde", "qt", "gnome", "macosx", "windows", "blink1"})
# Others name files of this machine, or hosts that would not be checked.
_OPTIONS = frozenset(
    {
        *("format", "overflow", "to", "from", "name", "priority", "sound", "image", "region", "channel", "thread"),
        *("topic", "silent", "tags", "group", "level", "lang", "source", "sender", "rto", "cto", "verify", "footer"),
    }
)
_CODE = re.compile(r"error=(\d{3})\b")
_LATER = frozenset({401, 403, 408, 425, 429})


class AppriseConfig(PushConfig):
    """The address of a service in Apprise's form."""

    url: SecretStr = Field(
        min_length=5, max_length=2000, description="such as tgram://TOKEN/CHAT; see the list of services of Apprise"
    )

    @field_validator("url")
    @classmethod
    def _usable(cls, url: SecretStr) -> SecretStr:
        text = url.get_secret_value().strip()
        scheme = text.partition("://")[0].lower()
        if scheme in _LOCAL or "\n" in text or not _made(text):
            raise wrong("apprise_url", "is no address of a service that can be used here")
        for option, _ in parse_qsl(urlsplit(text).query, keep_blank_values=True):
            if option.lower() not in _OPTIONS:
                raise wrong(
                    "apprise_option",
                    f"holds an option that cannot be used here; these can: {', '.join(sorted(_OPTIONS))}",
                )
        return SecretStr(text)


class ApprisePush(Kind):
    """One of the services of Apprise."""

    Config: ClassVar[type[PushConfig]] = AppriseConfig

    def __init__(self, config: AppriseConfig, around: Around, target_id: str) -> None:
        del target_id
        self._around = around
        self._service = _made(config.url.get_secret_value())

    def send(self, message: Message) -> None:
        """Notify; see `PushKind.send`."""
        service = self._service
        if service is None:
            raise RefusedPushError("there is no such service any more")
        self._check_host(service)
        text = text_of(message, self._around.zone(), self._around.link(message))
        with _Ears() as ears:
            done = service.notify(body=text, title=title_of(message), notify_type=NotifyType.WARNING)
        if done:
            return
        if ears.code is not None and 400 <= ears.code < 500 and ears.code not in _LATER:
            raise RefusedPushError(f"the service answers {ears.code}")
        raise LaterPushError(f"the service does not take it{f' ({ears.code})' if ears.code else ''}")

    def _check_host(self, service: NotifyBase) -> None:
        """Raise LaterPushError for a service whose host is given and may not be called."""
        if "host" in service.template_tokens and service.host:
            secure = str(getattr(service, "schema", "")) in _words(getattr(service, "secure_protocol", ""))
            self._around.address(str(service.host), int(service.port or (443 if secure else 80)))


class _Ears(logging.Handler):
    """Hears which status a service answered: Apprise only logs it. What else it logs is not kept."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.code: int | None = None
        self._thread = threading.get_ident()

    def __enter__(self) -> "_Ears":
        logging.getLogger("apprise").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("apprise").removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Take a line of the log."""
        found = _CODE.search(record.getMessage()) if record.thread == self._thread else None
        self.code = int(found.group(1)) if found else self.code


def _made(url: str) -> NotifyBase | None:
    asset = AppriseAsset(async_mode=False, secure_logging=True, http_redirects=False)
    made: Any = Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    return made if isinstance(made, NotifyBase) else None


def _words(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())
