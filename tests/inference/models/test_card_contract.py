"""What every built-in card promises."""

import pytest

from camloom import plugins
from camloom.assets import catalogue
from camloom.errors import ModelError
from camloom.inference.library import card_names, find_card


@pytest.mark.parametrize("name", card_names())
def test_a_card_is_complete_and_its_family_takes_it(name: str) -> None:
    card, path = find_card(name)
    assert (card.name, path) == (name, None)
    assert card.summary
    assert card.licence
    assert len(set(card.class_names)) == len(card.class_names)
    assert all(text == text.lower().strip() for text in card.class_names)
    assert "person" in card.class_names
    assert card.family in plugins.names("models")
    plugins.load("models", card.family)(card)


@pytest.mark.parametrize("name", card_names())
def test_a_card_names_runtimes_and_assets_that_exist(name: str) -> None:
    card, _ = find_card(name)
    assert set(card.files) <= {"any", *plugins.names("runtimes")}
    assert {catalogue()[asset].kind for asset in card.files.values()} == {"model"}


@pytest.mark.parametrize("name", card_names())
def test_every_family_refuses_outputs_of_something_else(name: str) -> None:
    card, _ = find_card(name)
    family = plugins.load("models", card.family)(card)
    with pytest.raises(ModelError, match=f"the model does not fit its card '{name}'"):
        family.check({"embedding": (1, 512)})


@pytest.mark.parametrize(
    ("name", "shapes"),
    [
        (
            "nanodet",
            {f"{kind}_{s}": (1, (416 // s) ** 2, n) for s in (8, 16, 32) for kind, n in (("cls", 80), ("reg", 44))},
        ),
        ("yolox-nano", {"output": (1, 3549, 85)}),
        ("objectron-ssd", {"raw_outputs/box_encodings": (1, 1917, 4), "raw_outputs/class_predictions": (1, 1917, 24)}),
        ("pedestrian-ssdlite", {"boxes": (-1, 100, 4), "classes": (-1, 100), "scores": (-1, 100), "count": (-1,)}),
        ("pvb-2002", {"detection_out": (1, 1, 200, 7)}),
        ("pvb-2003", {"boxes": (-1, 5), "labels": (-1,)}),
        ("pvb-crossroad-0078", {"detection_out": (1, 1, 200, 7)}),
    ],
)
def test_a_card_fits_the_outputs_of_the_published_model(name: str, shapes: dict[str, tuple[int, ...]]) -> None:
    card, _ = find_card(name)
    plugins.load("models", card.family)(card).check(shapes)


def test_the_default_card_finds_the_classes_of_coco() -> None:
    card, _ = find_card("nanodet")
    assert len(card.class_names) == 80
    assert [card.class_names[i] for i in (0, 1, 2, 67, 79)] == ["person", "bicycle", "car", "cell phone", "toothbrush"]
