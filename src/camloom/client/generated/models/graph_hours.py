from typing import Literal

GraphHours = Literal[1, 6, 24, 168]

GRAPH_HOURS_VALUES: set[GraphHours] = {
    1,
    6,
    24,
    168,
}


def check_graph_hours(value: int) -> GraphHours:
    if value in GRAPH_HOURS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GRAPH_HOURS_VALUES!r}")
