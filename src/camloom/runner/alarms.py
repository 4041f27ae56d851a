"""Do the rules of a task fit the model that finds their objects? What a rule could never see is refused."""

from camloom.config import AlarmLabel, Block, TaskConfig
from camloom.errors import ConfigError
from camloom.inference.card import ModelCard

_SHOWN = 12


def fit_rules(task: TaskConfig, card: ModelCard) -> tuple[Block, ...]:
    """Return the rules of a task for a model; those of templates look for the labels that it has.

    Raises:
        ConfigError: a rule asks for a class, or an alarm for an ability, that the model does not have.
    """
    return tuple(_fit(task, rule, card) for rule in task.rules)


def _fit(task: TaskConfig, rule: Block, card: ModelCard) -> Block:
    if rule.alarm is not None:
        _check_abilities(task, rule, rule.alarm, card)
        if rule.alarm.any_of:
            return _take_what_there_is(task, rule, rule.alarm, card)
    classes: tuple[str, ...] = getattr(rule.config, "classes", ())
    if unknown := sorted(set(classes) - set(card.class_names)):
        raise ConfigError(
            f"{_who(task, rule)}: model '{card.name}' does not know the class '{unknown[0]}'", it_knows(card)
        )
    if classes and task.classes and not set(classes) & set(task.classes):
        raise _filtered_out(task, rule, classes)
    return rule


def _take_what_there_is(task: TaskConfig, rule: Block, alarm: AlarmLabel, card: ModelCard) -> Block:
    found = tuple(label for label in alarm.any_of if label in card.class_names)
    if not found:
        raise ConfigError(
            f"{_who(task, rule)}: model '{card.name}' has none of the labels that template '{alarm.template}' needs: "
            f"{', '.join(alarm.any_of)}",
            "Name a model card with one of them under `model:`, or give `classes:` what your model calls it. "
            + it_knows(card),
        )
    kept = tuple(label for label in found if not task.classes or label in task.classes)
    if not kept:
        raise _filtered_out(task, rule, found)
    if "classes" not in type(rule.config).model_fields:
        return rule
    return rule.model_copy(update={"config": rule.config.model_copy(update={"classes": kept})})


def _check_abilities(task: TaskConfig, rule: Block, alarm: AlarmLabel, card: ModelCard) -> None:
    if missing := sorted(set(alarm.all_of) - set(card.class_names)):
        raise ConfigError(
            f"{_who(task, rule)}: model '{card.name}' lacks the label '{missing[0]}' that template "
            f"'{alarm.template}' needs",
            it_knows(card),
        )
    able = {"pose": card.task == "pose", "face": card.task == "faces"}
    if lacking := [ability for ability in alarm.abilities if not able[ability]]:
        raise ConfigError(
            f"{_who(task, rule)}: template '{alarm.template}' needs a {lacking[0]} model; '{card.name}' is for "
            f"{card.task}",
            "`camloom models list` shows those there are",
        )


def _filtered_out(task: TaskConfig, rule: Block, wanted: tuple[str, ...]) -> ConfigError:
    return ConfigError(
        f"{_who(task, rule)}: it looks for {', '.join(wanted)}, but the task keeps only {', '.join(task.classes)}",
        "Add them to the task's `classes:`",
    )


def _who(task: TaskConfig, rule: Block) -> str:
    what = "rule" if rule.alarm is None else "alarm"
    name = rule.config.id if rule.alarm is None else rule.alarm.alarm_id
    where = rule.place or f"task '{task.id}'"
    return f"{where}: {what} '{name}'"


def it_knows(card: ModelCard) -> str:
    """Return the classes of a model as a hint."""
    more = " ..." if len(card.class_names) > _SHOWN else ""
    return f"It knows {', '.join(card.class_names[:_SHOWN])}{more}"
