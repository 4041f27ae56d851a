from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="LoadPoint")


@_attrs_define
class LoadPoint:
    """Means over a span of time; None: nothing is known of it.

    Attributes:
        accelerator (float | None):
        accelerator_memory (float | None):
        at (datetime.datetime):
        cpu (float | None):
        disk (float | None):
        memory (float | None):
        network_in_bps (float | None):
        network_out_bps (float | None):
        temperature_c (float | None):
    """

    accelerator: float | None
    accelerator_memory: float | None
    at: datetime.datetime
    cpu: float | None
    disk: float | None
    memory: float | None
    network_in_bps: float | None
    network_out_bps: float | None
    temperature_c: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        accelerator: float | None
        accelerator = self.accelerator

        accelerator_memory: float | None
        accelerator_memory = self.accelerator_memory

        at = self.at.isoformat()

        cpu: float | None
        cpu = self.cpu

        disk: float | None
        disk = self.disk

        memory: float | None
        memory = self.memory

        network_in_bps: float | None
        network_in_bps = self.network_in_bps

        network_out_bps: float | None
        network_out_bps = self.network_out_bps

        temperature_c: float | None
        temperature_c = self.temperature_c

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "accelerator": accelerator,
                "accelerator_memory": accelerator_memory,
                "at": at,
                "cpu": cpu,
                "disk": disk,
                "memory": memory,
                "network_in_bps": network_in_bps,
                "network_out_bps": network_out_bps,
                "temperature_c": temperature_c,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_accelerator(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        accelerator = _parse_accelerator(d.pop("accelerator"))

        def _parse_accelerator_memory(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        accelerator_memory = _parse_accelerator_memory(d.pop("accelerator_memory"))

        at = datetime.datetime.fromisoformat(d.pop("at"))

        def _parse_cpu(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        cpu = _parse_cpu(d.pop("cpu"))

        def _parse_disk(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        disk = _parse_disk(d.pop("disk"))

        def _parse_memory(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        memory = _parse_memory(d.pop("memory"))

        def _parse_network_in_bps(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        network_in_bps = _parse_network_in_bps(d.pop("network_in_bps"))

        def _parse_network_out_bps(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        network_out_bps = _parse_network_out_bps(d.pop("network_out_bps"))

        def _parse_temperature_c(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        temperature_c = _parse_temperature_c(d.pop("temperature_c"))

        load_point = cls(
            accelerator=accelerator,
            accelerator_memory=accelerator_memory,
            at=at,
            cpu=cpu,
            disk=disk,
            memory=memory,
            network_in_bps=network_in_bps,
            network_out_bps=network_out_bps,
            temperature_c=temperature_c,
        )

        load_point.additional_properties = d
        return load_point

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
