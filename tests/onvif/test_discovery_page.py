"""docs/discovery.md: its examples are tasks, and no setting is missing."""

import re
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from camloom.config import CameraAlertsConfig, parse_task
from camloom.sources.onvif.source import OnvifConfig

PAGE = (Path(__file__).parents[2] / "docs" / "discovery.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_task(example: str) -> None:
    parse_task({"source": "rtsp://camera/stream", **yaml.safe_load(example)})


@pytest.mark.parametrize("settings", [OnvifConfig, CameraAlertsConfig])
def test_every_setting_is_explained(settings: type[BaseModel]) -> None:
    assert [name for name in settings.model_fields if f"`{name}`" not in PAGE] == []
