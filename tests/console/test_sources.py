"""The console's own sources: in order, and in step with the server."""

import json
import shutil
from pathlib import Path

import pytest
from tests.console.browser import WEB, run_node

from camloom.server.openapi import document


def test_the_description_of_the_api_is_that_of_the_server() -> None:
    kept = json.loads((WEB / "openapi.json").read_text())
    assert kept == document(), "the server's API has changed: make console-types"


def test_the_types_of_the_api_are_made_from_its_description(node_packages: None, tmp_path: Path) -> None:
    made = tmp_path / "schema.ts"
    outcome = run_node("openapi-typescript/bin/cli.js", "openapi.json", "-o", str(made))
    assert outcome.returncode == 0, outcome.stdout
    assert made.read_text() == (WEB / "src/api/schema.ts").read_text(), "make console-types"


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
