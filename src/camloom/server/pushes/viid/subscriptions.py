"""What libraries above have asked for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from sqlalchemy import Connection, delete, func, select

from camloom.server.business.event_document import clean_text
from camloom.server.database.tables import viid_subscription
from camloom.server.database.upsert import put
from camloom.server.pushes.http import checked_url
from camloom.server.pushes.viid.client import moment_of

_MOST = 200
Time = Annotated[str, Field(max_length=32, pattern=r"^[\x20-\x7e]*$")]


class Subscription(BaseModel):
    """What a library asks for, as far as it is heeded; the rest is ignored.

    Attributes:
        SubscribeDetail: classes of objects, such as `12,13`.
        OperateType: 0 asks, 1 takes it back.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    SubscribeID: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]
    Title: Annotated[str, Field(max_length=256), AfterValidator(clean_text)] = ""
    SubscribeDetail: Annotated[str, Field(max_length=200, pattern=r"^[\d, ]*$")] = ""
    ReceiveAddr: Annotated[str, Field(max_length=500), AfterValidator(checked_url)]
    BeginTime: Time = ""
    EndTime: Time = ""
    OperateType: int = 0

    @property
    def classes(self) -> frozenset[str]:
        """The classes that are asked for."""
        return frozenset(part.strip() for part in self.SubscribeDetail.split(",") if part.strip())

    def holds(self, now: datetime) -> bool:
        """Tell whether it is in force."""
        begin, end = moment_of(self.BeginTime), moment_of(self.EndTime)
        return self.OperateType == 0 and (begin is None or begin <= now) and (end is None or now <= end)


class SubscriptionList(BaseModel):
    """Several of them."""

    SubscribeObject: Annotated[list[Subscription], Field(max_length=50)]


class SubscriptionDocument(BaseModel):
    """The document in which a library asks."""

    SubscribeListObject: SubscriptionList


def keep(connection: Connection, target_id: str, asked: Sequence[Subscription], now: datetime) -> list[bool]:
    """Keep, change or take back subscriptions of a target; return for each whether that was done."""
    return [_keep_one(connection, target_id, one, now) for one in asked]


def remove(connection: Connection, target_id: str, ids: Sequence[str]) -> None:
    """Take subscriptions back."""
    mine = viid_subscription.c.push_target_id == target_id
    connection.execute(delete(viid_subscription).where(mine, viid_subscription.c.subscribe_id.in_(ids)))


def in_force(connection: Connection, target_id: str, now: datetime) -> list[Subscription]:
    """Return the subscriptions of a target that hold now."""
    wanted = select(viid_subscription.c.document).where(viid_subscription.c.push_target_id == target_id)
    found = (Subscription.model_validate(one) for one in connection.execute(wanted).scalars())
    return [one for one in found if one.holds(now)]


def _keep_one(connection: Connection, target_id: str, one: Subscription, now: datetime) -> bool:
    if one.OperateType != 0:
        remove(connection, target_id, [one.SubscribeID])
        return True
    mine = viid_subscription.c.push_target_id == target_id
    others = select(func.count()).where(mine, viid_subscription.c.subscribe_id != one.SubscribeID)
    if connection.execute(others).scalar_one() >= _MOST:
        return False
    row = {
        "push_target_id": target_id,
        "subscribe_id": one.SubscribeID,
        "document": one.model_dump(mode="json"),
        "changed_at": now,
    }
    put(connection, viid_subscription, row)
    return True
