"""Who may do what with whose: a decision for each operation of the API. One that is not here fails the tests."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from tests.server.abuse.world import Half


class Of(Enum):
    """Whose an operation's object is."""

    GROUP = "of a camera group: not there for who does not see it"
    OWNER = "of whoever made it, and of administrators: not there for others"
    SITE = "of the whole site: the role alone decides"
    LIST = "a list or sum of what the caller may know of"
    SELF = "of the caller"
    ALL = "of the whole site, for who sees all cameras"
    NOBODY = "asks nobody who they are"
    LIBRARY = "for libraries, by digest: a guard of its own"


GROUP, OWNER, SITE, LIST, SELF, ALL = Of.GROUP, Of.OWNER, Of.SITE, Of.LIST, Of.SELF, Of.ALL

DECISIONS: dict[str, Of] = {
    **dict.fromkeys(("setup", "reset_password", "login", "healthz", "readyz"), Of.NOBODY),
    **dict.fromkeys(("get_oidc", "begin_oidc", "finish_oidc"), Of.NOBODY),
    **dict.fromkeys(("viid_subscribe", "viid_change_subscription", "viid_unsubscribe"), Of.LIBRARY),
    "metrics": ALL,
    "list_troubles": SITE,
    **dict.fromkeys(("list_my_sessions", "end_my_session"), SELF),
    **dict.fromkeys(("get_me", "change_me", "change_password", "end_other_sessions", "logout", "create_key"), SELF),
    **dict.fromkeys(("list_keys", "list_report_schedules"), LIST),
    "delete_key": OWNER,
    **dict.fromkeys(("change_report_schedule", "delete_report_schedule", "run_report_schedule"), OWNER),
    "get_scheduled_report_pdf": OWNER,
    "create_report_schedule": SELF,
    # accounts, groups, names of colleagues
    **dict.fromkeys(("list_accounts", "create_account", "get_account", "change_account", "delete_account"), SITE),
    **dict.fromkeys(("set_account_password", "list_audit", "create_group", "change_group", "delete_group"), SITE),
    **dict.fromkeys(("list_people", "list_assignees"), SITE),
    "list_groups": LIST,
    # alarms
    **dict.fromkeys(("list_alarms", "get_timeline", "export_alarms", "handle_alarms"), LIST),
    "get_evidence_key": SITE,
    **dict.fromkeys(("get_alarm", "handle_alarm", "get_alarm_evidence", "get_media"), GROUP),
    **dict.fromkeys(("get_report", "get_report_csv", "get_report_pdf"), LIST),
    **dict.fromkeys(("list_policies", "create_policy", "reorder_policies", "change_policy", "delete_policy"), SITE),
    **dict.fromkeys(("get_storage", "set_retention", "get_site", "change_site"), SITE),
    "list_camera_storage": LIST,
    # cameras and tasks
    **dict.fromkeys(("list_cameras", "list_tasks"), LIST),
    **dict.fromkeys(("get_camera", "change_camera", "delete_camera", "switch_camera"), GROUP),
    **dict.fromkeys(("copy_camera", "get_camera_history", "get_camera_snapshot", "make_live_link"), GROUP),
    "live_flv": GROUP,
    **dict.fromkeys(("get_task", "change_task", "delete_task", "start_task", "stop_task"), GROUP),
    **dict.fromkeys(("try_task", "copy_task", "create_task", "check_task"), GROUP),
    **dict.fromkeys(("create_camera", "import_cameras", "export_cameras", "probe_source", "discover_cameras"), SITE),
    "prepare_probe": SITE,
    **dict.fromkeys(("list_uploads", "upload_recording", "delete_upload"), SITE),
    "list_site_maps": LIST,
    "get_site_map_picture": GROUP,
    **dict.fromkeys(("create_site_map", "delete_site_map"), SITE),
    **dict.fromkeys(("get_task_schema", "list_templates", "get_template_picture"), SITE),
    # hosts: what they are is the site's; their tasks are told by `Of.GROUP` routes and filtered here
    **dict.fromkeys(("list_hosts", "get_host_utilisation", "get_host_logs", "list_host_models", "rename_host"), SITE),
    "get_host": LIST,
    **dict.fromkeys(("upload_model", "delete_model_draft", "look_at_model", "keep_model", "try_host_model"), SITE),
    **dict.fromkeys(("get_model_picture", "delete_host_model"), SITE),
    **dict.fromkeys(("list_taught_places", "list_state_examples", "add_state_example", "judge_state"), SITE),
    **dict.fromkeys(("delete_state_example", "train_state_model", "delete_taught_place"), SITE),
    # mail and pushes
    **dict.fromkeys(("get_mail_account", "set_mail_account", "test_mail_account"), SITE),
    **dict.fromkeys(("list_push_kinds", "list_push_health", "list_pushes", "create_push", "get_push"), SITE),
    **dict.fromkeys(("change_push", "delete_push", "test_push", "retry_push", "replay_push", "try_push"), SITE),
    "list_push_deliveries": LIST,
    "get_push_delivery": GROUP,
}

_SPAN = {"since": "2026-11-01T00:00:00Z", "until": "2026-11-03T00:00:00Z"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that would do what it says if it were allowed."""

    body: Any = None
    content: bytes | None = None
    query: dict[str, str] | None = None

    def how(self) -> dict[str, Any]:
        """Return it as the client takes it."""
        found = {"json": self.body, "content": self.content, "params": self.query}
        return {key: value for key, value in found.items() if value is not None}


def asked(operation: str, half: Half) -> Asked:
    """Return what to send with an operation that is to do something to a half."""
    found: Asked = _BODIES.get(operation, lambda _: Asked())(half)
    return found


def _camera(half: Half) -> dict[str, Any]:
    return {"name": "mine now", "url": "rtsp://10.1.2.9/x", "group_id": half.ids["group_id"]}


def _task(half: Half) -> dict[str, Any]:
    return {"name": "mine now", "camera_id": half.ids["camera_id"], "document": {}}


_WEBHOOK = {"kind": "webhook", "name": "mine", "settings": {"url": "https://10.1.2.4/", "secret": "x" * 32}}
_WISH = {"name": "mine", "wish": {"recipients": ["x@example.com"]}}
_MAIL = {"host": "10.1.2.5", "sender": "box@example.com"}
_BODIES: dict[str, Any] = {
    "setup": lambda _: Asked({"token": "x", "name": "eve", "password": "long enough 1"}),
    "reset_password": lambda _: Asked({"token": "x", "password": "long enough 1"}),
    "login": lambda _: Asked({"name": "eve", "password": "long enough 1"}),
    "finish_oidc": lambda _: Asked({"code": "x", "state": "x"}),
    "change_me": lambda _: Asked({"language": "zh"}),
    "change_password": lambda _: Asked({"current": "correct horse battery", "new": "correct horse battery 2"}),
    "create_key": lambda _: Asked({"name": "mine"}),
    "create_account": lambda _: Asked({"name": "eve", "password": "long enough 1", "role": "administrator"}),
    "change_account": lambda _: Asked({"language": "zh"}),
    "set_account_password": lambda _: Asked({"password": "long enough 1"}),
    "create_group": lambda _: Asked({"name": "mine"}),
    "change_group": lambda _: Asked({"name": "mine now"}),
    "handle_alarm": lambda _: Asked({"action": "acknowledge"}),
    "handle_alarms": lambda half: Asked({"action": "acknowledge", "ids": [half.ids["alarm_id"]]}),
    "list_alarms": lambda half: Asked(query={"camera": half.ids["camera_id"]}),
    "export_alarms": lambda half: Asked(query={"camera": half.ids["camera_id"], "lang": "en"}),
    "get_timeline": lambda half: Asked(query={"camera": half.ids["camera_id"], "since": "2026-11-02T00:00:00Z"}),
    "get_report": lambda half: Asked(query={"period": "month", "group": half.ids["group_id"]}),
    "get_report_csv": lambda half: Asked(query={"period": "month", "camera": half.ids["camera_id"], "lang": "en"}),
    "list_cameras": lambda half: Asked(query={"group": half.ids["group_id"]}),
    "list_tasks": lambda half: Asked(query={"camera": half.ids["camera_id"]}),
    "create_policy": lambda _: Asked({"name": "mine"}),
    "change_policy": lambda _: Asked({"name": "mine"}),
    "reorder_policies": lambda _: Asked({"ids": []}),
    "set_retention": lambda _: Asked({"media_days": 1}),
    "change_site": lambda _: Asked({"timezone": "Asia/Tokyo"}),
    "create_report_schedule": lambda _: Asked(_WISH),
    "change_report_schedule": lambda _: Asked(_WISH),
    "create_camera": lambda half: Asked(_camera(half) | {"url": "rtsp://10.1.2.77/x"}),
    "change_camera": lambda half: Asked(_camera(half)),
    "switch_camera": lambda _: Asked({"enabled": False}),
    "copy_camera": lambda _: Asked({"name": "mine"}),
    "import_cameras": lambda _: Asked(content=b"name,url\nmine,rtsp://10.1.2.3/z\n", query={"dry_run": "false"}),
    "probe_source": lambda half: Asked({"url": "rtsp://admin:***@10.1.2.5/x", "camera_id": half.ids["camera_id"]}),
    "discover_cameras": lambda _: Asked({"seconds": 1}),
    "prepare_probe": lambda _: Asked(),
    "make_live_link": lambda _: Asked({}),
    "live_flv": lambda half: Asked(query={"app": "live", "stream": half.ids["camera_id"]}),
    "create_task": lambda half: Asked(_task(half)),
    "check_task": lambda half: Asked({"camera_id": half.ids["camera_id"], "document": {}}),
    "change_task": lambda half: Asked(_task(half)),
    "try_task": lambda _: Asked({"document": {}, **_SPAN}),
    "copy_task": lambda half: Asked({"camera_ids": [half.ids["camera_id"]]}),
    "upload_recording": lambda _: Asked(content=b"\x00\x00\x00\x20ftypisom" + bytes(99), query={"name": "mine"}),
    "upload_model": lambda _: Asked(content=b"no model", query={"name": "mine.onnx"}),
    **dict.fromkeys(("look_at_model", "keep_model", "try_host_model"), lambda _: Asked({})),
    "list_state_examples": lambda _: Asked(query={"state": "full"}),
    "add_state_example": lambda half: Asked({"state": "full", "camera_id": half.ids["camera_id"]}),
    "judge_state": lambda half: Asked({"camera_id": half.ids["camera_id"]}),
    "create_site_map": lambda _: Asked(content=b"no picture", query={"name": "mine"}),
    "rename_host": lambda _: Asked({"name": "mine now"}),
    "set_mail_account": lambda _: Asked(_MAIL),
    "test_mail_account": lambda _: Asked({"to": "x@example.com"}),
    "create_push": lambda _: Asked(_WEBHOOK),
    "change_push": lambda _: Asked(_WEBHOOK),
    "try_push": lambda _: Asked({"kind": "webhook", "settings": _WEBHOOK["settings"]}),
    "replay_push": lambda _: Asked(_SPAN),
    "viid_subscribe": lambda _: Asked({}),
    "viid_change_subscription": lambda _: Asked({}),
    "viid_unsubscribe": lambda _: Asked(query={"IDList": "1"}),
}
WITH_BODY = frozenset(_BODIES)
