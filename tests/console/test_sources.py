"""The console's own sources: in order, and in step with the server."""

import json
from pathlib import Path

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
