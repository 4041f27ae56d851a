"""`make faults`: the whole fault suite, with the times of a real task; prints the table, and writes out/faults.md."""

import os
import sys
from pathlib import Path

import pytest

TABLE = Path("out/faults.md")


def main() -> int:
    """Run it; the exit code is pytest's."""
    os.environ["CAMLOOM_FAULTS"] = "1"
    TABLE.unlink(missing_ok=True)
    code = pytest.main(["tests/faults", "-q", "--deselect", "tests/faults/test_tools.py", *sys.argv[1:]])
    if TABLE.exists():
        sys.stdout.write("\n" + TABLE.read_text(encoding="utf-8"))
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
