"""The pages about what a user teaches show tasks and cards that are valid, and say the defaults that hold."""

import re
from pathlib import Path

import pytest
import yaml

from camloom import load_task, plugins
from camloom.inference.card import ModelCard
from camloom.rules.faces.match import MatchConfig
from camloom.rules.picture.state import StateConfig

DOCS = Path(__file__).parents[2] / "docs"
STATE = (DOCS / "rules-state.md").read_text(encoding="utf-8")
FACES = (DOCS / "rules-faces.md").read_text(encoding="utf-8")


def blocks(page: str, kind: str) -> list[str]:
    return [
        block for block in re.findall(r"```yaml\n(# .*?\n.*?)```", page, re.DOTALL) if block.startswith(f"# {kind}")
    ]


@pytest.mark.parametrize("page", [FACES, STATE])
def test_its_tasks_are_valid(page: str, tmp_path: Path) -> None:
    assert blocks(page, "task")
    for block in blocks(page, "task"):
        (tmp_path / "task.yaml").write_text(block)
        assert load_task(tmp_path / "task.yaml").rules


def test_its_card_is_valid_and_its_family_takes_it() -> None:
    (block,) = blocks(FACES, "card")
    card = ModelCard.model_validate(yaml.safe_load(block))
    plugins.load("models", card.family)(card)


def test_the_defaults_of_a_match_are_the_real_ones() -> None:
    told = dict(re.findall(r"`(\w+)`, ([\d.]+)[,)]", FACES))
    assert {"min_width_px", "max_angle_deg", "min_sharpness"} <= set(told)
    for name, value in told.items():
        assert float(value) == MatchConfig.model_fields[name].default


def test_the_defaults_of_a_state_are_the_real_ones() -> None:
    told = dict(re.findall(r"`(\w+)` \(([\d.]+)\)", STATE))
    assert {"every_s", "min_probability", "persist_s", "clear_s", "max_cover", "forget_s"} <= set(told)
    for name, value in told.items():
        assert float(value) == StateConfig.model_fields[name].default
