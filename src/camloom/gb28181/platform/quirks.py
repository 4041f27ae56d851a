"""What devices of some makers do otherwise, as data."""

from functools import cache
from importlib import resources

import yaml
from pydantic import Field

from camloom.config import StrictModel


class QuirkRule(StrictModel):
    """What is otherwise with one maker. What is None is not said."""

    manufacturer: str = Field(min_length=1, description="beginning of the Manufacturer that it says, any letters")
    why: str = Field(default="", description="for people")
    stream_attribute: str | None = Field(
        default=None, description="a= line that chooses main or sub stream; {number} is 0 or 1, {word} main or sub"
    )
    subscribes: bool | None = Field(default=None, description="whether it takes SUBSCRIBE")
    sends_keyframe: bool | None = Field(default=None, description="whether to ask it for a keyframe when video starts")
    media_anywhere: bool | None = Field(
        default=None, description="whether its video may come from an address that it does not register from"
    )


class Quirks(StrictModel):
    """How to treat one device."""

    stream_attribute: str = "streamnumber:{number}"
    subscribes: bool = True
    sends_keyframe: bool = True
    media_anywhere: bool = False


def quirks_of(manufacturer: str, own: tuple[QuirkRule, ...] = ()) -> Quirks:
    """Return how to treat a device of a maker; rules of one's own come first."""
    name = manufacturer.strip().lower()
    rules = [rule for rule in (*own, *_built_in()) if name.startswith(rule.manufacturer.lower())]
    said: dict[str, object] = {}
    for rule in rules:
        for field in Quirks.model_fields:
            if getattr(rule, field) is not None:
                said.setdefault(field, getattr(rule, field))
    return Quirks.model_validate(said)


@cache
def _built_in() -> tuple[QuirkRule, ...]:
    text = resources.files(__package__).joinpath("quirks.yaml").read_text(encoding="utf-8")
    return tuple(QuirkRule.model_validate(rule) for rule in yaml.safe_load(text))
