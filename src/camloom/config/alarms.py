"""From an alarm in a task, a template and its settings, to the rules that raise it."""

from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel, Field, ValidationError

from camloom import plugins
from camloom.config.asked import MAX_MERGE_S, Asked, Places, keys_of
from camloom.config.blocks import AlarmLabel, Block, Wants, build_block
from camloom.config.model import Complaint, StrictModel, complaint, complaints_of, refusal
from camloom.config.places import ZoneConfig
from camloom.config.template import (
    Needs,
    Severity,
    Template,
    TemplateRule,
    fill_in,
    find_template,
    setting_of,
    template_folders,
)
from camloom.errors import CamloomError

_ABILITIES = ("pose", "face", "embedding")


class Alarm(StrictModel):
    """An alarm as the user asked for it, and the rules that it became.

    Attributes:
        settings: what the user wrote.
        rules: with ids that are the alarm's, followed by the stage where it has stages.
        place: where in its file it stands; empty if it comes from no file.
    """

    template: str
    id: str = Field(min_length=1)
    settings: dict[str, Any]
    rules: tuple[Block, ...]
    place: str = Field(default="", repr=False)

    def at(self, place: str) -> "Alarm":
        """Return it with its place in a file."""
        rules = tuple(rule.model_copy(update={"place": place}) for rule in self.rules)
        return self.model_copy(update={"place": place, "rules": rules})


def build_alarm(value: Any, places: Places) -> Alarm:
    """Return an alarm with its rules.

    Args:
        value: `{template: name, ...}` or just the name; an alarm is built anew from its settings.

    Raises:
        ValidationError: everything that is wrong with it, by key.
    """
    settings = value.settings if isinstance(value, Alarm) else {"template": value} if isinstance(value, str) else value
    if not isinstance(settings, dict) or not isinstance(settings.get("template"), str):
        raise refusal([complaint((), "needs the form {template: name, ...}")])
    name = settings["template"]
    try:
        template = find_template(name, template_folders(places.templates))
        configs = [plugins.load("rules", rule.type).Config for rule in template.rules]
    except CamloomError as error:
        raise refusal([complaint(("template",), _why_not(name, error))]) from error
    return _Builder(Asked(name, template, configs, settings, places)).build()


def _why_not(name: str, error: CamloomError) -> str:
    return str(error) if "template" in error.message else f"template '{name}' needs a block: {error}"


def missing_blocks(template: Template) -> list[str]:
    """Return the rule plug-ins of a template that are not here."""
    return sorted({rule.type for rule in template.rules if not _is_here(rule.type)})


def _is_here(name: str) -> bool:
    try:
        plugins.load("rules", name)
    except CamloomError:
        return False
    return True


def settings_of(template: Template) -> dict[str, Any]:
    """Return JSON Schema of what an alarm may say besides the template's parameters.

    Raises:
        PluginError: a rule of the template is not here.
    """
    configs = [plugins.load("rules", rule.type).Config for rule in template.rules]
    inner = [_properties(config, key) for config in configs for key in (None, "gate")]
    asked = Asked("", template, configs, {}, Places({}, {}, None))
    allowed = {*asked.gate_keys(), *asked.subject_keys()}
    properties = {key: value for one in inner for key, value in one.items() if key in allowed}
    known = {"type": "string", "enum": list(get_args(Severity))}
    merge = {"type": "number", "minimum": 0, "maximum": MAX_MERGE_S, "default": template.merge_s}
    own = {"id": {"type": "string", "minLength": 1}, "severity": known, "merge_s": merge}
    if any(parameter.kind == "zone" for parameter in template.parameters.values()):
        own["outside"] = {"type": "boolean", "description": "the rest of the picture in place of the zone"}
    return {**own, **properties}


def _properties(config: type[BaseModel], field: str | None) -> dict[str, Any]:
    """Return the schema of a rule's settings, or of those in one of them; plain ones only, others stay open."""
    inner = config.model_fields[field].annotation if field and field in config.model_fields else config
    if not isinstance(inner, type) or not issubclass(inner, BaseModel):
        return {}
    shown = inner.model_json_schema()["properties"]
    told = ("title", "description", "type")
    return {
        key: {name: one[name] for name in told if name in one} if "$ref" in str(one) else one
        for key, one in shown.items()
    }


class _Builder:
    """Makes the rules of one alarm."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.template = asked.template
        self.given = asked.given

    def build(self) -> Alarm:
        if wrong := self.asked.complaints():
            raise refusal(wrong)
        alarm_id = self.given.get("id", self.asked.name)
        rules = tuple(block for place in self._spread() for block in self._rules(alarm_id, place))
        return Alarm(template=self.asked.name, id=alarm_id, settings=self.given, rules=rules)

    def _spread(self) -> list[dict[str, str]]:
        """Return one setting for each place where several are named; [{}] where each setting names one."""
        several = self.asked.several()
        return [{several[0]: name} for name in self.given[several[0]]] if several else [{}]

    def _rules(self, alarm_id: str, place: dict[str, str]) -> list[Block]:
        """Return the rules for one place. Where several are named, each is an alarm of its own, with it in its id."""
        values = self._values() | place
        made = {name: self._grow(name, values) for name in self.template.zones}
        if self.given.get("outside"):
            made |= {key: self.asked.places.zones[values[key]].outside() for key in self.asked.zone_keys(values)}
        values |= {name: zone.name for name, zone in made.items()}
        alarm_id = ".".join([alarm_id, *place.values()])
        return [
            self._rule(rule, config, alarm_id, values, tuple(made.values()))
            for rule, config in zip(self.template.rules, self.asked.configs, strict=True)
        ]

    def _values(self) -> dict[str, Any]:
        values = {}
        for name, parameter in self.template.parameters.items():
            given = self.given.get(name)
            values[name] = parameter.default if given is None else given
            if values[name] is None and parameter.kind == "labels":
                values[name] = list(self.template.needs.labels.any) or None
        return values

    def _grow(self, name: str, values: dict[str, Any]) -> ZoneConfig:
        zone = self.template.zones[name]
        around, margin = fill_in(zone.around, values), fill_in(zone.margin, values)
        return self.asked.places.zones[around].grown(float(margin))

    def _rule(
        self,
        rule: TemplateRule,
        config: type[BaseModel],
        alarm_id: str,
        values: dict[str, Any],
        zones: tuple[ZoneConfig, ...],
    ) -> Block:
        settings = fill_in(rule.settings, values)
        settings |= {key: self.given[key] for key in self.asked.subject_keys() if key in self.given}
        if gate := {key: self.given[key] for key in sorted(keys_of(config, "gate")) if self._is_of_gate(key)}:
            settings["gate"] = {**settings.get("gate", {}), **gate}
        settings |= {"type": rule.type, "id": f"{alarm_id}.{rule.stage}" if rule.stage else alarm_id}
        try:
            return build_block("rules", settings, self._label(rule, alarm_id, values, zones))
        except ValidationError as error:
            raise refusal([self._at_home(one, rule) for one in complaints_of(error)]) from error

    def _is_of_gate(self, key: str) -> bool:
        return key in self.given and key not in self.template.parameters

    def _at_home(self, one: Complaint, rule: TemplateRule) -> Complaint:
        """Return a complaint about a rule's setting as one about what the user wrote, or about the template."""
        loc, kind, text = one
        loc = loc[1:] if loc[:1] == ("gate",) and len(loc) > 1 else loc
        key = str(loc[0]) if loc else ""
        if key in self.given:
            return loc, kind, text
        if (name := setting_of(rule, key)) is not None:
            return complaint((name,), text)
        where = f"template '{self.asked.name}', rule '{rule.type}'"
        return complaint(("template",), f"{where}, {key or 'settings'}: {text}")

    def _label(
        self, rule: TemplateRule, alarm_id: str, values: dict[str, Any], zones: tuple[ZoneConfig, ...]
    ) -> AlarmLabel:
        stage = self.template.stages.get(rule.stage)
        needs = self.template.needs
        name = stage.name if stage else self.template.name
        wants = _wants(needs, values)
        if (setting_of(rule, "classes") or "") in self.given:
            wants = wants.model_copy(update={"any_of": ()})
        return AlarmLabel(
            **wants.model_dump(),
            alarm_id=alarm_id,
            template=self.asked.name,
            name=name.model_dump(),
            severity=self._severity(rule.stage),
            stage=rule.stage,
            rank=list(self.template.stages).index(rule.stage) if stage else 0,
            merge_s=float(self.given.get("merge_s", self.template.merge_s)),
            one_of=tuple(_wants(one, values) for one in needs.one_of),
            takes=self._takes(rule, values),
            zones=zones,
        )

    def _takes(self, rule: TemplateRule, values: dict[str, Any]) -> dict[str, tuple[str, ...]]:
        """Return the labels that the template itself gives, of which a rule takes those that there are."""
        named = {key: setting_of(rule, key) for key in rule.settings if key != "classes"}
        return {
            key: tuple(values[name])
            for key, name in named.items()
            if name in self.template.parameters and self.template.parameters[name].kind == "labels"
            if name not in self.given and values[name]
        }

    def _severity(self, stage: str) -> str:
        """Return what was asked for, which is that of the last stage; those before it are no more severe than it."""
        order: tuple[str, ...] = get_args(Severity)
        stages = self.template.stages
        own: str = stages[stage].severity if stage else self.template.severity
        given: str = self.given.get("severity", own)
        return given if not stage or stage == list(stages)[-1] else min(own, given, key=order.index)


def _wants(needs: Needs, values: dict[str, Any]) -> Wants:
    return Wants(
        any_of=_filled(needs.labels.any, values),
        all_of=_filled(needs.labels.all, values),
        abilities=tuple(ability for ability in _ABILITIES if getattr(needs, ability)),
        attributes=_filled(needs.attributes, values),
    )


def _filled(words: Sequence[str], values: dict[str, Any]) -> tuple[str, ...]:
    """Return words with the values of the parameters in place of `$name`; a parameter may stand for several."""
    filled = [fill_in(word, values) for word in words]
    return tuple(one for value in filled for one in (value if isinstance(value, list | tuple) else [value]) if one)
