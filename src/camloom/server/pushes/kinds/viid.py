"""Alarms to an image library of GA/T 1400."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, SecretStr

from camloom.server.business.hooks import AlarmChange
from camloom.server.pushes.http import checked_url
from camloom.server.pushes.matching import ChangeWord
from camloom.server.pushes.message import Message
from camloom.server.pushes.seam import Around, Kind, PushConfig, RefusedPushError
from camloom.server.pushes.viid.client import ViidClient, local_time
from camloom.server.pushes.viid.objects import FAMILIES, Family, Scene, image_of, objects_of, scene_of
from camloom.server.pushes.viid.subscriptions import Subscription, in_force

DeviceId = Annotated[str, Field(pattern=r"^\d{20}$")]


class ViidConfig(PushConfig):
    """Where the library is and who we are there."""

    url: Annotated[str, Field(max_length=300, description="http://HOST:PORT"), AfterValidator(checked_url)]
    device_id: DeviceId = Field(description="20 digits, given by whoever runs the library")
    username: str = Field(min_length=1, max_length=100)
    password: SecretStr = Field(default=SecretStr(""), max_length=200)
    mode: Literal["direct", "subscribed"] = Field(
        default="direct", description="send all by ourselves, or what the library has subscribed to"
    )
    asks_as: str = Field(
        default="", max_length=100, pattern=r"^[\x21-\x7e]*$", description="user by which the library asks us"
    )
    asks_with: SecretStr = Field(default=SecretStr(""), max_length=200, description="its password here")
    cameras: dict[str, DeviceId] = Field(
        default={}, max_length=2000, description="20 digits of cameras, by their ids here; others: `device_id`"
    )
    content_type: Literal["application/VIID+JSON;charset=UTF-8", "application/json;charset=UTF-8"] = (
        "application/VIID+JSON;charset=UTF-8"
    )


class ViidPush(Kind):
    """An image library of GA/T 1400 (公安视图库)."""

    Config: ClassVar[type[PushConfig]] = ViidConfig
    destination: ClassVar[tuple[str, ...]] = ("url",)
    changes: ClassVar[tuple[ChangeWord, ...]] = ("raised",)
    pictures = True
    idle_every_s: ClassVar[float] = 60

    def __init__(self, config: ViidConfig, around: Around, target_id: str) -> None:
        self._config, self._around, self._target_id = config, around, target_id
        password = config.password.get_secret_value()
        self._client = ViidClient(around, config.url, config.device_id, config.username, password, config.content_type)

    def send(self, message: Message) -> None:
        """Tell what was seen; see `PushKind.send`."""
        if message.test:
            self._client.keep_alive()
            return
        if message.change is AlarmChange.NOTED:
            return
        device_id = self._config.cameras.get(message.alarm.camera_id, self._config.device_id)
        scene = scene_of(message, device_id, self._around.picture(message))
        if self._config.mode == "direct":
            self._tell(scene)
        else:
            self._notify(scene)

    def idle(self) -> None:
        """Say that we are there."""
        self._client.keep_alive()

    def close(self) -> None:
        """Take leave."""
        self._client.close()

    def _tell(self, scene: Scene) -> None:
        found = objects_of(scene)
        for family, objects in found.items():
            self._client.tell(f"/VIID/{family.path}", {family.list_name: {f"{family.name}Object": objects}})
        if found:
            return
        if scene.picture is None:
            raise RefusedPushError("GA/T 1400 has no word for this alarm, and there is no picture of it")
        self._client.tell("/VIID/Images", {"ImageListObject": {"Image": [image_of(scene, self._around.zone())]}})

    def _notify(self, scene: Scene) -> None:
        """Send to each address that has asked for what is in the scene; to all again if one of them fails."""
        found, now = objects_of(scene), self._around.clock()
        with self._around.database.read() as connection:
            asked = in_force(connection, self._target_id, now)
        for one in asked:
            wanted = {family: objects for family, objects in found.items() if family.subscribed in one.classes}
            if wanted:
                self._client.notify(one.ReceiveAddr, _notification(one, scene, wanted, local_time(now)))


def _notification(
    one: Subscription, scene: Scene, wanted: dict[Family, list[dict[str, Any]]], at: str
) -> dict[str, Any]:
    ids = [str(seen[family.id_name]) for family, objects in wanted.items() for seen in objects]
    lists = {
        f"{family.name}ObjectList": {f"{family.name}Object": wanted[family]} for family in FAMILIES if family in wanted
    }
    told = {
        # 33 digits: library, 04 for notifications, time and number, the same for every attempt.
        "NotificationID": f"{scene.device_id[:12]}04{scene.image_id[22:]}",
        "SubscribeID": one.SubscribeID,
        "Title": one.Title,
        "TriggerTime": at,
        "InfoIDs": ",".join(ids),
        **lists,
    }
    return {"SubscribeNotificationListObject": {"SubscribeNotificationObject": [told]}}
