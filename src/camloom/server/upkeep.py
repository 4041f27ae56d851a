"""What whoever runs the machine does to a server by command, whether it is running or not."""

import platform
from datetime import date
from pathlib import Path

from sqlalchemy import select

from camloom.config.document import read_document
from camloom.errors import ConfigError, ServerError
from camloom.server.access.reset import reset_link
from camloom.server.access.sealing import load_sealer
from camloom.server.business.proving import prove_sums
from camloom.server.clock import Clock, system_clock
from camloom.server.database import Database
from camloom.server.database.tables import setting
from camloom.server.management.rounds import THIS_HOST
from camloom.server.management.taking import Taken, take_task
from camloom.server.place import make_private
from camloom.server.run import ADDRESS, open_database
from camloom.server.settings import ServerSettings


def take_files(settings: ServerSettings, files: list[Path], clock: Clock = system_clock) -> list[Taken]:
    """Put task files of `camloom run` on the platform, all or none; a server that runs begins them within a minute.

    Args:
        settings: of the server; it need not have been started yet.
        files: of tasks.

    Raises:
        CamloomError: one of them is no task, or none for a platform.
    """
    documents = [_read(file) for file in files]
    make_private(settings)
    sealer = load_sealer(settings.data)
    host = (THIS_HOST, platform.node() or THIS_HOST)
    with open_database(settings) as database, database.write() as connection:
        return [take_task(connection, sealer, name, document, host, clock()) for name, document in documents]


def make_reset_link(settings: ServerSettings, name: str, clock: Clock = system_clock) -> str:
    """Return a link that gives an account a new password; it works once, within an hour.

    Raises:
        ServerError: there is no such account.
    """
    _require_there(settings)
    with open_database(settings) as database:
        return reset_link(database, _address(settings, database), name, clock())


def check_sums(settings: ServerSettings, clock: Clock = system_clock) -> tuple[int, list[date]]:
    """Compare the sums of reports, and mend what differs, as the server does every day; see `prove_sums`.

    Raises:
        ServerError: there is no server.
    """
    _require_there(settings)
    with open_database(settings) as database:
        return prove_sums(database, clock)


def _require_there(settings: ServerSettings) -> None:
    if settings.database_url is None and not (settings.data / "camloom.db").is_file():
        raise ServerError(
            f"there is no Camloom in {settings.data}", "--data names the folder of the one that you mean."
        )


def _read(file: Path) -> tuple[str, dict[str, object]]:
    document, _ = read_document(file)
    if not isinstance(document, dict):
        raise ConfigError(f"{file} is no task", "examples/street.yaml is one")
    return str(document.get("id") or file.stem).replace("_", " ")[:128], document


def _address(settings: ServerSettings, database: Database) -> str:
    """Return where people find the server: as it noted when it started last."""
    with database.read() as connection:
        noted = connection.scalar(select(setting.c.value).where(setting.c.key == ADDRESS))
    return settings.public_url.rstrip("/") or (noted if isinstance(noted, str) else settings.address)
