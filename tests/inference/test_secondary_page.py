"""The page about models on crops shows tasks and cards that are valid."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from camloom import parse_task, plugins
from camloom.config import SecondaryConfig
from camloom.inference.card import ModelCard

PAGE = (Path(__file__).parents[2] / "docs" / "secondary.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(# .*?\n.*?)```", PAGE, re.DOTALL)
CARDS = [block for block in BLOCKS if block.startswith("# card")]
FAMILIES = ("classifier", "attributes", "embedder", "landmarks", "plate_text")


@pytest.mark.parametrize("block", CARDS)
def test_a_card_is_valid_and_its_family_takes_it(block: str) -> None:
    card = ModelCard.model_validate(yaml.safe_load(block))
    plugins.load("models", card.family)(card)


def test_the_task_is_valid_and_shows_every_setting() -> None:
    (block,) = [block for block in BLOCKS if block.startswith("# task")]
    document: dict[str, Any] = yaml.safe_load(block)
    parse_task(document)
    assert set(document["secondary"][0]) | {"runtime"} == set(SecondaryConfig.model_fields)


@pytest.mark.parametrize("family", FAMILIES)
def test_options_named_for_a_family_exist(family: str) -> None:
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{family}` |")]
    options = import_module(f"camloom.inference.models.{family}").Options
    named = set(re.findall(r"`(\w+)[`:]", row.split("|")[-2]))
    assert named <= set(options.model_fields)
    assert named
