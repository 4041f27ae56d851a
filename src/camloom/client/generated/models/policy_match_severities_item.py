from typing import Literal

PolicyMatchSeveritiesItem = Literal["critical", "info", "major", "minor"]

POLICY_MATCH_SEVERITIES_ITEM_VALUES: set[PolicyMatchSeveritiesItem] = {
    "critical",
    "info",
    "major",
    "minor",
}


def check_policy_match_severities_item(value: str) -> PolicyMatchSeveritiesItem:
    if value in POLICY_MATCH_SEVERITIES_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {POLICY_MATCH_SEVERITIES_ITEM_VALUES!r}")
