"""camloom rules list | show | check | schema | mark | test: alarm templates, and task files without running them."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from camloom.cli import marks
from camloom.config import load_task, task_problems
from camloom.config.alarms import missing_blocks
from camloom.config.document import read_document
from camloom.config.model import Loc
from camloom.config.parameter import Parameter
from camloom.config.schema import task_schema
from camloom.config.template import (
    Needs,
    Template,
    find_template,
    needs_by_default,
    read_template,
    template_file,
    template_folders,
    template_names,
)
from camloom.errors import CamloomError, ConfigError
from camloom.inference.card import ModelCard
from camloom.inference.library import find_card
from camloom.runner.build import check_model

app = typer.Typer(
    help="Alarms: see the templates, check a task without running it, test it on marked alarms.", no_args_is_help=True
)

app.command("mark")(marks.mark_alarm)
app.command("test")(marks.check_alarms)

Folder = Annotated[Path | None, typer.Option(help="A folder of templates besides the built-in ones.")]


@app.command("list")
def list_templates(templates: Folder = None) -> None:
    """List the alarm templates, and what those that cannot be used here lack."""
    folders = template_folders(templates)
    table = Table()
    for title in ("template", "名称", "name", "severity", "state"):
        table.add_column(title, no_wrap=title == "template")
    for name in template_names(folders):
        table.add_row(name, *_row(name, folders))
    Console().print(table)


@app.command()
def show(name: Annotated[str, typer.Argument(help="Name of a template.")], templates: Folder = None) -> None:
    """Show a template: what it means, what can be set, and the rules that it is made of."""
    file = template_file(name, template_folders(templates))
    template = read_template(file)
    console = Console()
    lines = [f"{name}: {template.name.en} {template.name.zh} ({template.severity})"]
    lines += [template.description.en, template.description.zh]
    lines += [template.advice.en, template.advice.zh] if template.advice else []
    lines += [*_needs(template), _life(template)]
    console.print("\n".join(lines), highlight=False, markup=False, soft_wrap=True)
    console.print(_parameters(template))
    if (picture := file.with_suffix(".jpg")).is_file():
        console.print(f"example: {picture}", highlight=False, markup=False, soft_wrap=True)
    for rule in template.rules:
        stage = f" ({rule.stage})" if rule.stage else ""
        text = json.dumps(rule.settings, ensure_ascii=False)
        console.print(f"rule {rule.type}{stage}: {text}", highlight=False, markup=False, soft_wrap=True)


@app.command()
def check(files: Annotated[list[Path], typer.Argument(metavar="TASK.yaml...", help="Task files.")]) -> None:
    """Check task files without running them; everything that is wrong is told with its line and column."""
    wrong = [line for file in files for line in _problems(file)]
    for line in wrong:
        sys.stdout.write(f"{line}\n")
    if wrong:
        raise ConfigError(f"{len(wrong)} thing{'s' * (len(wrong) > 1)} to mend", "Nothing was started")


@app.command()
def schema(templates: Folder = None) -> None:
    """Print the JSON Schema of task files, for editors: with the plug-ins and templates of this machine."""
    sys.stdout.write(json.dumps(task_schema(templates), ensure_ascii=False, indent=2) + "\n")


def _problems(file: Path) -> list[str]:
    """Return what is wrong with a task, a line each; the rules are not made, the model is not loaded."""
    try:
        if found := task_problems(file):
            return found
        task = load_task(file)
        places = (("secondary", index, "model") for index in range(len(task.secondary)))
        readers = [_card(one.model, file, place) for one, place in zip(task.secondary, places, strict=True)]
        check_model(task, _card(task.model, file, ("model",)), readers)
    except CamloomError as error:
        return [str(error) if str(file) in error.message else f"{file}: {error}"]
    rules = ", ".join(rule.config.id for rule in task.rules) or "no rules"
    sys.stdout.write(f"{file}: ok ({rules})\n")
    return []


def _card(name: str, file: Path, place: Loc) -> ModelCard:
    """Return the model card of a task; the error says where in the file it is named."""
    try:
        return find_card(name)[0]
    except CamloomError as error:
        _, origin = read_document(file)
        raise ConfigError(f"{origin.at(place)}: model: {error.message}", error.hint) from error


def _row(name: str, folders: list[Path]) -> tuple[str | Text, ...]:
    try:
        template = find_template(name, folders)
    except CamloomError as error:
        return "", "", "", Text(f"broken: {error}", "red")
    return template.name.zh, template.name.en, template.severity, _state(template)


def _state(template: Template) -> Text:
    if missing := missing_blocks(template):
        return Text(f"needs block {', '.join(missing)}", "yellow")
    wanted = ", ".join(_briefly(needs_by_default(template)))
    return Text(f"ready; a model with {wanted}" if wanted else "ready", "green")


def _briefly(needs: Needs) -> list[str]:
    labels = needs.labels
    more = f" or {len(labels.any) - 2} more" if len(labels.any) > 2 else ""
    either = " or ".join("+".join(told) for one in needs.one_of if (told := _briefly(one)))
    return [
        *labels.all,
        *([" or ".join(labels.any[:2]) + more] if labels.any else []),
        *_abilities(needs),
        *filter(None, [either]),
    ]


def _abilities(needs: Needs) -> list[str]:
    asked = {"pose": needs.pose, "faces": needs.face, "embeddings": needs.embedding}
    return [*(name for name, is_asked in asked.items() if is_asked), *needs.attributes]


def _needs(template: Template) -> list[str]:
    told = _in_words(needs_by_default(template))
    return [f"needs: {'; '.join(told)}"] if told else []


def _in_words(needs: Needs) -> list[str]:
    either = [" and ".join(_in_words(one)) for one in needs.one_of]
    wanted = [
        f"labels {', '.join(needs.labels.all)}" if needs.labels.all else "",
        f"one of the labels {', '.join(needs.labels.any)}" if needs.labels.any else "",
        "a pose model" if needs.pose else "",
        "a face model" if needs.face else "",
        "an embedding model" if needs.embedding else "",
        *(f"a model that says {attribute}" for attribute in needs.attributes),
        "the picture itself" if needs.pixels else "",
        " or else ".join(either),
    ]
    return [one for one in wanted if one]


def _life(template: Template) -> str:
    """Return how its alarms are told: the stages, and what is merged."""
    stages = ", ".join(f"{name} ({stage.severity})" for name, stage in template.stages.items())
    merged = f"merged within {template.merge_s:g} s (merge_s)" if template.merge_s else "each by itself (merge_s: 0)"
    return f"stages: {stages}; {merged}" if stages else f"alarms: {merged}"


def _parameters(template: Template) -> Table:
    table = Table()
    for title in ("setting", "what", "说明", "unit", "from", "to", "default"):
        table.add_column(title, no_wrap=title == "setting")
    for name, parameter in template.parameters.items():
        low, high = (_number(bound) for bound in (parameter.minimum, parameter.maximum))
        what = parameter.description
        table.add_row(name, _what(parameter), what.zh, parameter.unit, low, high, _default(parameter))
    return table


def _what(parameter: Parameter) -> str:
    choices = f" ({', '.join(parameter.choices)})" if parameter.choices else ""
    return f"{parameter.description.en}{choices}"


def _default(parameter: Parameter) -> str:
    if parameter.required:
        return "must be given"
    default = parameter.default
    return "" if default is None else ", ".join(default) if isinstance(default, list) else str(default)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
