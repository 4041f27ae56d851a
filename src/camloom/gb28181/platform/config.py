"""What a user writes about the platform, and where its secrets come from."""

import os
import stat
from collections import Counter
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from camloom.config import StrictModel
from camloom.config.document import read_document
from camloom.errors import ConfigError
from camloom.gb28181.control.path import default_control_path
from camloom.gb28181.platform.quirks import QuirkRule
from camloom.gb28181.sip.digest import Algorithm

Network = IPv4Network | IPv6Network
_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
_ID = r"^[0-9A-Za-z._-]{1,64}$"


class _Quoted(StrictModel):
    """Identities are text: as a number they would be cut."""

    @field_validator("id", "realm", mode="before", check_fields=False)
    @classmethod
    def _text(cls, value: Any) -> Any:
        if isinstance(value, int):
            raise ValueError('write it in quotes, as in "34020000002000000001"')
        return value


class DeviceConfig(_Quoted):
    """One device that may register, where it differs from the others."""

    id: str = Field(pattern=_ID, description="as the device writes it, normally 20 digits")
    password_file: Path | None = Field(default=None, description="file that holds its password alone")
    password_env: str = Field(default="", description="environment variable that holds its password")
    algorithm: Algorithm = Field(default="MD5", description="of its digest; nearly all devices know only MD5")
    media_host: str = Field(
        default="",
        description="where its video comes from, if it is not where it registers from; or `any`",
    )
    alarms: bool = Field(default=True, description="subscribe to its alarms")


class PlatformConfig(_Quoted):
    """The platform that devices register at."""

    id: str = Field(pattern=_ID, description="of the platform, 20 digits, type 200")
    realm: str = Field(
        default="", pattern=r"^[0-9A-Za-z._-]{0,64}$", description="SIP domain; the first 10 digits of id"
    )
    host: str = Field(default="0.0.0.0", description="address to listen on")  # noqa: S104  # cameras are elsewhere
    port: int = Field(default=5060, ge=0, le=65535, description="UDP and TCP")
    advertise: str = Field(default="", description="address to tell devices; found by itself for each if empty")
    password_file: Path | None = Field(default=None, description="file that holds the password of all devices")
    password_env: str = Field(default="", description="environment variable that holds it")
    admit: Literal["listed", "any"] = Field(
        default="listed", description="any: also devices that are not under `devices`, with the password of all"
    )
    devices: tuple[DeviceConfig, ...] = Field(default=(), max_length=10_000)
    addresses: tuple[Network, ...] = Field(
        default=tuple(ip_network(one) for one in _PRIVATE), description="networks that are listened to at all"
    )
    control: Path = Field(default_factory=default_control_path, description="Unix socket for the other processes")
    media_ports: tuple[int, int] = Field(default=(30000, 30999), description="first and last port for video")
    keepalive_s: float = Field(default=60, ge=1, le=3600, description="how often devices tell that they live")
    keepalive_misses: int = Field(default=3, ge=1, le=100, description="so many missing: offline")
    max_devices: int = Field(default=2000, ge=1, le=100_000)
    catalog_first_s: float = Field(default=30, gt=0, le=600, description="longest wait for the catalogue to begin")
    catalog_next_s: float = Field(default=5, gt=0, le=120, description="longest wait between parts of it")
    quirks: tuple[QuirkRule, ...] = Field(default=(), description="tried before those that Camloom brings")

    @model_validator(mode="after")
    def _fits(self) -> "PlatformConfig":
        first, last = self.media_ports
        if not 1024 <= first < last <= 65535:
            raise ValueError("media_ports: two ports from 1024 to 65535, the smaller first")
        ids = [device.id for device in self.devices]
        if doubled := next((one for one in ids if ids.count(one) > 1), None) if len(set(ids)) < len(ids) else None:
            raise ValueError(f"devices: {doubled} is there twice")
        return self

    @property
    def domain(self) -> str:
        """The SIP domain."""
        return self.realm or self.id[:10]

    def allows(self, host: str) -> bool:
        """Tell whether packets from an address are listened to."""
        address = ip_address(host.partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self.addresses)


class Passwords:
    """Passwords by identity. They are read once and shown nowhere.

    Raises:
        ConfigError: a file or a variable is not there, is empty, or others can read the file.
    """

    def __init__(self, config: PlatformConfig) -> None:
        self._default = read_secret(config.password_file, config.password_env)
        self._own = {
            one.id: secret for one in config.devices if (secret := read_secret(one.password_file, one.password_env))
        }
        self._listed = {one.id for one in config.devices}
        self._any = config.admit == "any"
        if missing := next((one for one in self._listed if not self.of(one)), None):
            raise ConfigError(
                f"device {missing} has no password", "Give password_file or password_env, there or for all"
            )
        if self._any and not self._default:
            raise ConfigError("`admit: any` needs a password for all", "Give password_file or password_env")

        users = Counter(self.of(one) for one in self._listed)
        open_to_all = self._default if self._any else None
        self._alone = {one for one in self._listed if users[self.of(one)] == 1 and self.of(one) != open_to_all}

    def __repr__(self) -> str:
        return "Passwords(...)"

    @property
    def are_shared(self) -> bool:
        """Whether more than one device may use the same."""
        return self._any or len(self._alone) < len(self._listed)

    def proves(self, identity: str) -> bool:
        """Tell whether the password of a device proves which one it is, as no other device has it."""
        return identity in self._alone

    def of(self, identity: str) -> str:
        """Return the password of a device; empty if it may not register."""
        if identity in self._listed or self._any:
            return self._own.get(identity) or self._default
        return ""


def load_platform(path: Path) -> PlatformConfig:
    """Read a platform from a YAML file.

    Raises:
        ConfigError: with line and column of what is wrong.
    """
    value, origin = read_document(path)
    try:
        return PlatformConfig.model_validate(value if value is not None else {})
    except ValidationError as error:
        raise origin.error(error, "docs/gb28181.md shows a platform") from None


def read_secret(file: Path | None, variable: str) -> str:
    """Return a secret from a file (of which others may not read) or an environment variable; empty if neither is named.

    Raises:
        ConfigError: it is not there.
    """
    if file is not None:
        secret = _read_secret_file(file)
    elif variable:
        secret = os.environ.get(variable, "")
    else:
        return ""
    if not secret:
        raise ConfigError(f"there is no password in {file or variable}", "Write it there, and nothing else")
    return secret


def _read_secret_file(file: Path) -> str:
    try:
        if file.stat().st_mode & stat.S_IRWXO:
            raise ConfigError(f"everybody can read the password in {file}", f"chmod 600 {file}")
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        raise ConfigError(f"cannot read the password in {file}: {reason}", "Check the path and its rights") from None
