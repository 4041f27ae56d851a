from typing import Literal

ParameterKind = Literal[
    "attribute", "box", "choice", "integer", "labels", "line", "number", "switch", "time", "word", "words", "zone"
]

PARAMETER_KIND_VALUES: set[ParameterKind] = {
    "attribute",
    "box",
    "choice",
    "integer",
    "labels",
    "line",
    "number",
    "switch",
    "time",
    "word",
    "words",
    "zone",
}


def check_parameter_kind(value: str) -> ParameterKind:
    if value in PARAMETER_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PARAMETER_KIND_VALUES!r}")
