"""ONNX Runtime would number this machine and tell its makers of it."""

import os
import subprocess
import sys
from pathlib import Path

_PROGRAM = "from camloom import plugins; print(plugins.load_available('runtimes', 'onnxruntime').devices())"


def test_nothing_is_kept_of_this_machine_for_its_makers(tmp_path: Path) -> None:
    environment = {
        key: value for key, value in os.environ.items() if key not in {"ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME"}
    }
    told = subprocess.run(
        [sys.executable, "-c", _PROGRAM], env={**environment, "HOME": str(tmp_path)}, capture_output=True, check=True
    )
    assert b"cpu" in told.stdout
    assert [path for path in tmp_path.rglob("*") if "Microsoft" in path.parts] == []
