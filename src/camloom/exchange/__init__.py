"""What a server and the engine of a host tell each other: documents, and nothing else."""

from camloom.exchange.documents import (
    Command,
    CommandKind,
    Desired,
    EventMessage,
    HandedFile,
    HostLoad,
    MediaMessage,
    Message,
    ModelAnswers,
    ModelImport,
    MotionMessage,
    Reply,
    Reported,
    TaskMotion,
    TaskOrder,
    TaskStatus,
)
from camloom.exchange.seam import Delivery, HostSide, ServerSide

__all__ = [
    "Command",
    "CommandKind",
    "Delivery",
    "Desired",
    "EventMessage",
    "HandedFile",
    "HostLoad",
    "HostSide",
    "MediaMessage",
    "Message",
    "ModelAnswers",
    "ModelImport",
    "MotionMessage",
    "Reply",
    "Reported",
    "ServerSide",
    "TaskMotion",
    "TaskOrder",
    "TaskStatus",
]
