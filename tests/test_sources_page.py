"""The page about sources names every source that is registered, and each of its settings."""

import re
from pathlib import Path

import pytest

from camloom import plugins
from camloom.config.addresses import STRICT_SCHEMES, AddressPolicy

PAGE = (Path(__file__).parents[1] / "docs" / "sources.md").read_text()


def section(name: str) -> str:
    found = re.search(rf"(?ms)^## {name}: .*?(?=^## |\Z)", PAGE)
    assert found, f"docs/sources.md has no section '## {name}: ...'"
    return found[0]


@pytest.mark.parametrize("name", plugins.names("sources"))
def test_every_source_has_a_section_with_its_settings_and_an_example(name: str) -> None:
    text = section(name)
    source = plugins.load("sources", name)

    assert f"`{name}`" in PAGE.split("\n## ")[0]  # in the table at the top
    assert "    source: " in text
    assert [setting for setting in source.Config.model_fields if f"`{setting}`" not in text] == []


@pytest.mark.parametrize("name", plugins.names("sources"))
def test_every_scheme_is_there(name: str) -> None:
    for scheme in plugins.load("sources", name).schemes:
        assert re.search(rf"{scheme}:|{scheme[:-1]}\(s\)|{scheme.upper()}", PAGE), scheme


def test_the_policy_is_described_as_it_is() -> None:
    policy = PAGE[PAGE.index("## Which addresses") :]

    assert all(f"`{field}`" in policy for field in AddressPolicy.model_fields)
    assert all(scheme.removesuffix("s") in policy for scheme in STRICT_SCHEMES)
