"""Whether the models of a host do for a template."""

from collections.abc import Sequence

from camloom.config.template import Needs
from camloom.server.management.hosts.models import ModelOnHost
from camloom.server.web import Answer

_PICTURE_TASKS = ("detection", "faces", "pose", "segmentation")
_ABILITIES = {"pose": "pose", "face": "faces", "embedding": "embedding"}
_SHOWN = 6


class TemplateFit(Answer):
    """Whether there are models for something.

    Attributes:
        models: those that find objects and do for it, to choose one as `model`.
        readers: those of crops that it needs under `secondary`.
        lacks: what no model here does, as codes with what they are about: `label:fire`, `ability:pose`,
            `attribute:helmet=no`; empty: nothing.
    """

    models: list[str]
    readers: list[str]
    lacks: list[str]


def fit_of(needs: Needs, models: Sequence[ModelOnHost]) -> TemplateFit:
    """Return which models do for what is needed, and what none of them does."""
    finders = [model for model in models if model.task in _PICTURE_TASKS]
    fitting = [model.name for model in finders if _knows(model, needs)]
    readers: list[str] = []
    lacks = [] if fitting else _labels(needs)
    for code, able in _others(needs, models):
        if not able:
            lacks.append(code)
        elif not set(able) & set(fitting):
            readers += [name for name in able[:1] if name not in readers]
    if needs.one_of:
        ways = sorted((fit_of(one, models) for one in needs.one_of), key=lambda fit: len(fit.lacks))
        lacks += ways[0].lacks
        readers += [name for name in ways[0].readers if name not in readers]
        fitting = [name for name in fitting if any(name in way.models for way in ways if not way.lacks)] or fitting
    return TemplateFit(models=fitting, readers=readers, lacks=lacks)


def _knows(model: ModelOnHost, needs: Needs) -> bool:
    known = set(model.class_names)
    return known.issuperset(needs.labels.all) and (not needs.labels.any or bool(known & set(needs.labels.any)))


def _labels(needs: Needs) -> list[str]:
    either = ["label:" + "|".join(needs.labels.any[:_SHOWN])] if needs.labels.any else []
    return [*either, *(f"label:{name}" for name in needs.labels.all)] or ["ability:detection"]


def _others(needs: Needs, models: Sequence[ModelOnHost]) -> list[tuple[str, list[str]]]:
    """Return abilities and attributes that are needed, each with the models that have it."""
    asked = [(f"ability:{name}", task) for name, task in _ABILITIES.items() if getattr(needs, name)]
    able = [(code, [model.name for model in models if model.task == task]) for code, task in asked]
    said = [(f"attribute:{one}", [model.name for model in models if _says(model, one)]) for one in needs.attributes]
    return [*able, *said]


def _says(model: ModelOnHost, attribute: str) -> bool:
    name, _, value = attribute.partition("=")
    values = model.says.get(name)
    return values is not None and (not value or not values or value in values)
