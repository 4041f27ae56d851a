from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="HostLoad")


@_attrs_define
class HostLoad:
    """How much of a host is in use; None: it cannot be told. Shares are 0 to 1.

    Attributes:
        accelerator (float | None | Unset):
        accelerator_memory (float | None | Unset):
        cpu (float | Unset):  Default: 0.0.
        disk (float | Unset):  Default: 0.0.
        disk_free_bytes (int | Unset):  Default: 0.
        memory (float | Unset):  Default: 0.0.
        memory_bytes (int | Unset):  Default: 0.
        network_in_bps (float | Unset):  Default: 0.0.
        network_out_bps (float | Unset):  Default: 0.0.
        temperature_c (float | None | Unset):
    """

    accelerator: float | None | Unset = UNSET
    accelerator_memory: float | None | Unset = UNSET
    cpu: float | Unset = 0.0
    disk: float | Unset = 0.0
    disk_free_bytes: int | Unset = 0
    memory: float | Unset = 0.0
    memory_bytes: int | Unset = 0
    network_in_bps: float | Unset = 0.0
    network_out_bps: float | Unset = 0.0
    temperature_c: float | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
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

        cpu = self.cpu

        disk = self.disk

        disk_free_bytes = self.disk_free_bytes

        memory = self.memory

        memory_bytes = self.memory_bytes

        network_in_bps = self.network_in_bps

        network_out_bps = self.network_out_bps

        temperature_c: float | None | Unset
        if isinstance(self.temperature_c, Unset):
            temperature_c = UNSET
        else:
            temperature_c = self.temperature_c

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if accelerator is not UNSET:
            field_dict["accelerator"] = accelerator
        if accelerator_memory is not UNSET:
            field_dict["accelerator_memory"] = accelerator_memory
        if cpu is not UNSET:
            field_dict["cpu"] = cpu
        if disk is not UNSET:
            field_dict["disk"] = disk
        if disk_free_bytes is not UNSET:
            field_dict["disk_free_bytes"] = disk_free_bytes
        if memory is not UNSET:
            field_dict["memory"] = memory
        if memory_bytes is not UNSET:
            field_dict["memory_bytes"] = memory_bytes
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

        cpu = d.pop("cpu", UNSET)

        disk = d.pop("disk", UNSET)

        disk_free_bytes = d.pop("disk_free_bytes", UNSET)

        memory = d.pop("memory", UNSET)

        memory_bytes = d.pop("memory_bytes", UNSET)

        network_in_bps = d.pop("network_in_bps", UNSET)

        network_out_bps = d.pop("network_out_bps", UNSET)

        def _parse_temperature_c(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        temperature_c = _parse_temperature_c(d.pop("temperature_c", UNSET))

        host_load = cls(
            accelerator=accelerator,
            accelerator_memory=accelerator_memory,
            cpu=cpu,
            disk=disk,
            disk_free_bytes=disk_free_bytes,
            memory=memory,
            memory_bytes=memory_bytes,
            network_in_bps=network_in_bps,
            network_out_bps=network_out_bps,
            temperature_c=temperature_c,
        )

        return host_load
