"""Whom the claims of a token stand for: what somebody may, and which account that is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from structlog import get_logger

from camloom.server.access.accounts import (
    lock_administrators,
    make_account,
    name_key,
    require_administrator_left,
)
from camloom.server.access.audit import record
from camloom.server.access.principal import ROLES, Role
from camloom.server.database.tables import account, account_group, camera_group
from camloom.server.settings import OidcSettings
from camloom.server.web import RefusedError
from camloom.server.web.bodies import unkeepable

ANYBODY = "*"
_VALUES = 1000
_NAMES = ("preferred_username", "email", "name", "sub")
_log = get_logger()


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody whom the provider confirmed and the settings let in.

    Attributes:
        names: what the account may be called, the best first.
        groups: names of the camera groups that it sees.
        all_groups: it sees every camera.
    """

    issuer: str
    subject: str
    names: tuple[str, ...]
    role: Role
    groups: frozenset[str]
    all_groups: bool


def lacks_claims(claims: Mapping[str, Any], settings: OidcSettings) -> bool:
    """Tell whether claims leave open what the settings ask for, or what somebody is called."""
    lacks_address = bool(settings.domains) and not {"email", "email_verified"} <= claims.keys()
    lacks_name = not any(_name(claims.get(key)) for key in _NAMES if key != "sub")
    return lacks_address or lacks_name or not _values(claims, settings.claim)


def arrival_of(claims: Mapping[str, Any], settings: OidcSettings) -> Arrival:
    """Return whom claims stand for. RefusedError (403): nobody whom the settings let in."""
    _require_domain(claims, settings)
    values = {*_values(claims, settings.claim), ANYBODY}
    roles = [ROLES[role] for value, role in settings.roles.items() if value in values]
    if not roles:
        _log.warning("oidc-refused", why="no role")
        raise _not_allowed("nobody has given you a role here", "An administrator of this Camloom or of your accounts")
    groups = {group for value, group in settings.groups.items() if value in values}
    subject = claims["sub"]
    if unkeepable(subject):
        raise _not_allowed("the identity provider tells no usable name", "An administrator of your accounts")
    names = tuple(name for key in _NAMES if (name := _name(claims.get(key))))
    return Arrival(settings.issuer, subject, names, max(roles), frozenset(groups - {ANYBODY}), ANYBODY in groups)


def account_of(connection: Connection, arrival: Arrival, *, language: str, at: datetime) -> str:
    """Return the account of somebody, made at the first time; what it may is what the provider says now.

    RefusedError: 403 it is switched off, 409 no name is free, or nobody would be left to set up the server.
    """
    lock_administrators(connection)
    known = (account.c.issuer == arrival.issuer) & (account.c.subject == arrival.subject)
    row = connection.execute(select(account).where(known)).one_or_none()
    if row is not None and not row.active:
        raise _not_allowed("this account is switched off", "An administrator of this Camloom")
    account_id = row.id if row is not None else _make(connection, arrival, language, at)
    groups = _set_groups(connection, account_id, arrival)
    if row is None:
        record(connection, None, "create", "account", account_id, _told(arrival), at=at)
    elif _changes(row, arrival) or groups:
        may = update(account).where(account.c.id == account_id)
        connection.execute(may.values(role=arrival.role.word, all_groups=_sees_all(arrival)))
        require_administrator_left(connection)
        record(connection, None, "change", "account", account_id, _told(arrival), at=at)
    return str(account_id)


def _make(connection: Connection, arrival: Arrival, language: str, at: datetime) -> str:
    account_id = make_account(
        connection,
        name=_free_name(connection, arrival.names),
        password_hash="",
        role=arrival.role,
        all_groups=arrival.all_groups,
        language=language,
        at=at,
    )
    identity = {"issuer": arrival.issuer, "subject": arrival.subject}
    connection.execute(update(account).where(account.c.id == account_id).values(**identity))
    return account_id


def _free_name(connection: Connection, names: tuple[str, ...]) -> str:
    """Return a name that nobody has: an account that is there already is never handed over because of its name."""
    for name in names:
        if not connection.scalar(select(account.c.id).where(account.c.name_key == name_key(name))):
            return name
    raise RefusedError(409, "name-taken", "there is another account of your name here", "An administrator can help.")


def _set_groups(connection: Connection, account_id: str, arrival: Arrival) -> bool:
    """Let an account see what it should; tell whether that is new."""
    named = select(camera_group.c.id).where(camera_group.c.name.in_(sorted(arrival.groups)))
    wanted = set(connection.scalars(named))
    of_account = account_group.c.account_id == account_id
    before = set(connection.scalars(select(account_group.c.camera_group_id).where(of_account)))
    if wanted == before:
        return False
    connection.execute(delete(account_group).where(of_account))
    if wanted:
        rows = [{"account_id": account_id, "camera_group_id": group} for group in sorted(wanted)]
        connection.execute(insert(account_group), rows)
    return True


def _changes(row: Row[Any], arrival: Arrival) -> bool:
    return (row.role, row.all_groups) != (arrival.role.word, _sees_all(arrival))


def _sees_all(arrival: Arrival) -> bool:
    return arrival.all_groups or arrival.role is Role.ADMINISTRATOR


def _told(arrival: Arrival) -> dict[str, Any]:
    return {
        "by": arrival.issuer,
        "role": arrival.role.word,
        "all_groups": _sees_all(arrival),
        "groups": sorted(arrival.groups),
    }


def _require_domain(claims: Mapping[str, Any], settings: OidcSettings) -> None:
    domains = {one.strip().casefold() for one in settings.domains.split(",") if one.strip()}
    if not domains:
        return
    # An address that nobody confirmed is what somebody typed.
    address = str(claims.get("email")) if claims.get("email_verified") is True else ""
    if address.rpartition("@")[2].casefold() in domains:
        return
    _log.warning("oidc-refused", why="domain")
    raise _not_allowed("people of your mail domain are not let in", "An administrator of this Camloom")


def _values(claims: Mapping[str, Any], name: str) -> list[str]:
    found: Any = claims.get(name)
    if found is None:  # some providers have dots in the name itself
        found = claims
        for part in name.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    listed = found if isinstance(found, list) else [found]
    return [value for value in listed[:_VALUES] if isinstance(value, str) and value != ANYBODY]


def _name(value: object) -> str | None:
    if not isinstance(value, str) or not 0 < len(value) <= 64:
        return None
    try:
        name_key(value)
    except ValueError:
        return None
    return None if unkeepable(value) else value


def _not_allowed(why: str, who: str) -> RefusedError:
    return RefusedError(403, "oidc-not-allowed", why, f"{who} can change that.")
