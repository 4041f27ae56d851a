"""Which ways of running a model are to be timed, and which cannot be here, and why."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import get_args

from camloom import plugins
from camloom.errors import CamloomError, ConfigError
from camloom.inference.base import Runtime
from camloom.inference.card import ModelCard, Precision
from camloom.inference.library import model_file

_VARIANTS_MAX = 64


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of running a model.

    Attributes:
        device: empty: the runtime's usual one.
        threads: requests at once, each of one thread on a CPU.
        batch: pictures a request.
    """

    runtime: str
    device: str
    threads: int
    batch: int
    precision: Precision

    def __str__(self) -> str:
        device = f":{self.device}" if self.device else ""
        return f"{self.runtime}{device}, {self.precision}, {self.threads} at once, batch {self.batch}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A way that does not apply here, and why."""

    variant: Variant
    reason: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user wants to see; empty: all that make sense here.

    Attributes:
        runtimes: names; empty: all that are installed.
        devices: names; empty: the usual one of each runtime; `all`: all that it finds.
        threads: numbers of requests at once; empty: one for each core.
        batches: pictures a request.
        precisions: empty: the card's own.
    """

    runtimes: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    threads: tuple[int, ...] = ()
    batches: tuple[int, ...] = (1,)
    precisions: tuple[Precision, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What to time.

    Attributes:
        files: the model file for each runtime.
    """

    card: ModelCard
    variants: tuple[Variant, ...]
    left_out: tuple[LeftOut, ...]
    files: dict[str, Path]


def plan_variants(card: ModelCard, card_path: Path | None, choice: Choice) -> Plan:
    """Sort all combinations into those to time and those that cannot be.

    Raises:
        ConfigError: the choice makes no sense, or there are too many.
    """
    _check(choice)
    files: dict[str, Path] = {}
    variants: list[Variant] = []
    left_out: list[LeftOut] = []
    for name in choice.runtimes or _installed():
        reason = _no_file(card, card_path, name, files)
        for variant in _of_runtime(card, name, choice, devices=not reason):
            why = reason or _reason(card, variant)
            if why:
                left_out.append(LeftOut(variant, why))
            else:
                variants.append(variant)
    if len(variants) > _VARIANTS_MAX:
        raise ConfigError(f"that makes {len(variants)} measurements", f"At most {_VARIANTS_MAX}: choose fewer")
    return Plan(card, tuple(variants), tuple(left_out), files)


def _check(choice: Choice) -> None:
    if unknown := set(choice.precisions) - set(get_args(Precision)):
        raise ConfigError(f"there is no precision '{min(unknown)}'", f"Known: {', '.join(get_args(Precision))}")
    if any(not 1 <= count <= 256 for count in (*choice.threads, *choice.batches)):
        raise ConfigError("threads and batches must be between 1 and 256")


def _installed() -> Sequence[str]:
    return [info.name for info in plugins.describe(["runtimes"]) if info.available]


def _no_file(card: ModelCard, card_path: Path | None, name: str, files: dict[str, Path]) -> str:
    """Note the file for a runtime, or say why there is none that it can read."""
    if name not in card.files and "any" not in card.files:
        return f"the card has no file for it (it has: {', '.join(card.files)})"
    try:
        runtime = plugins.load_available("runtimes", name)
        path = model_file(card, card_path, name)
    except CamloomError as error:
        return error.message
    reads = getattr(runtime, "reads", ())
    if reads and path.suffix.lower() not in reads:
        return f"it reads {', '.join(reads)}, not {path.name}"
    files[name] = path
    return ""


def _of_runtime(card: ModelCard, name: str, choice: Choice, *, devices: bool) -> Iterator[Variant]:
    found = _devices(name, choice) if devices else ("",)
    threads = choice.threads or (os.cpu_count() or 1,)
    precisions = choice.precisions or (card.precision,)
    for device, count, batch, precision in product(found, threads, choice.batches, precisions):
        yield Variant(name, device, count, batch, precision)


def _devices(name: str, choice: Choice) -> tuple[str, ...]:
    if choice.devices != ("all",):
        return choice.devices or ("",)
    runtime: type[Runtime] = plugins.load_available("runtimes", name)
    return runtime.devices()


def _reason(card: ModelCard, variant: Variant) -> str:
    """Say why a variant makes no sense, as far as that is known before it is tried."""
    if variant.batch > 1:
        return "a request carries one picture; several requests at once do the work of a batch (see threads)"
    if variant.precision == "int8" and card.precision != "int8":
        return "the file is not quantised: camloom models quantize makes one that is"
    if card.precision == "int8" and variant.precision not in ("int8", "auto"):
        return "the file is quantised to INT8"
    return ""
