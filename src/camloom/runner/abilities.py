"""What the models of a task can do together, as their cards say; nothing is loaded."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from camloom import plugins
from camloom.inference.card import ModelCard

_TASKS = {"pose": "pose", "face": "faces", "embedding": "embedding"}
_SHOWN = 12


class Abilities:
    """What a task's models find and say.

    Args:
        card: of the model that finds the objects.
        readers: those of the models of crops.
    """

    def __init__(self, card: ModelCard, readers: Sequence[ModelCard] = ()) -> None:
        self.card = card
        self.cards = (card, *readers)

    def can(self, ability: str) -> bool:
        """Tell whether one of the models is for poses, faces or embeddings."""
        return any(card.task == _TASKS[ability] for card in self.cards)

    def says(self, attribute: str) -> bool:
        """Tell whether one of the models says an attribute, given as `name` or `name=value`."""
        name, _, value = attribute.partition("=")
        values = self.attributes.get(name)
        return values is not None and (not value or not values or value in values)

    @cached_property
    def attributes(self) -> Mapping[str, tuple[str, ...]]:
        """The attributes that the models say, with their values; none where a value may be any text."""
        said: dict[str, tuple[str, ...]] = {}
        for card in self.cards:
            family = plugins.load("models", card.family)(card)
            for name, values in getattr(family, "says", {}).items():
                said[name] = (*said.get(name, ()), *values)
        return said

    @property
    def told_tasks(self) -> str:
        """What each model is for, in words."""
        return " and ".join(f"'{card.name}' is for {card.task}" for card in self.cards)

    @property
    def told_attributes(self) -> str:
        """What the models say, in words."""
        if not self.attributes:
            return f"{self.told_tasks}: no attributes"
        told = [f"{name}={'|'.join(values[:_SHOWN]) or '...'}" for name, values in self.attributes.items()]
        return f"The models say {', '.join(told)}"
