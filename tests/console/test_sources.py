"""The console's own sources: in order, and in step with the server."""

import ast
import json
import re
import shutil
from pathlib import Path

import pytest
from tests.console.browser import WEB, run_node

from camloom import rules
from camloom.server.openapi import document


def test_the_description_of_the_api_is_that_of_the_server() -> None:
    kept = json.loads((WEB / "openapi.json").read_text())
    assert kept == document(), "the server's API has changed: make console-types"


def test_the_types_of_the_api_are_made_from_its_description(node_packages: None, tmp_path: Path) -> None:
    made = tmp_path / "schema.ts"
    outcome = run_node("openapi-typescript/bin/cli.js", "openapi.json", "-o", str(made))
    assert outcome.returncode == 0, outcome.stdout
    assert made.read_text() == (WEB / "src/api/schema.ts").read_text(), "make console-types"


def test_the_console_has_words_for_each_reason_of_an_alarm() -> None:
    words = (WEB / "src/rooms/alarms/gateWords.ts").read_text()
    gates, units = _gates()
    assert len(gates) > 50  # else they are made in another way than is looked for here
    said = set(re.findall(r'^ +(\w+|"[^"]+"): "', words.partition("export const zh")[0], re.MULTILINE))
    assert {name for name in gates | units if name and name not in said and f'"{name}"' not in said} == set()


def _gates() -> tuple[set[str], set[str]]:
    """Return the names and the units of the gates that the rules of the engine write out."""
    found: tuple[set[str], set[str]] = (set(), set())
    for path in Path(rules.__path__[0]).rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Gate":
                for kept, part in zip(found, (call.args[0], *call.args[3:4]), strict=False):
                    if isinstance(part, ast.Constant):
                        kept.add(str(part.value))
    return found


@pytest.mark.slow
def test_the_example_in_typescript_fits_the_types(node_packages: None, tmp_path: Path) -> None:
    (example,) = (WEB.parent / "docs" / "api.md").read_text().split("```ts\n")[1:]
    (tmp_path / "example.ts").write_text(example.partition("```")[0])
    shutil.copy(WEB / "src/api/schema.ts", tmp_path / "camloom.ts")
    (tmp_path / "node_modules").symlink_to(WEB / "node_modules")
    how = ("--noEmit", "--strict", "--skipLibCheck", "--target", "ES2022", "--moduleResolution", "bundler")
    outcome = run_node("typescript/bin/tsc", *how, "--module", "ESNext", str(tmp_path / "example.ts"))
    assert outcome.returncode == 0, outcome.stdout


def test_the_lock_file_records_no_download_addresses() -> None:
    packages = json.loads((WEB / "package-lock.json").read_text())["packages"]
    assert len(packages) > 100
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
