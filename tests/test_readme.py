"""The examples of the README run as they stand there."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from camloom.config import load_task

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MovingClip = Callable[..., Path]


def blocks(language: str) -> list[str]:
    found = re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)
    assert found
    return found


def small(code: str, clip: Path, card: Path) -> str:
    """Put a small clip and a small model in the place of the large ones; everything else stays."""
    return code.replace("sample:street", str(clip)).replace("nanodet", str(card))


@pytest.mark.parametrize("number", range(2))
def test_python_examples_run(
    number: int,
    tiny_card: Path,
    moving_clip: MovingClip,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    clip = moving_clip()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "task.yaml").write_text(small(blocks("yaml")[0], clip, tiny_card))
    code = small(blocks("python")[number], clip, tiny_card)
    exec(compile(code, f"README example {number}", "exec"), {})
    assert capsys.readouterr().out


def test_the_task_of_the_readme_is_valid(tmp_path: Path) -> None:
    path = tmp_path / "task.yaml"
    path.write_text(blocks("yaml")[0])
    task = load_task(path)
    assert [rule.config.id for rule in task.rules] == ["lawn_trampling", "loitering", "passed_gate"]


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda path: path.name)
def test_shipped_examples_are_valid(path: Path) -> None:
    assert load_task(path).rules
