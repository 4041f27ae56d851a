"""Contains all the data models used in inputs/outputs"""

from .account import Account
from .account_change import AccountChange
from .account_change_language_type_0 import AccountChangeLanguageType0
from .account_change_role_type_0 import AccountChangeRoleType0
from .account_page import AccountPage
from .account_role import AccountRole
from .alarm_action import AlarmAction
from .alarm_action_action import AlarmActionAction
from .alarm_detail import AlarmDetail
from .alarm_detail_handling import AlarmDetailHandling
from .alarm_detail_severity import AlarmDetailSeverity
from .alarm_detail_verdict_type_0 import AlarmDetailVerdictType0
from .alarm_event import AlarmEvent
from .alarm_media import AlarmMedia
from .alarm_note import AlarmNote
from .alarm_summary import AlarmSummary
from .alarm_summary_handling import AlarmSummaryHandling
from .alarm_summary_page import AlarmSummaryPage
from .alarm_summary_severity import AlarmSummarySeverity
from .alarm_summary_verdict_type_0 import AlarmSummaryVerdictType0
from .assignee import Assignee
from .audit_entry import AuditEntry
from .audit_entry_page import AuditEntryPage
from .bilingual import Bilingual
from .bulk_action import BulkAction
from .bulk_action_action import BulkActionAction
from .bulk_result import BulkResult
from .camera_copy import CameraCopy
from .camera_history import CameraHistory
from .camera_history_quality import CameraHistoryQuality
from .camera_in import CameraIn
from .camera_out import CameraOut
from .camera_out_page import CameraOutPage
from .camera_storage import CameraStorage
from .camera_switch import CameraSwitch
from .check_answer import CheckAnswer
from .condition_span import ConditionSpan
from .copy_answer import CopyAnswer
from .day_bar import DayBar
from .escalation import Escalation
from .escalation_severity_type_0 import EscalationSeverityType0
from .event_gate import EventGate
from .evidence_key import EvidenceKey
from .export_alarms_handling_item import ExportAlarmsHandlingItem
from .export_alarms_lang import ExportAlarmsLang
from .export_alarms_severity_item import ExportAlarmsSeverityItem
from .export_alarms_verdict_item import ExportAlarmsVerdictItem
from .fitted_template import FittedTemplate
from .fitted_template_page import FittedTemplatePage
from .flow_day import FlowDay
from .flow_line import FlowLine
from .flows import Flows
from .found_camera import FoundCamera
from .found_stream import FoundStream
from .get_report_csv_lang import GetReportCsvLang
from .get_report_csv_period import GetReportCsvPeriod
from .get_report_csv_severity_item import GetReportCsvSeverityItem
from .get_report_csv_table import GetReportCsvTable
from .get_report_pdf_lang import GetReportPdfLang
from .get_report_pdf_period import GetReportPdfPeriod
from .get_report_pdf_severity_item import GetReportPdfSeverityItem
from .get_report_period import GetReportPeriod
from .get_report_severity_item import GetReportSeverityItem
from .graph_hours import GraphHours
from .group import Group
from .group_change import GroupChange
from .group_page import GroupPage
from .guessed_card import GuessedCard
from .guessed_input import GuessedInput
from .health_note import HealthNote
from .host_detail import HostDetail
from .host_detail_state import HostDetailState
from .host_in import HostIn
from .host_load import HostLoad
from .host_out import HostOut
from .host_out_page import HostOutPage
from .host_out_state import HostOutState
from .import_answer import ImportAnswer
from .import_problem import ImportProblem
from .key import Key
from .key_page import KeyPage
from .key_role import KeyRole
from .labels import Labels
from .link_answer import LinkAnswer
from .link_wish import LinkWish
from .list_alarms_handling_item import ListAlarmsHandlingItem
from .list_alarms_severity_item import ListAlarmsSeverityItem
from .list_alarms_verdict_item import ListAlarmsVerdictItem
from .list_push_deliveries_state_type_0_item import ListPushDeliveriesStateType0Item
from .load_point import LoadPoint
from .log_lines import LogLines
from .logged_out import LoggedOut
from .login_request import LoginRequest
from .login_session import LoginSession
from .made_key import MadeKey
from .mail_account import MailAccount
from .mail_account_security import MailAccountSecurity
from .mail_test import MailTest
from .me import Me
from .me_change import MeChange
from .me_change_language import MeChangeLanguage
from .me_role import MeRole
from .model_answers import ModelAnswers
from .model_answers_colour import ModelAnswersColour
from .model_answers_fit import ModelAnswersFit
from .model_draft import ModelDraft
from .model_field import ModelField
from .model_field_certainty import ModelFieldCertainty
from .model_guess import ModelGuess
from .model_look import ModelLook
from .model_note import ModelNote
from .model_on_host import ModelOnHost
from .model_on_host_page import ModelOnHostPage
from .model_trial import ModelTrial
from .needs import Needs
from .new_account import NewAccount
from .new_account_language import NewAccountLanguage
from .new_account_role import NewAccountRole
from .new_group import NewGroup
from .new_key import NewKey
from .new_key_role import NewKeyRole
from .new_password import NewPassword
from .oidc_info import OidcInfo
from .oidc_return import OidcReturn
from .oidc_return_language import OidcReturnLanguage
from .oidc_way import OidcWay
from .parameter import Parameter
from .parameter_kind import ParameterKind
from .password_change import PasswordChange
from .person import Person
from .person_page import PersonPage
from .policy import Policy
from .policy_effect import PolicyEffect
from .policy_effect_severity_type_0 import PolicyEffectSeverityType0
from .policy_form import PolicyForm
from .policy_match import PolicyMatch
from .policy_match_severities_item import PolicyMatchSeveritiesItem
from .policy_often import PolicyOften
from .policy_order import PolicyOrder
from .probe_fact import ProbeFact
from .probe_finding import ProbeFinding
from .probe_found import ProbeFound
from .probe_in import ProbeIn
from .probe_in_look import ProbeInLook
from .probe_out import ProbeOut
from .problem import Problem
from .push_delivery import PushDelivery
from .push_delivery_detail import PushDeliveryDetail
from .push_delivery_detail_state import PushDeliveryDetailState
from .push_delivery_page import PushDeliveryPage
from .push_delivery_state import PushDeliveryState
from .push_form import PushForm
from .push_form_language import PushFormLanguage
from .push_health import PushHealth
from .push_kind_answer import PushKindAnswer
from .push_kind_answer_changes_item import PushKindAnswerChangesItem
from .push_match import PushMatch
from .push_match_changes_item import PushMatchChangesItem
from .push_match_severities_item import PushMatchSeveritiesItem
from .push_target import PushTarget
from .push_test import PushTest
from .push_trial import PushTrial
from .push_trial_language import PushTrialLanguage
from .replay import Replay
from .replay_states_item import ReplayStatesItem
from .replayed import Replayed
from .report import Report
from .report_filter import ReportFilter
from .report_filter_severity_item import ReportFilterSeverityItem
from .report_part import ReportPart
from .report_period import ReportPeriod
from .report_timing import ReportTiming
from .report_timing_every import ReportTimingEvery
from .report_timing_weekday import ReportTimingWeekday
from .report_totals import ReportTotals
from .report_wish import ReportWish
from .report_wish_language import ReportWishLanguage
from .reset_request import ResetRequest
from .retention import Retention
from .schedule import Schedule
from .schedule_form import ScheduleForm
from .search_in import SearchIn
from .search_out import SearchOut
from .seen_stream import SeenStream
from .setup_request import SetupRequest
from .setup_request_language import SetupRequestLanguage
from .site_in import SiteIn
from .site_map_out import SiteMapOut
from .site_map_out_page import SiteMapOutPage
from .site_out import SiteOut
from .source_options import SourceOptions
from .source_options_format_type_0 import SourceOptionsFormatType0
from .source_options_stream_type_0 import SourceOptionsStreamType0
from .source_options_transport_type_0 import SourceOptionsTransportType0
from .stage import Stage
from .stage_severity import StageSeverity
from .state_example import StateExample
from .state_example_added import StateExampleAdded
from .state_example_in import StateExampleIn
from .state_example_page import StateExamplePage
from .state_judgement import StateJudgement
from .state_model_told import StateModelTold
from .state_training import StateTraining
from .storage import Storage
from .storage_share import StorageShare
from .storage_view import StorageView
from .stream_facts import StreamFacts
from .task_check import TaskCheck
from .task_copy import TaskCopy
from .task_in import TaskIn
from .task_on_host import TaskOnHost
from .task_out import TaskOut
from .task_out_page import TaskOutPage
from .task_status import TaskStatus
from .taught_place import TaughtPlace
from .taught_place_page import TaughtPlacePage
from .taught_place_states import TaughtPlaceStates
from .template_fit import TemplateFit
from .timeline import Timeline
from .timeline_strip import TimelineStrip
from .timeline_strip_severity_item_type_0 import TimelineStripSeverityItemType0
from .tried import Tried
from .tried_alarm import TriedAlarm
from .tried_counts import TriedCounts
from .tried_difference import TriedDifference
from .tried_pair import TriedPair
from .trouble_out import TroubleOut
from .trouble_out_page import TroubleOutPage
from .try_on import TryOn
from .upload_out import UploadOut
from .upload_out_page import UploadOutPage
from .uptime import Uptime
from .wait_bar import WaitBar
from .week_span import WeekSpan
from .week_span_days_item import WeekSpanDaysItem
from .what_if import WhatIf
from .what_if_answer import WhatIfAnswer

__all__ = (
    "Account",
    "AccountChange",
    "AccountChangeLanguageType0",
    "AccountChangeRoleType0",
    "AccountPage",
    "AccountRole",
    "AlarmAction",
    "AlarmActionAction",
    "AlarmDetail",
    "AlarmDetailHandling",
    "AlarmDetailSeverity",
    "AlarmDetailVerdictType0",
    "AlarmEvent",
    "AlarmMedia",
    "AlarmNote",
    "AlarmSummary",
    "AlarmSummaryHandling",
    "AlarmSummaryPage",
    "AlarmSummarySeverity",
    "AlarmSummaryVerdictType0",
    "Assignee",
    "AuditEntry",
    "AuditEntryPage",
    "Bilingual",
    "BulkAction",
    "BulkActionAction",
    "BulkResult",
    "CameraCopy",
    "CameraHistory",
    "CameraHistoryQuality",
    "CameraIn",
    "CameraOut",
    "CameraOutPage",
    "CameraStorage",
    "CameraSwitch",
    "CheckAnswer",
    "ConditionSpan",
    "CopyAnswer",
    "DayBar",
    "Escalation",
    "EscalationSeverityType0",
    "EventGate",
    "EvidenceKey",
    "ExportAlarmsHandlingItem",
    "ExportAlarmsLang",
    "ExportAlarmsSeverityItem",
    "ExportAlarmsVerdictItem",
    "FittedTemplate",
    "FittedTemplatePage",
    "FlowDay",
    "FlowLine",
    "Flows",
    "FoundCamera",
    "FoundStream",
    "GetReportCsvLang",
    "GetReportCsvPeriod",
    "GetReportCsvSeverityItem",
    "GetReportCsvTable",
    "GetReportPdfLang",
    "GetReportPdfPeriod",
    "GetReportPdfSeverityItem",
    "GetReportPeriod",
    "GetReportSeverityItem",
    "GraphHours",
    "Group",
    "GroupChange",
    "GroupPage",
    "GuessedCard",
    "GuessedInput",
    "HealthNote",
    "HostDetail",
    "HostDetailState",
    "HostIn",
    "HostLoad",
    "HostOut",
    "HostOutPage",
    "HostOutState",
    "ImportAnswer",
    "ImportProblem",
    "Key",
    "KeyPage",
    "KeyRole",
    "Labels",
    "LinkAnswer",
    "LinkWish",
    "ListAlarmsHandlingItem",
    "ListAlarmsSeverityItem",
    "ListAlarmsVerdictItem",
    "ListPushDeliveriesStateType0Item",
    "LoadPoint",
    "LoggedOut",
    "LoginRequest",
    "LoginSession",
    "LogLines",
    "MadeKey",
    "MailAccount",
    "MailAccountSecurity",
    "MailTest",
    "Me",
    "MeChange",
    "MeChangeLanguage",
    "MeRole",
    "ModelAnswers",
    "ModelAnswersColour",
    "ModelAnswersFit",
    "ModelDraft",
    "ModelField",
    "ModelFieldCertainty",
    "ModelGuess",
    "ModelLook",
    "ModelNote",
    "ModelOnHost",
    "ModelOnHostPage",
    "ModelTrial",
    "Needs",
    "NewAccount",
    "NewAccountLanguage",
    "NewAccountRole",
    "NewGroup",
    "NewKey",
    "NewKeyRole",
    "NewPassword",
    "OidcInfo",
    "OidcReturn",
    "OidcReturnLanguage",
    "OidcWay",
    "Parameter",
    "ParameterKind",
    "PasswordChange",
    "Person",
    "PersonPage",
    "Policy",
    "PolicyEffect",
    "PolicyEffectSeverityType0",
    "PolicyForm",
    "PolicyMatch",
    "PolicyMatchSeveritiesItem",
    "PolicyOften",
    "PolicyOrder",
    "ProbeFact",
    "ProbeFinding",
    "ProbeFound",
    "ProbeIn",
    "ProbeInLook",
    "ProbeOut",
    "Problem",
    "PushDelivery",
    "PushDeliveryDetail",
    "PushDeliveryDetailState",
    "PushDeliveryPage",
    "PushDeliveryState",
    "PushForm",
    "PushFormLanguage",
    "PushHealth",
    "PushKindAnswer",
    "PushKindAnswerChangesItem",
    "PushMatch",
    "PushMatchChangesItem",
    "PushMatchSeveritiesItem",
    "PushTarget",
    "PushTest",
    "PushTrial",
    "PushTrialLanguage",
    "Replay",
    "Replayed",
    "ReplayStatesItem",
    "Report",
    "ReportFilter",
    "ReportFilterSeverityItem",
    "ReportPart",
    "ReportPeriod",
    "ReportTiming",
    "ReportTimingEvery",
    "ReportTimingWeekday",
    "ReportTotals",
    "ReportWish",
    "ReportWishLanguage",
    "ResetRequest",
    "Retention",
    "Schedule",
    "ScheduleForm",
    "SearchIn",
    "SearchOut",
    "SeenStream",
    "SetupRequest",
    "SetupRequestLanguage",
    "SiteIn",
    "SiteMapOut",
    "SiteMapOutPage",
    "SiteOut",
    "SourceOptions",
    "SourceOptionsFormatType0",
    "SourceOptionsStreamType0",
    "SourceOptionsTransportType0",
    "Stage",
    "StageSeverity",
    "StateExample",
    "StateExampleAdded",
    "StateExampleIn",
    "StateExamplePage",
    "StateJudgement",
    "StateModelTold",
    "StateTraining",
    "Storage",
    "StorageShare",
    "StorageView",
    "StreamFacts",
    "TaskCheck",
    "TaskCopy",
    "TaskIn",
    "TaskOnHost",
    "TaskOut",
    "TaskOutPage",
    "TaskStatus",
    "TaughtPlace",
    "TaughtPlacePage",
    "TaughtPlaceStates",
    "TemplateFit",
    "Timeline",
    "TimelineStrip",
    "TimelineStripSeverityItemType0",
    "Tried",
    "TriedAlarm",
    "TriedCounts",
    "TriedDifference",
    "TriedPair",
    "TroubleOut",
    "TroubleOutPage",
    "TryOn",
    "UploadOut",
    "UploadOutPage",
    "Uptime",
    "WaitBar",
    "WeekSpan",
    "WeekSpanDaysItem",
    "WhatIf",
    "WhatIfAnswer",
)
