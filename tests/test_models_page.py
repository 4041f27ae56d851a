"""The page about models leaves nothing out, and every command that the pages show is there."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from camloom import plugins
from camloom.cli.app import app
from camloom.inference.card import InputSpec, ModelCard

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
PAGES = ("README.md", "docs/models.md", "docs/hardware.md", "docs/rules-faces.md", "docs/rules-state.md")


def rows(heading: str) -> dict[str, list[str]]:
    """Return the table under a heading: the names in the first column, and the other cells."""
    table = PAGE.partition(f"| {heading} |")[2].partition("\n\n")[0]
    found: dict[str, list[str]] = {}
    for line in table.splitlines()[2:]:
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        found |= dict.fromkeys(re.findall(r"`(\w+)`", cells[0]), cells[1:])
    return found


def test_every_field_of_a_card_is_described() -> None:
    assert set(rows("field")) == set(ModelCard.model_fields)
    assert set(rows("`input:`")) == set(InputSpec.model_fields)


@pytest.mark.parametrize(("heading", "kind"), [("field", ModelCard), ("`input:`", InputSpec)])
def test_defaults_are_the_real_ones(heading: str, kind: type[ModelCard] | type[InputSpec]) -> None:
    for name, (_, told) in rows(heading).items():
        if default := told.strip(" `|"):
            field = kind.model_fields[name]
            value = field.get_default(call_default_factory=True)
            written = ", ".join(f"{each:g}" for each in value) if isinstance(value, tuple) else str(value)
            assert default == written, name


def test_every_family_is_described() -> None:
    assert set(rows("family")) == set(plugins.names("models"))


def test_the_readme_counts_the_families() -> None:
    assert f"\n{len(plugins.names('models'))} families of models" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("family", plugins.names("models"))
def test_every_option_of_a_family_is_named(family: str) -> None:
    module = import_module(plugins.load("models", family).__module__)
    (options,) = {value for name, value in vars(module).items() if name.endswith("Options")}
    assert set(re.findall(r"`(\w+)`", rows("family")[family][1])) == set(options.model_fields)


def test_the_card_of_the_page_is_valid() -> None:
    (block,) = re.findall(r"```yaml\n(# card\n.*?)```", PAGE, re.DOTALL)
    card = ModelCard.model_validate(yaml.safe_load(block))
    plugins.load("models", card.family)(card)


def shown_commands() -> Iterator[tuple[str, str]]:
    """Yield each command line of the pages, with its page."""
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        for line in re.findall(r"^ {4}(?:[A-Z_]+=\S+ )?(?:\S*/)?camloom (.*)$", text, re.MULTILINE):
            yield page, line.partition("  #")[0].strip()


@pytest.mark.parametrize(("page", "line"), list(shown_commands()))
def test_a_command_that_is_shown_exists_with_its_options(page: str, line: str) -> None:
    command: Any = typer.main.get_command(app)
    words = line.split()
    while words and (inner := getattr(command, "commands", {})):
        assert words[0] in inner, f"{page}: {line}"
        _, command, words = command.resolve_command(typer.Context(command), words)
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known, f"{page}: {line}"
