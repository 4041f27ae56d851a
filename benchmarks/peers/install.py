"""Make the environment that the peers run in: `python benchmarks/peers/install.py [FOLDER]`.

The folder (default `.venv-peers` in the current one) becomes a virtual environment with the pinned packages.
As root on Debian the GStreamer plug-ins come too; without root it prints the command for them.
"""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

DEBIAN_PACKAGES = [
    "gstreamer1.0-plugins-base",
    "gstreamer1.0-plugins-good",
    "gstreamer1.0-plugins-bad",
    "gstreamer1.0-libav",
    "gir1.2-gst-plugins-base-1.0",
    "python3-gi",
]


def install_packages(folder: Path) -> None:
    """Create the virtual environment and install the pinned packages into it."""
    venv.create(folder, with_pip=True)
    pins = Path(__file__).with_name("requirements.txt")
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-deps", "-r", str(pins)], check=True)


def install_gstreamer() -> None:
    """Install Debian's GStreamer, or say what to type."""
    command = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *DEBIAN_PACKAGES]
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "--quiet"], check=True, env=environment)
        subprocess.run(command, check=True, env=environment)
    else:
        print(f"The GStreamer peer needs: sudo {' '.join(command)}", file=sys.stderr)


if __name__ == "__main__":
    install_packages(Path(sys.argv[1] if len(sys.argv) > 1 else ".venv-peers"))
    install_gstreamer()
