"""Every family is held against a picture: a real one with a published file, or a painted one with a golden network."""

import ast
from pathlib import Path

import pytest
from tests.inference.golden.families import CLASSIFIER, GOLDENS

from camloom import plugins
from camloom.inference.card import read_card
from camloom.inference.library import card_names, find_card

MODELS = Path(__file__).parent.parent / "models"
CARDS = Path(__file__).parent.parent / "cards"

PUBLISHED = {
    "attributes": ("test_real_crop_models", "test_eight_attributes_of_a_person"),
    "blazeface": ("test_real_faces", "test_blazeface_finds_a_near_face"),
    "centernet": ("test_real_registry_models", "test_centernet_finds_people_where_they_are"),
    "detection_output": ("test_real_models", "test_people_are_found_where_they_are"),
    "embedder": ("test_real_crop_models", "test_crops_of_one_person_are_more_alike_than_of_two"),
    "fastestdet": ("test_real_detectors", "test_people_are_found_where_they_are"),
    "landmarks": ("test_real_crop_models", "test_five_landmarks_lie_on_a_face"),
    "movenet": ("test_real_faces", "test_a_pose_is_found_where_coco_says_it_is"),
    "nanodet": ("test_real_models", "test_a_family_with_eight_bins_reads_the_nanodet_of_its_publisher"),
    "plate_text": ("test_real_crop_models", "test_a_plate_is_read_by_a_model_that_decodes_itself"),
    "retinaface": ("test_real_faces", "test_a_number_plate_is_found_with_its_corners_and_can_be_read_straight"),
    "rfb": ("test_real_faces", "test_faces_are_found_where_they_are"),
    "scrfd": ("test_real_faces", "test_faces_are_found_where_they_are"),
    "segmentation": ("test_real_faces", "test_the_region_of_a_person_is_found_with_its_mask"),
    "ssd": ("test_real_registry_models", "test_built_in_cards_find_people_where_they_are"),
    "tf_od": ("test_real_registry_models", "test_built_in_cards_find_people_where_they_are"),
    "yolov3": ("test_real_detectors", "test_people_are_found_where_they_are"),
    "yolov5": ("test_real_detectors", "test_people_are_found_where_they_are"),
    "yolov8": ("test_real_detectors", "test_people_are_found_where_they_are"),
    "yolox": ("test_real_models", "test_people_are_found_where_they_are"),
    "yunet": ("test_real_faces", "test_faces_are_found_where_they_are"),
}
"""By family: the module and the test that runs a published file of it on a real picture."""


def test_every_family_has_a_golden_picture() -> None:
    painted = {golden.family for golden in (*GOLDENS, CLASSIFIER)}
    assert painted | set(PUBLISHED) == set(plugins.names("models"))


def names_in(node: ast.AST) -> set[str]:
    """Return all text and names that stand in a piece of code."""
    parts = list(ast.walk(node))
    texts = {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    return texts | {part.id for part in parts if isinstance(part, ast.Name)}


def mentioned(module: Path, test: str) -> set[str]:
    """Return the text that a test and its parameters hold, and what the module's names stand for that they use."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    assigned = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    seen, left = set[str](), names_in(functions[test])
    while left:
        name = left.pop()
        seen.add(name)
        for place in (functions, assigned):
            if name in place:
                left |= names_in(place[name]) - seen
    return seen


@pytest.mark.parametrize("family", PUBLISHED)
def test_the_test_named_is_there_and_runs_a_model_of_that_family(family: str) -> None:
    module, test = PUBLISHED[family]
    said = mentioned(MODELS / f"{module}.py", test)
    cards = {name for name in card_names() if find_card(name)[0].family == family}
    cards |= {card.name for card in map(read_card, CARDS.glob("*.yaml")) if card.family == family}
    files = {f"{name}.yaml" for name in cards}
    assert said & (cards | files | {family})
