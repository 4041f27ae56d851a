"""camloom faces add | list | show | remove | test: the gallery of known people."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from camloom import plugins
from camloom.cli.download import DownloadProgress
from camloom.cli.lines import print_line
from camloom.config import load_task
from camloom.errors import CamloomError, ConfigError
from camloom.inference.library import find_card
from camloom.taught.gallery import Gallery, checked_name, gallery_file, gallery_lock, read_gallery, write_gallery
from camloom.toolchain.datasets.pictures import read_picture
from camloom.toolchain.teaching.faces import FaceReader, SeenFace, enrol, the_face

app = typer.Typer(help="Known people: add, list, test and remove faces.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name of the person.")]
Pictures = Annotated[list[Path], typer.Argument(metavar="PICTURE...", help="JPEG, PNG, BMP, WebP or TIFF.")]
GalleryFile = Annotated[Path | None, typer.Option(help="The gallery; default: CAMLOOM_GALLERY, or the user's own.")]
Detector = Annotated[str | None, typer.Option(help="Card of a model that finds faces with five points.")]
Embedder = Annotated[str | None, typer.Option(help="Card of a model that reads embeddings of faces.")]
TaskFile = Annotated[Path | None, typer.Option("--task", help="Take both cards from this task.")]


@app.command()
def add(
    name: Name,
    pictures: Pictures,
    detector: Detector = None,
    embedder: Embedder = None,
    task: TaskFile = None,
    threshold: Annotated[
        float | None,
        typer.Option(min=0.01, max=0.99, help="Least cosine for the same person; default: the card's match_threshold."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Also if it is like somebody else.")] = False,
    gallery: GalleryFile = None,
) -> None:
    """Add pictures of a person, one face in each; the gallery keeps vectors, encrypted, and no picture.

    The models are named once: with --task, or --detector and --embedder. The gallery remembers them.

    Examples:
      camloom faces add "Li Lei" li-lei-1.jpg li-lei-2.jpg --task door.yaml

      camloom faces add "Han Meimei" han.png
    """
    plugins.load_available("rules", "match")  # says what is missing
    person, path, console = checked_name(name), gallery or gallery_file(), Console(highlight=False)
    with gallery_lock(path):
        known = read_gallery(path) if path.exists() else None
        cards = _cards(known, detector, embedder, task)
        reader = FaceReader.load(cards, DownloadProgress(console, quiet=False))
        current = _ready(known, reader, cards, threshold, path)
        kept = current
        for picture in pictures:
            kept = _add_one(kept, person, picture, reader, console, surely=force)
        if kept is not current:
            write_gallery(path, kept)
    count = len(kept.people.get(person, ()))
    refused = len(pictures) - (count - len(current.people.get(person, ())))
    console.print(f"{person}: {count} picture{'s' * (count != 1)} in {path}", markup=False, soft_wrap=True)
    if refused:
        raise CamloomError(f"{refused} of {len(pictures)} pictures were refused", "The reasons are above")


@app.command("list")
def list_people(gallery: GalleryFile = None) -> None:
    """List the people of the gallery."""
    path, console = gallery or gallery_file(), Console(highlight=False)
    known = read_gallery(path)
    head = f"{path}: {len(known.people)} people, model {known.model}, threshold {known.threshold:g}"
    console.print(head, markup=False, soft_wrap=True)
    table = Table("person", "pictures", "last added", "most like")
    for name, prints in sorted(known.people.items()):
        near = [one for each in prints if (one := known.nearest(each.embedding, without=name))]
        other = max(near, key=lambda one: one.cosine, default=None)
        last = max(each.added_at for each in prints)
        told = f"{other.name} {other.cosine:.2f}" if other else ""
        style = "yellow" if other and other.cosine >= known.threshold else ""
        table.add_row(Text(name), str(len(prints)), f"{last:%Y-%m-%d %H:%M}", Text(told, style))
    console.print(table)


@app.command()
def show(name: Name, gallery: GalleryFile = None) -> None:
    """Show how good the pictures of a person are, and how much they are alike."""
    known = read_gallery(gallery or gallery_file())
    person = checked_name(name)
    known.without(person)  # says that there is no such person
    table = Table("picture", "ear to ear", "turned away", "sharpness", "like the others", "added")
    for number, one in enumerate(known.people[person], 1):
        others = [each for each in known.people[person] if each is not one]
        like = [float(one.embedding @ each.embedding) for each in others]
        alike = f"{min(like):.2f} to {max(like):.2f}" if like else ""
        seen = (f"{one.width_px:.0f} px", f"{one.angle_deg:.0f} deg", f"{one.sharpness:.2f}")
        table.add_row(str(number), *seen, alike, f"{one.added_at:%Y-%m-%d %H:%M}")
    Console(highlight=False).print(table)


@app.command()
def remove(name: Name, gallery: GalleryFile = None) -> None:
    """Remove a person with all pictures; running tasks know it within seconds."""
    path, person = gallery or gallery_file(), checked_name(name)
    with gallery_lock(path):
        write_gallery(path, read_gallery(path).without(person))
    Console(highlight=False).print(f"removed {person} from {path}", markup=False, soft_wrap=True)


@app.command("test")
def identify(pictures: Pictures, gallery: GalleryFile = None) -> None:
    """Say whose faces pictures show, and how sure that is."""
    known, console = read_gallery(gallery or gallery_file()), Console(highlight=False)
    reader = FaceReader.load(known.cards, DownloadProgress(console, quiet=False))
    _check_model(known, reader, gallery or gallery_file())
    table = Table("picture", "face", "who", "likeness", "remark")
    for picture in pictures:
        faces = reader.read(read_picture(picture))
        if not faces:
            table.add_row(Text(picture.name), "", "", "", "no face was found")
        for number, face in enumerate(faces, 1):
            table.add_row(Text(picture.name) if number == 1 else "", str(number), *_said(known, face))
    console.print(table)
    console.print(f"likeness from {known.threshold:g} on: the same person", markup=False)


def _said(known: Gallery, face: SeenFace) -> tuple[Text, str, str]:
    near = None if face.embedding is None else known.nearest(face.embedding)
    cosine = "" if near is None else f"{near.cosine:.2f}"
    if problem := face.problem():
        return Text("not judged", "yellow"), cosine, problem
    if near is None or near.cosine < known.threshold:
        return Text("nobody known", "cyan"), cosine, f"most like {near.name}" if near else ""
    return Text(near.name, "green"), cosine, ""


def _add_one(
    gallery: Gallery, person: str, picture: Path, reader: FaceReader, console: Console, *, surely: bool
) -> Gallery:
    """Return the gallery with a picture, or as it was; a line says which and why."""
    try:
        face = the_face(reader.read(read_picture(picture)))
        taken = enrol(gallery, person, face, surely=surely)
    except CamloomError as error:
        print_line(console, Text.assemble(("refused ", "red"), f"{picture.name}: {error}"))
        return gallery
    one = taken.people[person][-1]
    told = f"{one.width_px:.0f} px ear to ear, {one.angle_deg:.0f} deg, sharpness {one.sharpness:.2f}"
    print_line(console, Text.assemble(("added   ", "green"), f"{picture.name}: {told}"))
    return taken


def _cards(known: Gallery | None, detector: str | None, embedder: str | None, task: Path | None) -> tuple[str, str]:
    """Return the cards to read pictures with: those named now, or those that the gallery remembers."""
    remembered = known.cards if known else ("", "")
    named = _cards_of_task(task) if task else ("", "")
    cards = [
        _absolute(given or one or old) for given, one, old in zip((detector, embedder), named, remembered, strict=True)
    ]
    if not all(cards):
        missing = "--detector" if not cards[0] else "--embedder"
        raise ConfigError(
            f"which models read the faces is not known yet: {missing} is missing",
            "Give --task TASK.yaml, or --detector and --embedder, with the first picture",
        )
    return cards[0], cards[1]


def _cards_of_task(path: Path) -> tuple[str, str]:
    task = load_task(path)
    found = [one.model for one in task.secondary if find_card(one.model)[0].task == "embedding"]
    if not found:
        raise ConfigError(f"{path} has no model of embeddings under `secondary:`", "docs/rules-faces.md shows a task")
    return task.model, found[0]


def _absolute(card: str) -> str:
    """Return the path of a card file from the root, as the gallery is used from other folders too."""
    return str(Path(card).expanduser().resolve()) if card.endswith((".yaml", ".yml")) else card


def _ready(
    known: Gallery | None, reader: FaceReader, cards: tuple[str, str], threshold: float | None, path: Path
) -> Gallery:
    """Return the gallery to add to; a new one where there is none."""
    if known is not None:
        _check_model(known, reader, path)
        return Gallery(known.model, threshold or known.threshold, known.people, cards)
    least = threshold or reader.match_threshold
    if least is None:
        raise ConfigError(
            f"model {reader.model} does not say from which likeness on two faces are one person's",
            "Give --threshold, such as 0.3, or `options: {match_threshold: 0.3}` in its card",
        )
    return Gallery(reader.model, least, {}, cards)


def _check_model(known: Gallery, reader: FaceReader, path: Path) -> None:
    if known.model != reader.model:
        raise ConfigError(
            f"the gallery {path} was made with model {known.model}, and vectors of {reader.model} cannot be compared",
            "Name the first model with --embedder, or begin another gallery with --gallery FILE",
        )
