"""A PostgreSQL of the tests' own, on a socket in a folder of its own."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL

PACKAGES = ("postgresql-15",)


def programs() -> Path | None:
    """Return the folder of the newest PostgreSQL of this machine; None: there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    there = shutil.which("initdb")
    return Path(there).parent if there else None


@contextmanager
def running_postgresql() -> Iterator[str]:
    """Start a server and yield the URL of its database; it ends with the tests and leaves nothing."""
    where = programs()
    assert where is not None
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="camloom-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, user)
    data = folder / "data"
    options = f"-k {folder} -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    options += " -c autovacuum=off"
    try:
        _run(user, folder, where / "initdb", "-D", data, "-A", "trust", "-U", "camloom", "-E", "UTF8", "--no-sync")
        _run(user, folder, where / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            url = URL.create("postgresql+psycopg", "camloom", database="postgres", query={"host": str(folder)})
            yield url.render_as_string()
        finally:
            _run(user, folder, where / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
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
