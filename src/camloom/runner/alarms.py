"""Do the rules of a task fit its models? What a rule could never see is refused."""

from collections.abc import Sequence
from typing import Any

from camloom import plugins
from camloom.config import AlarmLabel, Block, TaskConfig, Wants
from camloom.errors import ConfigError, UsageError
from camloom.inference.card import ModelCard
from camloom.runner.abilities import Abilities

_SHOWN = 12


def fit_rules(task: TaskConfig, card: ModelCard, readers: Sequence[ModelCard] = ()) -> tuple[Block, ...]:
    """Return the rules of a task for its models; those of templates look for the labels that there are.

    Args:
        task: what is asked for.
        card: of the model that finds the objects.
        readers: those of the models of crops.

    Raises:
        ConfigError: a rule asks for a class, or an alarm for an ability, that the models do not have.
    """
    able = Abilities(card, readers)
    return tuple(_fit(task, rule, able) for rule in task.rules)


def check_taught(task: TaskConfig, readers: Sequence[ModelCard]) -> None:
    """Check that what a user taught (known faces, states) is here and fits the models. ConfigError: it does not."""
    models = frozenset(card.version_name for card in readers if card.task == "embedding")
    for rule in task.rules:
        check = getattr(plugins.load("rules", rule.type), "check_taught", None)
        if check is None:
            continue
        try:
            check(rule.config, models)
        except UsageError as error:
            raise ConfigError(f"{_who(task, rule)}: {error.message}", error.hint) from error


def _fit(task: TaskConfig, rule: Block, able: Abilities) -> Block:
    card, wants = able.card, _wants(rule)
    if rule.alarm is None:
        _check_models(_who(task, rule), f"rule '{rule.type}'", wants, able)
    else:
        _check_abilities(task, rule, rule.alarm, able)
        rule = _take_labels(task, rule, rule.alarm, card)
        rule = _take_what_there_is(task, rule, rule.alarm, card) if rule.alarm and rule.alarm.any_of else rule
    for field in getattr(type(rule.config), "label_fields", ("classes",)):
        _check_labels(task, rule, getattr(rule.config, field, ()), card)
    _check_readers(task, rule, wants, able)
    return rule


def _check_labels(task: TaskConfig, rule: Block, labels: Sequence[str], card: ModelCard) -> None:
    if unknown := sorted(set(labels) - set(card.class_names)):
        raise ConfigError(
            f"{_who(task, rule)}: model '{card.name}' does not know the class '{unknown[0]}'", it_knows(card)
        )
    if labels and task.classes and not set(labels) & set(task.classes):
        raise _filtered_out(task, rule, tuple(labels))


def _check_readers(task: TaskConfig, rule: Block, wants: Wants, able: Abilities) -> None:
    """Check that a model of crops which a rule cannot do without reads the objects that it is about."""
    whom = set(getattr(rule.config, "classes", ()))
    readers = list(zip(task.secondary, able.cards[1:], strict=False))
    passed_by = [(asked, card) for asked, card in readers if whom and asked.classes and not whom & set(asked.classes)]
    left = Abilities(able.card, [card for asked, card in readers if (asked, card) not in passed_by])
    for asked, card in passed_by:
        if _gives_more(Abilities(card), left, wants):
            raise ConfigError(
                f"{_who(task, rule)}: it is about {', '.join(sorted(whom))}, but model '{asked.model}' reads only "
                f"{', '.join(asked.classes)}",
                "Mend `classes:` under `secondary:`",
            )


def _gives_more(one: Abilities, others: Abilities, wants: Wants) -> bool:
    """Tell whether a model does something of what is wanted that the others do not."""
    return any(one.can(ability) and not others.can(ability) for ability in wants.abilities) or any(
        one.says(attribute) and not others.says(attribute) for attribute in wants.attributes
    )


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
    return _with_settings(rule, {"classes": kept})


def _take_labels(task: TaskConfig, rule: Block, alarm: AlarmLabel, card: ModelCard) -> Block:
    """Let the other settings that are labels hold those that there are; which must be there, `one_of` says."""
    there = _seen_labels(task, card)
    return _with_settings(
        rule, {key: tuple(label for label in labels if label in there) for key, labels in alarm.takes.items()}
    )


def _with_settings(rule: Block, changes: dict[str, Any]) -> Block:
    known = {key: value for key, value in changes.items() if key in type(rule.config).model_fields}
    return rule.model_copy(update={"config": rule.config.model_copy(update=known)}) if known else rule


def _check_abilities(task: TaskConfig, rule: Block, alarm: AlarmLabel, able: Abilities) -> None:
    card, template = able.card, f"template '{alarm.template}'"
    if missing := sorted(set(alarm.all_of) - set(card.class_names)):
        raise ConfigError(
            f"{_who(task, rule)}: model '{card.name}' lacks the label '{missing[0]}' that {template} needs",
            it_knows(card),
        )
    _check_models(_who(task, rule), template, alarm, able)
    if alarm.one_of and not any(_has_all(task, one, able) for one in alarm.one_of):
        raise ConfigError(
            f"{_who(task, rule)}: {template} needs {' or else '.join(_told(one) for one in alarm.one_of)}; "
            f"{able.told_tasks}",
            f"Name such a model under `model:`, or under `secondary:`. {_it_gives(task, card)}",
        )


def _wants(rule: Block) -> Wants:
    """Return what a rule wants of the models: its template says so, or its plug-in."""
    if rule.alarm is not None:
        return rule.alarm
    ask = getattr(plugins.load("rules", rule.type), "wants", None)
    return Wants() if ask is None else Wants.model_validate(ask(rule.config))


def _check_models(who: str, what: str, wants: Wants, able: Abilities) -> None:
    if lacking := [ability for ability in wants.abilities if not able.can(ability)]:
        raise ConfigError(
            f"{who}: {what} needs a {lacking[0]} model; {able.told_tasks}",
            "Name one under `model:` or `secondary:`; `camloom models list` shows those there are",
        )
    if unsaid := [attribute for attribute in wants.attributes if not able.says(attribute)]:
        raise ConfigError(
            f"{who}: {what} needs the attribute '{unsaid[0]}', which no model of the task says",
            "Name the card of a model that does under `secondary:`, or give the alarm what yours calls it. "
            + able.told_attributes,
        )


def _has_all(task: TaskConfig, wants: Wants, able: Abilities) -> bool:
    there = _seen_labels(task, able.card)
    return (
        (not wants.any_of or bool(there & set(wants.any_of)))
        and set(wants.all_of) <= there
        and all(able.can(ability) for ability in wants.abilities)
        and all(able.says(attribute) for attribute in wants.attributes)
    )


def _told(wants: Wants) -> str:
    """Return what is wanted in words."""
    told = [
        f"the labels {', '.join(wants.all_of)}" if wants.all_of else "",
        f"one of the labels {', '.join(wants.any_of)}" if wants.any_of else "",
        *(f"a {ability} model" for ability in wants.abilities),
        *(f"the attribute '{attribute}'" for attribute in wants.attributes),
    ]
    return " and ".join(one for one in told if one)


def _seen_labels(task: TaskConfig, card: ModelCard) -> set[str]:
    return set(card.class_names) & set(task.classes or card.class_names)


def _it_gives(task: TaskConfig, card: ModelCard) -> str:
    kept = f"The task keeps only {', '.join(task.classes)}" if task.classes else ""
    return kept or it_knows(card)


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
