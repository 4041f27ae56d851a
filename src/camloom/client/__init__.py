"""The API of a Camloom server from Python: `with connect("http://box:8780", key="camloom_...") as box: ...`.

docs/api.md has examples. Everything but the way in is made from the description of the API.
"""

from camloom.client.connection import Camloom, connect
from camloom.client.errors import AnswerError, ClientError, RefusedError, UnreachableError
from camloom.client.generated.types import UNSET, File, Unset
from camloom.client.pages import each

__all__ = [
    "UNSET",
    "AnswerError",
    "Camloom",
    "ClientError",
    "File",
    "RefusedError",
    "UnreachableError",
    "Unset",
    "connect",
    "each",
]
