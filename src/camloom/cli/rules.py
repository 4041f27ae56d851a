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
from camloom.config.parameter import Parameter
from camloom.config.schema import task_schema
from camloom.config.template import Template, find_template, template_folders, template_names
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
    template = find_template(name, template_folders(templates))
    console = Console()
    lines = [f"{name}: {template.name.en} {template.name.zh} ({template.severity})"]
    lines += [template.description.en, template.description.zh]
    lines += [template.advice.en, template.advice.zh] if template.advice else []
    lines += [*_needs(template), _life(template)]
    console.print("\n".join(lines), highlight=False, markup=False, soft_wrap=True)
    console.print(_parameters(template))
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
        check_model(task, _card(task.model, file))
    except CamloomError as error:
        return [str(error) if str(file) in error.message else f"{file}: {error}"]
    rules = ", ".join(rule.config.id for rule in task.rules) or "no rules"
    sys.stdout.write(f"{file}: ok ({rules})\n")
    return []


def _card(name: str, file: Path) -> ModelCard:
    """Return the model card of a task; the error says where in the file it is named."""
    try:
        return find_card(name)[0]
    except CamloomError as error:
        _, origin = read_document(file)
        raise ConfigError(f"{origin.at(('model',))}: model: {error.message}", error.hint) from error


def _row(name: str, folders: list[Path]) -> tuple[str | Text, ...]:
    try:
        template = find_template(name, folders)
    except CamloomError as error:
        return "", "", "", Text(f"broken: {error}", "red")
    return template.name.zh, template.name.en, template.severity, _state(template)


def _state(template: Template) -> Text:
    if missing := missing_blocks(template):
        return Text(f"needs block {', '.join(missing)}", "yellow")
    labels = template.needs.labels
    more = f" or {len(labels.any) - 2} more" if len(labels.any) > 2 else ""
    wanted = [*labels.all, *([" or ".join(labels.any[:2]) + more] if labels.any else [])]
    return Text(f"ready; a model with {', '.join(wanted)}" if wanted else "ready", "green")


def _needs(template: Template) -> list[str]:
    needs = template.needs
    wanted = [
        f"labels {', '.join(needs.labels.all)}" if needs.labels.all else "",
        f"one of the labels {', '.join(needs.labels.any)}" if needs.labels.any else "",
        "a pose model" if needs.pose else "",
        "a face model" if needs.face else "",
        "the picture itself" if needs.pixels else "",
    ]
    told = [one for one in wanted if one]
    return [f"needs: {'; '.join(told)}"] if told else []


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
    return "must be given" if parameter.required else "" if parameter.default is None else str(parameter.default)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
