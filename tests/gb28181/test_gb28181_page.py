"""docs/gb28181.md says what is: its examples are read, and every setting, operation and field stands there."""

from pathlib import Path

import pytest
import yaml

from camloom.config import parse_task
from camloom.gb28181.cascade.config import CascadeConfig
from camloom.gb28181.operations import platform_operations
from camloom.gb28181.platform.config import DeviceConfig, Passwords, PlatformConfig
from camloom.gb28181.platform.platform import Platform
from camloom.gb28181.platform.quirks import Quirks
from camloom.sources.gb28181 import Gb28181Config

PAGE = (Path(__file__).parents[2] / "docs" / "gb28181.md").read_text(encoding="utf-8")


def example(begin: str) -> dict[str, object]:
    """Return the indented YAML that begins with a line."""
    lines = PAGE[PAGE.index(begin) :].splitlines()
    indent = len(PAGE[: PAGE.index(begin)].rpartition("\n")[2])
    block = [lines[0]]
    for line in lines[1:]:
        if not line.startswith(" " * indent):
            break
        block.append(line[indent:])
    return dict(yaml.safe_load("\n".join(block)))


def test_the_examples_are_valid() -> None:
    platform = PlatformConfig.model_validate(example('id: "34020000002000000001"'))
    assert platform.devices[0].id == "34020000001320000001"
    cascade = CascadeConfig.model_validate(example('id: "34020000001180000001"'))
    assert cascade.channels[0].streams == ("gate",)
    task = parse_task({"id": "gate", **example("source:\n")})
    assert task.source.type == "gb28181"


@pytest.mark.parametrize("model", [PlatformConfig, DeviceConfig, Gb28181Config, Quirks])
def test_every_setting_is_on_the_page(model: type[PlatformConfig]) -> None:
    assert [name for name in model.model_fields if f"`{name}`" not in PAGE] == []


def test_every_operation_of_the_control_socket_is_on_the_page() -> None:
    config = PlatformConfig(id="34020000002000000001")
    operations = platform_operations(Platform(config, Passwords(config)))
    assert [name for name in operations if f"| `{name}` |" not in PAGE] == []
