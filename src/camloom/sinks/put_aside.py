"""What the other side will never take: kept in a file for people, so that the rest can go on."""

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

from camloom.errors import SinkError
from camloom.sinks.spool import Spool

MAX_KEPT = 1000
_log = logging.getLogger(__name__)


class PutAside:
    """A file of refused lines, each as `{"at", "why", "line"}`; the oldest go when there are more than `MAX_KEPT`.

    Args:
        path: in a folder that exists; the file is made when it is needed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self, line: str, why: str) -> None:
        """Keep a line and say so; if the disk does not take it, it is lost, and that is said."""
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            file = Spool(self._path, MAX_KEPT)
            file.put(json.dumps({"at": moment, "why": why, "line": line}, ensure_ascii=False))
            file.close()
        except SinkError as error:
            _log.error("an event that is refused for good is lost: %s; %s", why, error)
            return
        _log.error("an event that is refused for good is put aside in %s: %s", self._path.name, why)
