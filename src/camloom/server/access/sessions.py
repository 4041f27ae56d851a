"""Sessions: opaque tokens in a cookie, rows here. Ending one ends it at once."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from camloom.errors import ServerError
from camloom.server.access.accounts import principal_of
from camloom.server.access.principal import Principal
from camloom.server.access.sealing import Sealer
from camloom.server.access.tokens import digest, new_token
from camloom.server.database import NOTE_S, Database
from camloom.server.database.tables import account, login_session

_SEEN_EVERY = timedelta(minutes=1)
_PER_ACCOUNT = 50
_FIND = (
    select(login_session, account.c.name, account.c.role, account.c.all_groups)
    .join(account, account.c.id == login_session.c.account_id)
    .where(login_session.c.token_hash == bindparam("of"), account.c.active)
)
_ID_TOKEN_LETTERS = 4096


@dataclass(frozen=True, slots=True)
class NewSession:
    """What the browser gets: the token in a cookie, the other secret to send in a header."""

    token: str
    csrf: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that holds.

    Attributes:
        seen_long_ago: its time of last use should be written down.
    """

    principal: Principal
    token_hash: str
    csrf: str
    seen_long_ago: bool

    def allows(self, csrf: str) -> bool:
        """Tell whether a request that changes something knows the second secret."""
        return hmac.compare_digest(csrf.encode("utf-8", "replace"), self.csrf.encode())


def begin_session(
    connection: Connection, account_id: str, *, at: datetime, lasts: timedelta, address: str, agent: str
) -> NewSession:
    """Start a session; of very many of one account the oldest end."""
    session = NewSession(new_token(), new_token(), at + lasts)
    connection.execute(
        insert(login_session).values(
            token_hash=digest(session.token),
            account_id=account_id,
            csrf=session.csrf,
            created_at=at,
            seen_at=at,
            expires_at=session.expires_at,
            address=address[:64],
            agent=agent[:256],
        )
    )
    _end_surplus(connection, account_id)
    return session


def _end_surplus(connection: Connection, account_id: str) -> None:
    of_account = login_session.c.account_id == account_id
    newest = select(login_session.c.token_hash).where(of_account).order_by(login_session.c.created_at.desc())
    keep = connection.scalars(newest.limit(_PER_ACCOUNT)).all()
    connection.execute(delete(login_session).where(of_account, login_session.c.token_hash.not_in(keep)))


def keep_id_token(connection: Connection, token: str, id_token: str, sealer: Sealer) -> None:
    """Keep, sealed, what an identity provider began a session with; one too long for an address is of no use."""
    if len(id_token) <= _ID_TOKEN_LETTERS:
        mine = update(login_session).where(login_session.c.token_hash == digest(token))
        connection.execute(mine.values(id_token=sealer.seal(id_token.encode())))


def id_token_of(connection: Connection, token: str, sealer: Sealer) -> str:
    """Return what `keep_id_token` kept; empty: nothing, or the key to it is lost."""
    sealed = connection.scalar(select(login_session.c.id_token).where(login_session.c.token_hash == digest(token)))
    try:
        return sealer.open(sealed).decode() if sealed else ""
    except ServerError:
        return ""


def find_session(
    connection: Connection, token: str, *, at: datetime, idle: timedelta, address: str
) -> LiveSession | None:
    """Return the session of a token, if it holds and its account is active."""
    row = connection.execute(_FIND, {"of": digest(token)}).one_or_none()
    # Both ways: one that was used while the clock was years ahead would last for years.
    if row is None or row.expires_at <= at or abs(at - row.seen_at) >= idle:
        return None
    return LiveSession(
        principal=principal_of(connection, row._mapping, address),
        token_hash=row.token_hash,
        csrf=row.csrf,
        seen_long_ago=abs(at - row.seen_at) >= _SEEN_EVERY,
    )


def mark_seen(database: Database, token_hash: str, at: datetime) -> None:
    """Write down that a session is in use."""
    with database.write(wait_s=NOTE_S) as connection:
        connection.execute(update(login_session).where(login_session.c.token_hash == token_hash).values(seen_at=at))


def end_session(connection: Connection, token: str) -> None:
    """End one session."""
    connection.execute(delete(login_session).where(login_session.c.token_hash == digest(token)))


def end_sessions_of(connection: Connection, account_id: str, *, but: str | None = None) -> int:
    """End the sessions of an account, all or all but that of a token; return how many that were."""
    condition = login_session.c.account_id == account_id
    if but is not None:
        condition &= login_session.c.token_hash != digest(but)
    return connection.execute(delete(login_session).where(condition)).rowcount


def sessions_of(connection: Connection, account_id: str, *, at: datetime, idle: timedelta) -> Sequence[Row[Any]]:
    """Return the sessions of an account that hold, the last used first."""
    holds = login_session.c.expires_at > at, login_session.c.seen_at > at - idle
    mine = select(login_session).where(login_session.c.account_id == account_id, *holds)
    return connection.execute(mine.order_by(login_session.c.seen_at.desc(), login_session.c.created_at.desc())).all()


def session_id(token_hash: str) -> str:
    """Return the name of a session for people: what finds it in the database stays there."""
    return digest(token_hash)[:26]


def end_session_named(connection: Connection, account_id: str, name: str) -> bool:
    """End one session of an account; False: it has none of this name."""
    hashes = connection.scalars(select(login_session.c.token_hash).where(login_session.c.account_id == account_id))
    found = [token_hash for token_hash in hashes if session_id(token_hash) == name]
    return bool(connection.execute(delete(login_session).where(login_session.c.token_hash.in_(found))).rowcount)


def forget_old_sessions(connection: Connection, *, at: datetime, idle: timedelta) -> int:
    """Remove those that have ended by time; return how many."""
    ended = (login_session.c.expires_at <= at) | (login_session.c.seen_at <= at - idle)
    return connection.execute(delete(login_session).where(ended)).rowcount
