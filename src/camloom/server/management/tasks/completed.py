"""From the document of a task, as people edit it, to the whole one that an engine is given."""

from typing import Any

from camloom.config.addresses import scheme_of
from camloom.config.source_url import CAMERA_SCHEMES, parse_camera_url

OWN_KEYS = frozenset({"id", "source", "evidence_source", "sinks", "out", "templates"})
"""What the platform itself says in a task: people choose a camera, and where results go is set elsewhere."""


def completed(
    task_id: str, document: dict[str, Any], sources: dict[str, dict[str, Any]], camera_url: str
) -> dict[str, Any]:
    """Return the whole document.

    Args:
        document: as it is kept: without source, without passwords.
        sources: `source:` of the camera by its column, `main_source` where it has one.
        camera_url: with its password.
    """
    whole = {**document, "id": task_id, "source": sources["source"]}
    if "main_source" in sources:
        whole["evidence_source"] = sources["main_source"]
    if isinstance(alerts := document.get("camera_alerts"), dict):
        whole["camera_alerts"] = {**alerts, "url": _with_login(str(alerts["url"]), camera_url), "policy": "strict"}
    return whole


def _with_login(url: str, camera_url: str) -> str:
    """Return the address of a camera's alerts with the login of the camera, if it is the same machine."""
    if scheme_of(camera_url) not in CAMERA_SCHEMES:
        return url
    known, asked = parse_camera_url(camera_url), parse_camera_url(url)
    if known.host.lower() != asked.host.lower() or not known.user:
        return url
    return asked.with_login(known.user, known.password).url
