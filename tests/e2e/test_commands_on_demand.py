"""A command costs what it needs itself: none of the others is imported for it."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from camloom.cli.app import app

HEAVY = ("numpy", "av", "cv2", "pydantic", "fastapi", "openvino")


def listed() -> list[str]:
    commands = CliRunner().invoke(app, ["--help"]).stdout.split("Commands:")[1].split("Exit codes")[0]
    return [line.split()[0] for line in commands.splitlines() if line[2:3].strip()]


def test_help_and_version_import_nothing_heavy() -> None:
    program = f"""
import sys
sys.argv = ["camloom", "--help"]
from camloom.cli.app import _exit_code
assert _exit_code(debug=False) == 0
sys.exit(",".join(set(sys.modules) & set({HEAVY!r})) or 0)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("name", listed())
def test_every_command_of_the_list_can_be_called(name: str) -> None:
    result = CliRunner().invoke(app, [name, "--help"])
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: camloom {name} ")


def test_a_misspelt_command_names_the_nearest() -> None:
    result = CliRunner().invoke(app, ["prob"])
    assert result.exit_code == 2
    assert "Did you mean 'probe'" in result.stderr
