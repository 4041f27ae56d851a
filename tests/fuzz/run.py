# ruff: noqa: T201  # a tool of the command line
"""Throw hostile bytes at the parsers for some minutes: `make fuzz`.

    python -m tests.fuzz.run [TARGET...] [--seconds 600]

The time is shared among the targets. What breaks one is kept in out/fuzz, and named at the end.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from tests.fuzz.targets import TARGETS, seeds

_FOLDER = Path("out/fuzz")
_TIMEOUT_S, _MAX_MB = 10, 2048


def run_one(name: str, seconds: int) -> None:
    """Fuzz one target in this process; never returns normally once the fuzzer runs."""
    import atheris

    with atheris.instrument_imports(include=["camloom.gb28181"]):
        check = TARGETS[name]()
    corpus = _FOLDER / name
    corpus.mkdir(parents=True, exist_ok=True)
    for index, seed in enumerate(seeds(name)):
        (corpus / f"seed{index}").write_bytes(seed)
    limits = [f"-max_total_time={seconds}", f"-timeout={_TIMEOUT_S}", f"-rss_limit_mb={_MAX_MB}", "-max_len=8192"]
    atheris.Setup([name, *limits, f"-artifact_prefix={_FOLDER}/{name}-", str(corpus)], check)
    atheris.Fuzz()


def missing(name: str) -> str:
    """Return why a target cannot run; empty: it can."""
    try:
        TARGETS[name]()
    except ImportError as error:
        return str(error)
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; all by default")
    parser.add_argument("--seconds", type=int, default=600, help="in all")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        run_one(arguments.targets[0], arguments.seconds)
        return 0
    names = arguments.targets or [name for name in TARGETS if not missing(name)]
    failed = [name for name in names if not _run_apart(name, max(1, arguments.seconds // len(names)))]
    print(f"broken: {', '.join(failed)}; inputs in {_FOLDER}" if failed else f"nothing broke: {', '.join(names)}")
    return 1 if failed else 0


def _run_apart(name: str, seconds: int) -> bool:
    print(f"{name}: {seconds} s", flush=True)
    command = [sys.executable, "-m", "tests.fuzz.run", name, "--seconds", str(seconds), "--here"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    print("\n".join(lines[-1:] if done.returncode == 0 else lines[-40:]), flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    raise SystemExit(main())
