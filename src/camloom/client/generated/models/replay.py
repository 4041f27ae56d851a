from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.replay_states_item import ReplayStatesItem, check_replay_states_item
from ..types import UNSET, Unset

T = TypeVar("T", bound="Replay")


@_attrs_define
class Replay:
    """Which deliveries of a span are sent again, under the same keys.

    Attributes:
        since (datetime.datetime):
        until (datetime.datetime):
        states (list[ReplayStatesItem] | Unset):
    """

    since: datetime.datetime
    until: datetime.datetime
    states: list[ReplayStatesItem] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        since = self.since.isoformat()

        until = self.until.isoformat()

        states: list[str] | Unset = UNSET
        if not isinstance(self.states, Unset):
            states = []
            for states_item_data in self.states:
                states_item: str = states_item_data
                states.append(states_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "since": since,
                "until": until,
            }
        )
        if states is not UNSET:
            field_dict["states"] = states

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        since = datetime.datetime.fromisoformat(d.pop("since"))

        until = datetime.datetime.fromisoformat(d.pop("until"))

        _states = d.pop("states", UNSET)
        states: list[ReplayStatesItem] | Unset = UNSET
        if _states is not UNSET:
            states = []
            for states_item_data in _states:
                states_item = check_replay_states_item(states_item_data)

                states.append(states_item)

        replay = cls(
            since=since,
            until=until,
            states=states,
        )

        return replay
