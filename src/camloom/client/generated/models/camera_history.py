from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.camera_history_quality import CameraHistoryQuality, check_camera_history_quality

if TYPE_CHECKING:
    from ..models.condition_span import ConditionSpan


T = TypeVar("T", bound="CameraHistory")


@_attrs_define
class CameraHistory:
    """How a camera was.

    Attributes:
        shares: of the time, by condition, 0 to 1; `unknown` before anything was known.
        quality: good, fair, poor; unknown where it was to run for less than a quarter of an hour.
        breaks: how often it was lost.
        spans: newest first, at most some hundred; `more` says that there were more.

        Attributes:
            breaks (int):
            more (bool):
            quality (CameraHistoryQuality):
            shares (Any):
            since (datetime.datetime):
            spans (list[ConditionSpan]):
            until (datetime.datetime):
    """

    breaks: int
    more: bool
    quality: CameraHistoryQuality
    shares: Any
    since: datetime.datetime
    spans: list[ConditionSpan]
    until: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        breaks = self.breaks

        more = self.more

        quality: str = self.quality

        shares = self.shares

        since = self.since.isoformat()

        spans = []
        for spans_item_data in self.spans:
            spans_item = spans_item_data.to_dict()
            spans.append(spans_item)

        until = self.until.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "breaks": breaks,
                "more": more,
                "quality": quality,
                "shares": shares,
                "since": since,
                "spans": spans,
                "until": until,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.condition_span import ConditionSpan  # noqa: PLC0415

        d = dict(src_dict)
        breaks = d.pop("breaks")

        more = d.pop("more")

        quality = check_camera_history_quality(d.pop("quality"))

        shares = d.pop("shares")

        since = datetime.datetime.fromisoformat(d.pop("since"))

        spans = []
        _spans = d.pop("spans")
        for spans_item_data in _spans:
            spans_item = ConditionSpan.from_dict(spans_item_data)

            spans.append(spans_item)

        until = datetime.datetime.fromisoformat(d.pop("until"))

        camera_history = cls(
            breaks=breaks,
            more=more,
            quality=quality,
            shares=shares,
            since=since,
            spans=spans,
            until=until,
        )

        camera_history.additional_properties = d
        return camera_history

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
