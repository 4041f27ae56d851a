"""The whole API, a part of it for each of its matters."""

from camloom.client.transport import Transport

from .api.access import AccessCalls
from .api.alarms import AlarmsCalls
from .api.cameras import CamerasCalls
from .api.health import HealthCalls
from .api.hosts import HostsCalls
from .api.live import LiveCalls
from .api.mail import MailCalls
from .api.media import MediaCalls
from .api.policies import PoliciesCalls
from .api.pushes import PushesCalls
from .api.reports import ReportsCalls
from .api.site import SiteCalls
from .api.storage import StorageCalls
from .api.tasks import TasksCalls


class Api:
    """The API of a server; each method of its parts is one operation.

    Attributes:
        access: `list_accounts`, `create_account`, `get_account` ...
        alarms: `list_alarms`, `list_assignees`, `get_evidence_key` ...
        cameras: `list_cameras`, `create_camera`, `discover_cameras` ...
        health: `list_troubles` ...
        hosts: `list_hosts`, `get_host`, `rename_host` ...
        live: `make_live_link` ...
        mail: `get_mail_account`, `set_mail_account`, `test_mail_account` ...
        media: `get_media` ...
        policies: `list_policies`, `create_policy`, `reorder_policies` ...
        pushes: `list_pushes`, `create_push`, `list_push_health` ...
        reports: `get_report`, `get_report_csv`, `get_report_pdf` ...
        site: `get_site`, `change_site` ...
        storage: `get_storage`, `list_camera_storage`, `set_retention` ...
        tasks: `get_task_schema`, `list_tasks`, `create_task` ...
    """

    def __init__(self, transport: Transport) -> None:
        self.access = AccessCalls(transport)
        self.alarms = AlarmsCalls(transport)
        self.cameras = CamerasCalls(transport)
        self.health = HealthCalls(transport)
        self.hosts = HostsCalls(transport)
        self.live = LiveCalls(transport)
        self.mail = MailCalls(transport)
        self.media = MediaCalls(transport)
        self.policies = PoliciesCalls(transport)
        self.pushes = PushesCalls(transport)
        self.reports = ReportsCalls(transport)
        self.site = SiteCalls(transport)
        self.storage = StorageCalls(transport)
        self.tasks = TasksCalls(transport)
