from typing import Literal

PushKindAnswerChangesItem = Literal["ended", "escalated", "handled", "raised", "updated", "worsened"]

PUSH_KIND_ANSWER_CHANGES_ITEM_VALUES: set[PushKindAnswerChangesItem] = {
    "ended",
    "escalated",
    "handled",
    "raised",
    "updated",
    "worsened",
}


def check_push_kind_answer_changes_item(value: str) -> PushKindAnswerChangesItem:
    if value in PUSH_KIND_ANSWER_CHANGES_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PUSH_KIND_ANSWER_CHANGES_ITEM_VALUES!r}")
