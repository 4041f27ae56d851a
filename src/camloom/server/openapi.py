"""Prints the description of the API, from which clients are generated: `python -m camloom.server.openapi`."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from camloom.exchange.local import LocalServer
from camloom.server.app import create_app
from camloom.server.database import Database
from camloom.server.settings import ServerSettings


def document() -> dict[str, Any]:
    """Return the OpenAPI document; nothing is served for it."""
    with TemporaryDirectory() as folder:
        settings = ServerSettings(data=Path(folder), database_url=None, media_url="")
        database, exchange = Database(settings.database), LocalServer(settings.exchange)
        try:
            return create_app(settings, database, exchange).openapi()
        finally:
            exchange.close()
            database.close()


if __name__ == "__main__":
    json.dump(document(), sys.stdout, indent=1, sort_keys=True)
