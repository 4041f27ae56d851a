"""A PostgreSQL of the tests' own, on a socket in a folder of its own."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import URL

PACKAGES = ("postgresql-15",)
_FAST = ("fsync=off", "autovacuum=off", "full_page_writes=off", "synchronous_commit=off")
# A process that is killed loses nothing that the system has, so that there is no need to wait for the disk.
_DURABLE = ("fsync=off", "restart_after_crash=on")


def programs() -> Path | None:
    """Return the folder of the newest PostgreSQL of this machine; None: there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    there = shutil.which("initdb")
    return Path(there).parent if there else None


class PostgreSql:
    """A server in a folder; it can be started again after its end.

    Args:
        folder: new and empty.
        durable: whether what it has acknowledged outlives a kill.
    """

    def __init__(self, folder: Path, *, durable: bool) -> None:
        where = programs()
        assert where is not None
        self._where, self._folder, self._user = where, folder, _user()
        self._data = folder / "data"
        if os.geteuid() == 0:
            shutil.chown(folder, self._user)
        settings = " ".join(f"-c {one}" for one in (_DURABLE if durable else _FAST))
        self._options = f"-k {folder} -c listen_addresses= {settings}"
        _run(self._user, folder, where / "initdb", "-D", self._data, "-A", "trust", "-U", "camloom", "-E", "UTF8",
             "--no-sync")  # fmt: skip

    @property
    def url(self) -> str:
        """Of its database."""
        made = URL.create("postgresql+psycopg", "camloom", database="postgres", query={"host": str(self._folder)})
        return made.render_as_string()

    @property
    def pid(self) -> int | None:
        """Of the process that all others come from; None: it does not run."""
        with suppress(OSError, ValueError):
            pid = int((self._data / "postmaster.pid").read_text().split()[0])
            if Path(f"/proc/{pid}").exists():
                return pid
        return None

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        log = self._folder / "log"
        self._control("-w", "-l", log, "-o", self._options, "start")

    def stop(self) -> None:
        """End it as it is."""
        self._control("-w", "-m", "immediate", "stop")

    def _control(self, *arguments: str | Path) -> None:
        _run(self._user, self._folder, self._where / "pg_ctl", "-D", self._data, *arguments)


@contextmanager
def running_postgresql() -> Iterator[str]:
    """Start a server and yield the URL of its database; it ends with the tests and leaves nothing."""
    with postgresql_server(durable=False) as server:
        yield server.url


@contextmanager
def postgresql_server(*, durable: bool) -> Iterator[PostgreSql]:
    """Start a server; it ends with the tests and leaves nothing."""
    folder = Path(tempfile.mkdtemp(prefix="camloom-pg-"))
    try:
        server = PostgreSql(folder, durable=durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> str:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(user: str, folder: Path, *command: str | Path) -> None:
    who = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    with tempfile.TemporaryFile() as out:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=folder,
            # What it leaves running must not hold a pipe of ours open.
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=out,
            check=False,
            timeout=60,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            **who,  # type: ignore[call-overload]
        )
        out.seek(0)
        assert done.returncode == 0, out.read().decode(errors="replace")
