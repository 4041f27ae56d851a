"""What a user writes about the platform above and the cameras that it may see."""

from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from camloom.config import StrictModel
from camloom.config.blocks import SourceBlock
from camloom.config.document import read_document
from camloom.errors import ConfigError
from camloom.gb28181.control.path import default_control_path
from camloom.gb28181.platform.config import read_secret

_ID = r"^[0-9A-Za-z._-]{1,64}$"


class _Quoted(StrictModel):
    """Identities are text: as a number they would be cut."""

    @field_validator("id", "domain", mode="before", check_fields=False)
    @classmethod
    def _text(cls, value: Any) -> Any:
        if isinstance(value, int):
            raise ValueError('write it in quotes, as in "34020000001320000001"')
        return value


class UpstreamConfig(_Quoted):
    """The platform above."""

    id: str = Field(pattern=_ID, description="of the platform, 20 digits")
    host: str = Field(min_length=1, max_length=253, description="name or address")
    port: int = Field(default=5060, ge=1, le=65535)
    domain: str = Field(default="", max_length=64, description="its SIP domain; the first 10 digits of its id")
    transport: Literal["udp", "tcp"] = Field(default="udp", description="of signalling; tcp behind a NAT")
    version: Literal["2016", "2022"] = Field(default="2016", description="edition of GB/T 28181 that it speaks")
    password_file: Path | None = Field(default=None, description="file that holds the password alone")
    password_env: str = Field(default="", description="environment variable that holds it")
    expires_s: int = Field(default=86400, ge=60, le=604800, description="asked for; renewed at half of what is granted")
    keepalive_s: float = Field(default=60, ge=0.1, le=3600, description="how often it is told that Camloom lives")
    keepalive_misses: int = Field(default=3, ge=1, le=100, description="so many unanswered: register again")
    retry_s: float = Field(default=60, ge=0.1, le=3600, description="pause after a refusal; grows to ten times that")
    media_hosts: tuple[str, ...] = Field(
        default=(),
        description="the only addresses that video is sent to; none given: that of the platform's signalling",
    )

    @field_validator("media_hosts")
    @classmethod
    def _addresses(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            ip_address(host)
        return hosts

    @property
    def sip_domain(self) -> str:
        """The SIP domain."""
        return self.domain or self.id[:10]


class ChannelConfig(_Quoted):
    """One camera as the platform above sees it."""

    id: str = Field(pattern=_ID, description="20 digits, type 131 or 132")
    name: str = Field(default="", max_length=128)
    source: SourceBlock | None = Field(default=None, description="where its pictures come from; none: alarms only")
    streams: tuple[str, ...] = Field(default=(), description="ids of the tasks whose events belong to it")
    longitude: float | None = Field(default=None, ge=-180, le=180)
    latitude: float | None = Field(default=None, ge=-90, le=90)
    address: str = Field(default="", max_length=128)


class CascadeConfig(_Quoted):
    """Camloom as a device of another platform."""

    id: str = Field(pattern=_ID, description="own identity, 20 digits, given by the platform above")
    name: str = Field(default="Camloom", max_length=128)
    upstream: UpstreamConfig
    channels: tuple[ChannelConfig, ...] = Field(min_length=1, max_length=2000)
    host: str = Field(default="0.0.0.0", description="address to listen on")  # noqa: S104  # the platform is elsewhere
    port: int = Field(default=5062, ge=0, le=65535, description="of signalling, UDP and TCP; 0 takes a free one")
    advertise: str = Field(default="", description="address to tell the platform; found by itself if empty")
    control: Path = Field(
        default_factory=default_control_path, description="Unix socket for the sinks of running tasks"
    )
    media_ports: tuple[int, int] = Field(default=(31000, 31999), description="first and last port for video")
    max_calls: int = Field(default=16, ge=1, le=1000, description="live pictures at once")
    alarms_by: Literal["auto", "message", "notify"] = Field(
        default="auto", description="auto: NOTIFY where the platform has subscribed, else MESSAGE"
    )
    alarm_types: dict[str, int] = Field(
        default_factory=dict, description="AlarmType by template or event type, where the platform wants another"
    )

    @model_validator(mode="after")
    def _fits(self) -> "CascadeConfig":
        first, last = self.media_ports
        if not 1024 <= first < last <= 65535:
            raise ValueError("media_ports: two ports from 1024 to 65535, the smaller first")
        ids = [channel.id for channel in self.channels]
        if doubled := next((one for one in ids if ids.count(one) > 1), None) if len(set(ids)) < len(ids) else None:
            raise ValueError(f"channels: {doubled} is there twice")
        return self

    def channel(self, name: str) -> ChannelConfig | None:
        """Return the channel of that id, or that the events of that task belong to."""
        return next((one for one in self.channels if name == one.id or name in one.streams), None)


def load_cascade(path: Path) -> CascadeConfig:
    """Read a cascade from a YAML file.

    Raises:
        ConfigError: with line and column of what is wrong.
    """
    value, origin = read_document(path)
    try:
        return CascadeConfig.model_validate(value if value is not None else {})
    except ValidationError as error:
        raise origin.error(error, "docs/gb28181.md shows a cascade") from None


def read_password(upstream: UpstreamConfig) -> str:
    """Return the password of the platform above.

    Raises:
        ConfigError: there is none.
    """
    secret = read_secret(upstream.password_file, upstream.password_env)
    if not secret:
        raise ConfigError("there is no password for the platform above", "Give upstream.password_file or password_env")
    return secret
