"""Which addresses a source may have: who named an address decides how far it is trusted.

Whoever writes a task file on the machine may name files and the machine itself. What comes over the network (a
redirect, a playlist, a task from a server) may not: see `AddressPolicy`.
"""

import ipaddress
import os
import re
import socket
from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import Field, ValidationError, field_validator

from camloom.config.model import StrictModel, first_problem
from camloom.config.names import LOOK_UP_S, look_up_name
from camloom.errors import ConfigError, SourceError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

VARIABLE = "CAMLOOM_SOURCE_POLICY"
ALLOW = "CAMLOOM_SOURCE_ALLOW"
_LISTS = {"schemes": "CAMLOOM_SOURCE_SCHEMES", "allow": ALLOW, "only": "CAMLOOM_SOURCE_ONLY"}
# Kinds of address that name a camera and nothing else: no file, no pipeline, no script.
STRICT_SCHEMES = (
    *("rtsp", "rtsps", "rtmp", "rtmps", "http", "https"),
    *("gb28181", "onvif", "onvifs", "gige", "usb", "sample"),
)
# Where clouds hand out the credentials of a machine, besides the link-local 169.254.169.254.
_METADATA = frozenset(map(ipaddress.ip_address, ("100.100.100.200", "192.0.0.192", "fd00:ec2::254")))
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE = ipaddress.ip_network("::/96")
_THIS_NETWORK = ipaddress.ip_network("0.0.0.0/8")
# 2130706433, 0x7f.1, 0177.0.0.1: the system reads these as addresses, and people do not.
_NUMBERS = re.compile(r"(?i)(0x[0-9a-f]*|\d+)(\.(0x[0-9a-f]*|\d+))*\.?")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)[:,]")


class AddressPolicy(StrictModel):
    """What sources may be read.

    `local` trusts whoever names the source: everything goes. `strict` refuses every scheme that is not a camera's,
    and hosts that are this machine, link-local, multicast or reserved, however they are spelled and whatever name
    leads there; private networks, where cameras are, go.
    """

    level: Literal["local", "strict"] = Field(default="local", description="whether to trust who names the source")
    schemes: tuple[str, ...] = Field(default=(), description="no other schemes than these; empty: those of the level")
    allow: tuple[str, ...] = Field(
        default=(), description="hosts that go besides: a name, `*.name`, an address or a network such as 10.0.0.0/8"
    )
    only: tuple[str, ...] = Field(default=(), description="no other hosts than these, written as in `allow`")

    @field_validator("allow", "only")
    @classmethod
    def _hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if "/" in host:
                ipaddress.ip_network(host, strict=False)
        return tuple(host.lower().rstrip(".") for host in hosts)

    def check_scheme(self, scheme: str) -> None:
        """Refuse a kind of source.

        Raises:
            SourceError: it is not allowed, reason `policy`.
        """
        allowed = self.schemes or (STRICT_SCHEMES if self.level == "strict" else ())
        if allowed and scheme not in allowed:
            what = f"sources of the kind '{scheme}:' are not allowed here"
            raise SourceError(what, f"Allowed: {', '.join(allowed)}", reason="policy")

    def addresses(self, host: str, port: int) -> list[str]:
        """Look up a host and return its addresses, all of which may be read: connect to these, not to the name.

        Args:
            host: name or address; IPv6 with or without brackets.

        Raises:
            SourceError: `unreachable` if there is no such host, `policy` if it is not allowed.
        """
        name = host.strip("[]").lower().rstrip(".")
        if self.level == "strict" and _oddly_spelled(name) and not _listed(name, [], self.allow):
            raise _refused(host, "it is an address in an unusual spelling", "Write it as four decimal numbers")
        found = _look_up(name, port)
        self._check(host, name, [ipaddress.ip_address(text) for text in found])
        return found

    def from_afar(self, origin: Iterable[str] = ()) -> "AddressPolicy":
        """Return the policy for addresses that were not named by the user but by whoever answered at `origin`.

        It is the strict one, where the origin itself may be named again.
        """
        schemes = self.schemes or STRICT_SCHEMES
        return AddressPolicy(level="strict", schemes=schemes, allow=(*self.allow, *origin), only=self.only)

    def _check(self, host: str, name: str, found: Sequence[Address]) -> None:
        if self.only and not _listed(name, found, self.only):
            raise _refused(host, "it is not among the hosts that may be read", "Add it to the list of the policy")
        if self.level != "strict" or _listed(name, found, self.allow):
            return
        for address in found:
            if kind := _forbidden_kind(_inner(address)):
                raise _refused(host, f"it leads to {kind}", f"Whoever runs this machine may allow it: {ALLOW}={host}")


PolicySetting = Literal["local", "strict"] | AddressPolicy
"""A policy in a task: its level, or a mapping of its settings."""


def policy_in_force(of_task: PolicySetting = "local") -> AddressPolicy:
    """Return the policy of the environment if it has one, else that of the task: a task cannot loosen the former.

    What the environment allows or demands besides holds for a level that the task names, too.

    Raises:
        ConfigError: the environment makes no sense.
    """
    level = os.environ.get(VARIABLE)
    if not level and isinstance(of_task, AddressPolicy):
        return of_task
    lists = {key: _words(os.environ.get(variable, "")) for key, variable in _LISTS.items()}
    try:
        return AddressPolicy.model_validate({"level": level or of_task, **lists})
    except ValidationError as error:
        raise ConfigError(f"the environment ({VARIABLE} ...) is wrong: {first_problem(error)}") from None


def scheme_of(url: str) -> str:
    """Return the scheme of what a user gives as a source: `file` for a path."""
    found = _SCHEME.match(url)
    return found.group(1).lower() if found else "file"


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in re.split(r"[,\s]+", text) if word)


def _refused(host: str, why: str, hint: str) -> SourceError:
    return SourceError(f"the host '{host}' is not allowed: {why}", hint, reason="policy")


def _look_up(name: str, port: int) -> list[str]:
    if not 0 < port < 1 << 16:
        raise SourceError(f"there is no port {port}", "A port is a number from 1 to 65535", reason="unsupported")
    try:
        return look_up_name(name, port, limit_s=LOOK_UP_S)
    except TimeoutError:
        what = f"cannot be reached: no name server says within {LOOK_UP_S:g} s where '{name}' is"
        raise SourceError(
            what, "Check the network of this machine, or give the address", reason="unreachable"
        ) from None
    except (OSError, UnicodeError):
        what = f"cannot be reached: no host is called '{name}'"
        raise SourceError(what, "Check the name, or give its address", reason="unreachable") from None


def _oddly_spelled(name: str) -> bool:
    if not _NUMBERS.fullmatch(name):
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return True
    return False


def _listed(name: str, found: Sequence[Address], hosts: Iterable[str]) -> bool:
    """Tell whether a name, or all addresses found for it, are in a list of hosts."""
    networks = [network for host in hosts if (network := _network(host))]
    if found and all(any(_inner(one) in network for network in networks) for one in found):
        return True
    return any(name == host or (host.startswith("*.") and name.endswith(host[1:])) for host in hosts)


def _network(host: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(host, strict=False)
    except ValueError:
        return None


def _inner(address: Address) -> Address:
    """Return the IPv4 address inside of an IPv6 one (mapped, compatible, 6to4, NAT64), or the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if inner := address.ipv4_mapped or address.sixtofour:
        return inner
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _forbidden_kind(address: Address) -> str:
    """Return what is wrong with an address; empty if it may be a camera's."""
    kinds = {
        "this machine": address.is_loopback or address.is_unspecified or address in _THIS_NETWORK,
        "a link-local address": address.is_link_local,
        "a multicast address": address.is_multicast,
        "a reserved address": address.is_reserved or address in _METADATA,
    }
    kind = next((name for name, fits in kinds.items() if fits), "")
    return kind or ("this machine" if _is_own(address) else "")


def _is_own(address: Address) -> bool:
    """Tell whether an address is one of this machine's: only such can be bound."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
    except OSError:
        return False
    return True
