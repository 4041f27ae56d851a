"""camloom models list | show | pull."""

from typing import Annotated

import typer
import yaml
from rich.console import Console
from rich.table import Table

from camloom import assets
from camloom.cli import model_convert, model_import, model_measure
from camloom.cli.download import DownloadProgress
from camloom.inference.card import ModelCard
from camloom.inference.library import card_names, find_card, model_file

app = typer.Typer(help="See, fetch, import, convert, verify and measure models.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name of a card, or path of a card file.")]


@app.command("list", short_help="The cards that come with Camloom.")
def list_models() -> None:
    """List the model cards that come with Camloom; `show` has their licences and everything else."""
    table = Table()
    table.add_column("name", no_wrap=True)
    for name in ("input", "classes", "here"):
        table.add_column(name)
    table.add_column("what")
    for name in card_names():
        card, _ = find_card(name)
        size = f"{card.input.width}x{card.input.height}"
        here = "yes" if _is_here(card) else "no"
        table.add_row(card.name, size, str(len(card.class_names)), here, card.summary)
    Console().print(table)


@app.command()
def show(name: Name) -> None:
    """Show a card."""
    card, _ = find_card(name)
    text = yaml.safe_dump(card.model_dump(mode="json"), sort_keys=False, allow_unicode=True, default_flow_style=None)
    Console().print(text, highlight=False, markup=False, end="")


@app.command()
def pull(name: Name) -> None:
    """Fetch a model's files and check them."""
    card, card_path = find_card(name)
    console = Console()
    tell = DownloadProgress(console, quiet=False)
    for path in dict.fromkeys(model_file(card, card_path, runtime, tell) for runtime in card.files):
        console.print(f"{card.name}: {path}", highlight=False, markup=False)


for _page in (model_import, model_convert, model_measure):  # after those above: `--help` keeps this order
    _page.register(app)


def _is_here(card: ModelCard) -> bool:
    catalogue = assets.catalogue()
    return any(asset_id in catalogue and assets.cached(asset_id) is not None for asset_id in card.files.values())
