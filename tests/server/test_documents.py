"""Documents that the API hands on as they came: what it says of them is what they are."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
import yaml
from pydantic import BaseModel, TypeAdapter

from camloom.config import LineConfig, TaskConfig, ZoneConfig
from camloom.config.schema import task_schema
from camloom.detections import Attribute
from camloom.event import Change, Event, EventObject, Gate, Phase
from camloom.runner.live.flv import base_tag
from camloom.server.business.event_shape import HostEvent
from camloom.server.live.messages import LiveScript
from camloom.server.management.tasks.catalogue import TemplateShelf
from camloom.server.management.tasks.completed import OWN_KEYS
from camloom.server.management.tasks.documents import TaskDocument
from camloom.server.pushes.kind_list import describe_kinds
from camloom.server.web.forms import FormSchema
from camloom.sinks.document import event_to_dict

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))
PLAIN = Event(
    id="01K8HYD5VWVT5D14GCB02KVJW0",
    type="region.entered",
    source_id="cam",
    rule_id="yard",
    phase=Phase.START,
    occurred_at=datetime(2026, 11, 2, 8, tzinfo=UTC),
    pts_s=12.5,
    track_ids=(7,),
    objects=(EventObject(7, "person", 0.83, (1.0, 2.0, 3.0, 4.0)),),
    why=(Gate("dwell", 1.5, 0.6, "s"), Gate("rise", float("inf"), 0.6)),
)
ALARM = replace(
    PLAIN,
    objects=(EventObject(7, "person", 0.83, (1.0, 2.0, 3.0, 4.0), (Attribute("helmet", "no", 0.9, "ppe"),)),),
    why=PLAIN.why[:1],
    value=12.4,
    unit="s",
    media={"picture": "media/a/b.jpg"},
    detail="in words",
    reason="auth",
    template="intrusion",
    name={"zh": "入侵检测", "en": "Intrusion"},
    severity="major",
    stage="warning",
    count=3,
    ongoing=2,
    change=Change.JOINED,
)


def _told(model: type[BaseModel], document: dict[str, Any]) -> dict[str, Any]:
    """Return what is left of a document when only what is described is taken."""
    return model.model_validate(document).model_dump(by_alias=True, exclude_unset=True)


@pytest.mark.parametrize("event", [replace(PLAIN, why=PLAIN.why[:1]), ALARM], ids=["plain", "alarm"])
def test_an_event_of_the_engine_is_as_it_is_described(event: Event) -> None:
    document = event_to_dict(event)
    told = _told(HostEvent, document)
    assert told.pop("occurred_at") == event.occurred_at
    told["objects"] = [{**one, "xyxy_px": list(one["xyxy_px"])} for one in told["objects"]]
    assert told == {key: value for key, value in document.items() if key != "occurred_at"}


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_a_task_is_as_it_is_described(file: Path) -> None:
    described = set(TaskDocument.__annotations__)
    assert described <= set(TaskConfig.model_fields)
    document = {key: value for key, value in yaml.safe_load(file.read_text()).items() if key not in OWN_KEYS}
    told = TypeAdapter(TaskDocument).validate_python(document)
    assert _lists(told) == _lists(document)
    for kind, model in (("zones", ZoneConfig), ("lines", LineConfig)):
        of_one = get_type_hints(get_args(get_type_hints(TaskDocument)[kind])[0])
        assert set(of_one) == set(model.model_fields)


def _lists(value: Any) -> Any:
    """Return a document with its tuples as the lists that JSON has."""
    if isinstance(value, dict):
        return {key: _lists(one) for key, one in value.items()}
    return [_lists(one) for one in value] if isinstance(value, list | tuple) else value


def test_forms_are_made_of_what_is_described() -> None:
    schemas = [task_schema(), *(one.form for one in TemplateShelf().all())]
    schemas += [kind.settings_schema for kind in describe_kinds()]
    for schema in schemas:
        read = TypeAdapter(FormSchema).validate_python(schema)
        assert set(read.get("required", ())) <= set(read.get("properties", {}))


def test_the_script_tag_of_the_pictures_is_as_it_is_described() -> None:
    tag = base_tag(41240).body
    (name,) = LiveScript.model_fields
    (key,) = LiveScript.model_fields[name].annotation.model_fields  # type: ignore[union-attr]
    assert name.encode() in tag
    assert key.encode() in tag
