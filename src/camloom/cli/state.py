"""camloom state add | train | test | list: the states of a place, taught by examples."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from camloom.config import ZoneConfig, first_problem, load_task
from camloom.errors import CamloomError, ConfigError
from camloom.taught.look import look_of, zone_crop
from camloom.taught.state_model import (
    Judgement,
    read_state_model,
    state_model_file,
    states_folder,
)
from camloom.toolchain.datasets.pictures import read_picture
from camloom.toolchain.teaching.moments import When, pictures_of
from camloom.toolchain.teaching.states import LEAST_ACCURACY, Place, Trained, save, train

app = typer.Typer(help="States of a place (a bin full, a gate open), taught by examples.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name of the place, such as bin_1.")]
Vertices = tuple[tuple[float, float], ...]

_WHOLE: Vertices = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
_WHY = {"light": "another light than in the examples", "unlike": "it looks like none of the examples"}


@app.command()
def add(
    name: Name,
    state: Annotated[str, typer.Argument(help="What it shows, such as full or empty.")],
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE...", help="Pictures, folders, videos or a stream.")],
    zone: Annotated[
        str | None, typer.Option(help="Name of a zone of --task, or its corners: '0.2,0.5 0.6,0.5 0.6,0.9'.")
    ] = None,
    task: Annotated[Path | None, typer.Option("--task", help="The task that has the zone.")] = None,
    at: Annotated[str | None, typer.Option(help="Of a video: times in s, such as 12,30.5,61.")] = None,
    every: Annotated[float, typer.Option(min=0.1, help="Of a video or stream: seconds between two examples.")] = 5.0,
    count: Annotated[int, typer.Option(min=1, max=500, help="Of a video or stream: examples at most.")] = 20,
) -> None:
    """Keep examples of a state: what the zone looks like, as small pictures in a folder that you can look through.

    The zone is given once, with the first examples of a place; without one it is the whole picture. Take examples at
    different times of the day and in different weather.

    Examples:
      camloom state add bin_1 empty yard.mp4 --task yard.yaml --zone bin --at 10,20,30

      camloom state add bin_1 full full-bins/

      camloom state add bin_1 empty rtsp://camera/1 --every 60 --count 10
    """
    place, console = Place(name), Console(highlight=False)
    vertices = _vertices(zone, task) or place.vertices() or _WHOLE
    when = When(_times(at), every, count)
    kept = 0
    for source in sources:
        for label, shown in pictures_of(source, when):
            place.add(state, shown, vertices, label)
            kept += 1
    counts = ", ".join(f"{each} {len(paths)}" for each, paths in place.states().items())
    console.print(f"{name}: {kept} more of '{state}'; {counts}", markup=False, soft_wrap=True)
    console.print(f"look through them: {place.folder / 'examples'}", markup=False, soft_wrap=True)


@app.command("train")
def train_model(
    name: Name,
    least: Annotated[float, typer.Option(min=0.6, max=1, help="Least accuracy at which it may be used.")] = (
        LEAST_ACCURACY
    ),
) -> None:
    """Train the model of a place, and say how well it does on examples that it has not seen.

    It takes seconds. A model below --least is not kept: the one before stays.
    """
    place, console = Place(name), Console(highlight=False)
    with console.status("training"):
        trained = train(place)
    _show(trained, console)
    if problem := trained.problem(least):
        raise CamloomError(
            f"'{name}' is not usable: {problem}",
            f"Look through {place.folder / 'examples'} for mistakes, add examples of what is confused, draw the zone "
            "closer; camloom state train",
        )
    save(place, trained)
    console.print(f"kept: {place.model_file}", markup=False, soft_wrap=True)


@app.command("test")
def judge_pictures(
    name: Name,
    pictures: Annotated[list[Path], typer.Argument(metavar="PICTURE...", help="Whole pictures of the camera.")],
) -> None:
    """Say which state pictures show, and why nothing is said of the others."""
    model = read_state_model(state_model_file(name))
    table = Table("picture", "state", "probability", "unlikeness", "remark")
    for path in pictures:
        said = model.judge(look_of(zone_crop(read_picture(path), model.vertices)))
        table.add_row(Text(path.name), *_cells(said))
    Console(highlight=False).print(table)


@app.command("list")
def list_places() -> None:
    """List the places, their examples and how good their models are."""
    table = Table("place", "examples", "trained", "accuracy")
    names = sorted(each.name for each in states_folder().glob("*") if (each / "examples").is_dir())
    for name in names:
        counts = ", ".join(f"{state} {len(paths)}" for state, paths in Place(name).states().items())
        table.add_row(name, counts, *_trained(Place(name)))
    console = Console(highlight=False)
    console.print(table if names else f"no place has examples yet in {states_folder()}")


def _trained(place: Place) -> tuple[str, str]:
    if not place.model_file.exists():
        return "not yet", ""
    try:
        model = read_state_model(place.model_file)
    except CamloomError as error:
        return "broken", str(error)
    return model.trained_at[:16].replace("T", " "), f"{model.accuracy:.0%}"


def _cells(said: Judgement) -> Iterator[str | Text]:
    yield Text(said.state, "green") if said.state else Text("unknown", "yellow")
    yield f"{said.probability:.2f}" if said.state else ""
    yield f"{said.unlikeness:.2f}"
    yield _WHY.get(said.reason, "")


def _show(trained: Trained, console: Console) -> None:
    table = Table(title="Examples held out in turn", title_justify="left")
    table.add_column("it is")
    for state in trained.model.states:
        table.add_column(f"told {state}", justify="right")
    table.add_column("right", justify="right")
    for state, row, recall in zip(trained.model.states, trained.confusion, trained.recalls, strict=True):
        table.add_row(state, *map(str, row), f"{recall:.0%}")
    console.print(table)
    told = f"accuracy {trained.model.accuracy:.0%}; {trained.sure:.0%} are told with a probability of 0.8 or more"
    console.print(told, markup=False, soft_wrap=True)


def _times(text: str | None) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(",")) if text else ()
    except ValueError:
        raise ConfigError(f"--at '{text}' is no list of times", "Give seconds, such as --at 12,30.5") from None


def _vertices(zone: str | None, task: Path | None) -> Vertices | None:
    """Return the corners that were named: of a zone of a task, or written out."""
    if zone is None:
        return None
    if "," not in zone:
        if task is None:
            raise ConfigError(f"whose zone is '{zone}'?", "Name its task with --task, or give its corners")
        return load_task(task).scene().zone(zone).vertices_norm
    try:
        points = [tuple(float(value) for value in point.split(",")) for point in zone.split()]
        return ZoneConfig.model_validate({"name": "zone", "vertices": points}).vertices
    except ValidationError as error:
        raise ConfigError(f"--zone: {first_problem(error)}", "Such as '0.2,0.5 0.6,0.5 0.6,0.9'") from None
    except ValueError:
        raise ConfigError(
            f"--zone '{zone}' has corners that are no numbers", "Such as '0.2,0.5 0.6,0.5 0.6,0.9'"
        ) from None
