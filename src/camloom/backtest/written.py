"""What a setting of a rule is called where the user writes it: in the rule itself, or in the alarm of a template."""

from typing import Any

from camloom.backtest.settings import Path
from camloom.config import Block, TaskConfig
from camloom.config.template import TemplateRule, find_template, template_folders

# Filters and gate settings that stand in an alarm itself.
_COMMON = frozenset({"min_confidence", "min_height_share", "gap_s"})


def written_as(task: TaskConfig, block: Block, path: Path) -> tuple[str, str]:
    """Return the name of a setting as it stands in a task, and where it cannot be set there, why.

    Args:
        block: the rule, which a template may have made.
        path: of the setting in the rule's `Config`.
    """
    if block.alarm is None:
        return ".".join(path), ""
    template = find_template(block.alarm.template, template_folders(task.templates))
    rule = next(one for one in template.rules if (one.type, one.stage) == (block.type, block.alarm.stage))
    given = _given(rule, path)
    if isinstance(given, str) and given.removeprefix("$") in template.parameters:
        return given.removeprefix("$"), ""
    if given is None and (path[0] == "gate" or path[0] in _COMMON):
        return path[-1], ""
    return ".".join(path), f"fixed by the template '{block.alarm.template}'"


def _given(rule: TemplateRule, path: Path) -> Any:
    """Return what the template gives for a setting; None: nothing."""
    value: Any = rule.settings
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value
