"""The kinds of targets, with their forms."""

from camloom.server.pushes.models import PushKindAnswer
from camloom.server.pushes.targets import kind_class, kind_names
from camloom.server.web import RefusedError


def describe_kinds() -> list[PushKindAnswer]:
    """Return all kinds; one that cannot be used here says why."""
    return [_describe(name) for name in kind_names()]


def _describe(name: str) -> PushKindAnswer:
    try:
        kind = kind_class(name)
    except RefusedError as error:
        why = str(error.__cause__ or error.message)
        empty: dict[str, object] = {}
        return PushKindAnswer(
            kind=name, summary="", secrets=[], destination=[], changes=[], settings_schema=empty, unavailable=why
        )
    return PushKindAnswer(
        kind=name,
        summary=(kind.__doc__ or "").strip().splitlines()[0],
        secrets=list(kind.Config.secret_fields()),
        destination=list(kind.destination),
        changes=list(kind.changes),
        settings_schema=kind.Config.model_json_schema(),
        unavailable="",
    )
