from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="LoadPoint")


@_attrs_define
class LoadPoint:
    """Means over a span of time; None: nothing is known of it.

    Attributes:
        at (datetime.datetime):
        accelerator (float | None | Unset):
        accelerator_memory (float | None | Unset):
        cpu (float | None | Unset):
        disk (float | None | Unset):
        memory (float | None | Unset):
        network_in_bps (float | None | Unset):
        network_out_bps (float | None | Unset):
        temperature_c (float | None | Unset):
    """

    at: datetime.datetime
    accelerator: float | None | Unset = UNSET
    accelerator_memory: float | None | Unset = UNSET
    cpu: float | None | Unset = UNSET
    disk: float | None | Unset = UNSET
    memory: float | None | Unset = UNSET
    network_in_bps: float | None | Unset = UNSET
    network_out_bps: float | None | Unset = UNSET
    temperature_c: float | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        at = self.at.isoformat()

        accelerator: float | None | Unset
        if isinstance(self.accelerator, Unset):
            accelerator = UNSET
        else:
            accelerator = self.accelerator

        accelerator_memory: float | None | Unset
        if isinstance(self.accelerator_memory, Unset):
            accelerator_memory = UNSET
        else:
            accelerator_memory = self.accelerator_memory

        cpu: float | None | Unset
        if isinstance(self.cpu, Unset):
            cpu = UNSET
        else:
            cpu = self.cpu

        disk: float | None | Unset
        if isinstance(self.disk, Unset):
            disk = UNSET
        else:
            disk = self.disk

        memory: float | None | Unset
        if isinstance(self.memory, Unset):
            memory = UNSET
        else:
            memory = self.memory

        network_in_bps: float | None | Unset
        if isinstance(self.network_in_bps, Unset):
            network_in_bps = UNSET
        else:
            network_in_bps = self.network_in_bps

        network_out_bps: float | None | Unset
        if isinstance(self.network_out_bps, Unset):
            network_out_bps = UNSET
        else:
            network_out_bps = self.network_out_bps

        temperature_c: float | None | Unset
        if isinstance(self.temperature_c, Unset):
            temperature_c = UNSET
        else:
            temperature_c = self.temperature_c

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "at": at,
            }
        )
        if accelerator is not UNSET:
            field_dict["accelerator"] = accelerator
        if accelerator_memory is not UNSET:
            field_dict["accelerator_memory"] = accelerator_memory
        if cpu is not UNSET:
            field_dict["cpu"] = cpu
        if disk is not UNSET:
            field_dict["disk"] = disk
        if memory is not UNSET:
            field_dict["memory"] = memory
        if network_in_bps is not UNSET:
            field_dict["network_in_bps"] = network_in_bps
        if network_out_bps is not UNSET:
            field_dict["network_out_bps"] = network_out_bps
        if temperature_c is not UNSET:
            field_dict["temperature_c"] = temperature_c

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        at = datetime.datetime.fromisoformat(d.pop("at"))

        def _parse_accelerator(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        accelerator = _parse_accelerator(d.pop("accelerator", UNSET))

        def _parse_accelerator_memory(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        accelerator_memory = _parse_accelerator_memory(d.pop("accelerator_memory", UNSET))

        def _parse_cpu(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        cpu = _parse_cpu(d.pop("cpu", UNSET))

        def _parse_disk(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        disk = _parse_disk(d.pop("disk", UNSET))

        def _parse_memory(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        memory = _parse_memory(d.pop("memory", UNSET))

        def _parse_network_in_bps(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        network_in_bps = _parse_network_in_bps(d.pop("network_in_bps", UNSET))

        def _parse_network_out_bps(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        network_out_bps = _parse_network_out_bps(d.pop("network_out_bps", UNSET))

        def _parse_temperature_c(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        temperature_c = _parse_temperature_c(d.pop("temperature_c", UNSET))

        load_point = cls(
            at=at,
            accelerator=accelerator,
            accelerator_memory=accelerator_memory,
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
