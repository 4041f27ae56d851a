"""Targets as they are kept: what is secret of their settings is sealed."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from pydantic import SecretStr, ValidationError
from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, select, update

from camloom.config.model import complaints_of, first_problem
from camloom.errors import CamloomError, ServerError
from camloom.plugins import load_available, names
from camloom.server.access.sealing import Sealer
from camloom.server.database.tables import push_target
from camloom.server.pushes.seam import MASK, PushConfig, PushKind
from camloom.server.web import RefusedError, problem_of

SEAM = "push_kinds"
MAX_TARGETS = 64
_FIND = select(push_target).where(push_target.c.id == bindparam("of"))
Row = dict[str, Any]


def kind_names() -> list[str]:
    """Return the names of all kinds."""
    return names(SEAM)


def kind_class(name: str) -> type[PushKind]:
    """Return a kind. RefusedError (422): there is none of this name that works here."""
    try:
        return cast(type[PushKind], load_available(SEAM, name))
    except CamloomError as error:
        hint = f"Known: {', '.join(kind_names())}"
        raise RefusedError(422, "unknown-kind", f"there is no push kind '{name}' here", hint) from error


def read_settings(kind: type[PushKind], given: Mapping[str, Any], kept: Mapping[str, Any] | None = None) -> PushConfig:
    """Return the settings that somebody sent.

    Args:
        kind: of the target.
        given: as sent; a mask stands for the secret that is kept.
        kept: all settings as they are now, the secret ones too.

    Raises:
        RefusedError: 422: they are not those of the kind, or a kept secret would go to another receiver.
    """
    masked = [name for name in kind.Config.secret_fields() if given.get(name) == MASK]
    known = dict(kept or {})
    config = check_settings(kind, {**given, **{name: known.get(name, "") for name in masked}})
    moved = [name for name in kind.destination if name in known and _plain(config)[name] != known[name]]
    if moved and any(known.get(name) for name in masked):
        hint = "A secret is shown only to the receiver that it was entered for."
        raise RefusedError(422, "secret-needed", f"'{moved[0]}' changes, so the secrets must be entered again", hint)
    return config


def check_settings(kind: type[PushKind], given: Mapping[str, Any]) -> PushConfig:
    """Return settings. RefusedError (422): they are not those of the kind; what was sent is not repeated."""
    try:
        return kind.Config.model_validate(dict(given))
    except ValidationError as error:
        found = zip(error.errors(include_url=False, include_input=False), complaints_of(error), strict=True)
        problems = [problem_of(one, text, ["settings", *place]) for one, (place, _, text) in found]
        raise RefusedError(422, "invalid", f"settings: {first_problem(error)}", problems=problems) from None


def add_target(connection: Connection, values: Mapping[str, Any]) -> bool:
    """Keep a new target; False: there are too many."""
    count = connection.execute(select(func.count()).select_from(push_target)).scalar_one()
    if count >= MAX_TARGETS:
        return False
    fresh = {"failing_since": None, "last_error": "", "last_ok_at": None, "lost": 0}
    connection.execute(insert(push_target).values(**fresh, **values))
    return True


def change_target(connection: Connection, target_id: str, values: Mapping[str, Any]) -> None:
    """Write a target anew."""
    connection.execute(update(push_target).where(push_target.c.id == target_id).values(**values))


def find_target(connection: Connection, target_id: str) -> Row | None:
    """Return a target."""
    row = connection.execute(_FIND, {"of": target_id}).mappings().first()
    return None if row is None else dict(row)


def find_targets(connection: Connection, *conditions: ColumnElement[bool]) -> list[Row]:
    """Return all targets that fit."""
    wanted = select(push_target).where(*conditions).order_by(push_target.c.id)
    return [dict(row) for row in connection.execute(wanted).mappings()]


def columns_of(sealer: Sealer, config: PushConfig, now: datetime) -> dict[str, Any]:
    """Return the columns that hold settings."""
    plain, secret = _plain(config), _secrets(config)
    sealed = sealer.seal(json.dumps(secret).encode()) if any(secret.values()) else None
    return {"settings": {key: value for key, value in plain.items() if key not in secret}, "secret": sealed,
            "changed_at": now}  # fmt: skip


def open_settings(sealer: Sealer, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return all settings of a row, the secret ones too. ServerError: they cannot be opened."""
    if row["secret"] is None:
        return dict(row["settings"])
    opened = json.loads(sealer.open(row["secret"]))
    return {**row["settings"], **opened}


def known_settings(sealer: Sealer, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return all settings of a row, as far as they can be opened."""
    try:
        return open_settings(sealer, row)
    except ServerError:
        return dict(row["settings"])


def masked_settings(sealer: Sealer, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings as people see them."""
    known = known_settings(sealer, row)
    try:
        kind = kind_class(row["kind"])
    except RefusedError:
        return dict(row["settings"])
    shown = {name: MASK if known.get(name) else "" for name in kind.Config.secret_fields()}
    return {**row["settings"], **shown}


def _plain(config: PushConfig) -> dict[str, Any]:
    return {**config.model_dump(mode="json"), **_secrets(config)}


def _secrets(config: PushConfig) -> dict[str, str]:
    found = {name: getattr(config, name) for name in type(config).secret_fields()}
    return {name: value.get_secret_value() for name, value in found.items() if isinstance(value, SecretStr)}
