"""What the console is built and looked at with: node, and Debian's browser."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).parents[2] / "web"
PACKAGES = ("chromium", "fonts-wqy-microhei")
_LEAST_NODE = (22, 12)


def chromium() -> str | None:
    """Return the path of the browser."""
    return shutil.which("chromium")


def node() -> str | None:
    """Return a node that the console can be built with: that of the machine, or the one `make console` installs."""
    own = Path(sys.executable).parent / "node"
    for path in (shutil.which("node"), str(own)):
        if path and _version(path) >= _LEAST_NODE:
            return path
    return None


def run_node(program: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the console's packages in its folder, and return how it ended."""
    path = node()
    assert path is not None
    script = WEB / "node_modules" / program
    return subprocess.run(
        [path, str(script), *arguments],
        cwd=WEB,
        env={**os.environ, "NO_COLOR": "1", "CI": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _version(path: str) -> tuple[int, ...]:
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True, timeout=30).stdout
        return tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2])
    except (OSError, subprocess.SubprocessError, ValueError):
        return ()
