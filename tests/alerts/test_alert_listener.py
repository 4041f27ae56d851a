"""A listener over a real connection: login, life of alerts, silence, and coming back."""

import queue
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote

import pytest
from tests.alerts.camera import HEARTBEAT, AlertCamera, document, line, part

from camloom.config import CameraAlertsConfig
from camloom.event import Phase
from camloom.sources.alerts.alert import AlertState, CameraAlert
from camloom.sources.alerts.open_alerts import AlertChange, OpenAlerts
from camloom.sources.alerts.stream import AlertListener

PASSWORD = "p@ss:w/r#1%?&!"


class Heard:
    """What a listener told: `next_change()`, `next_link()`."""

    def __init__(self, camera: AlertCamera, password: str = PASSWORD, **settings: Any) -> None:
        url = f"http://admin:{quote(password, safe='')}@127.0.0.1:{camera.server_port}"
        config = CameraAlertsConfig.model_validate({"type": "isapi", "url": url, **settings})
        self._changes: queue.Queue[AlertChange] = queue.Queue()
        self._links: queue.Queue[tuple[str, str]] = queue.Queue()
        self.listener = AlertListener(config, self._changes.put, lambda code, text: self._links.put((code, text)))
        self.listener.start()

    def close(self) -> None:
        self.listener.stop()
        self.listener.join(10)

    def next_change(self) -> tuple[Phase, str, str]:
        change = self._changes.get(timeout=20)
        return change.phase, change.alert.kind, change.note

    def next_link(self) -> tuple[str, str]:
        return self._links.get(timeout=20)

    def nothing_more(self) -> bool:
        return self._changes.empty()


@pytest.fixture
def camera() -> Iterator[AlertCamera]:
    with AlertCamera() as camera:
        yield camera


@pytest.fixture
def hear(camera: AlertCamera) -> Iterator[Callable[..., Heard]]:
    with ExitStack() as stack:

        def start(**settings: Any) -> Heard:
            heard = Heard(camera, **settings)
            stack.callback(heard.close)
            return heard

        yield start


def test_an_alert_begins_once_and_ends(camera: AlertCamera, hear: Callable[..., Heard]) -> None:
    heard = hear()
    assert heard.next_link() == ("", "")
    camera.put(*(part(document("VMD", "active", count)) for count in (1, 2, 3)), part(document("VMD", "inactive")))
    assert heard.next_change() == (Phase.START, "VMD", "")
    assert heard.next_change() == (Phase.END, "VMD", "")
    assert heard.nothing_more()


def test_an_alert_that_is_not_repeated_ends(camera: AlertCamera, hear: Callable[..., Heard]) -> None:
    heard = hear(hold_s=1)
    camera.put(part(document("VMD", "active")))
    assert heard.next_change()[0] is Phase.START
    assert heard.next_change() == (Phase.END, "VMD", "not repeated for 1 s")


def test_silence_is_a_dead_connection_and_it_comes_back(camera: AlertCamera, hear: Callable[..., Heard]) -> None:
    heard = hear(silence_s=0.6)
    assert heard.next_link() == ("", "")
    camera.put(part(document("VMD", "active")), b"junk that is no message")
    assert heard.next_change()[0] is Phase.START
    code, text = heard.next_link()
    assert code == "timeout"
    assert "no message for 0.6 s" in text
    assert heard.next_change() == (Phase.END, "VMD", "the connection to the camera was lost")
    camera.hang_up()
    assert heard.next_link() == ("", "")
    assert camera.connections == 2


def test_heartbeats_keep_a_connection(camera: AlertCamera, hear: Callable[..., Heard]) -> None:
    heard = hear(silence_s=1)
    assert heard.next_link() == ("", "")
    for _ in range(6):
        camera.put(part(document(*HEARTBEAT)))
        time.sleep(0.25)  # what is tested is that time goes by
    camera.put(part(document("io", "active")))
    assert heard.next_change() == (Phase.START, "io", "")
    assert camera.connections == 1


def test_a_camera_that_hangs_up_is_called_again(camera: AlertCamera, hear: Callable[..., Heard]) -> None:
    heard = hear()
    assert heard.next_link() == ("", "")
    camera.hang_up()
    assert heard.next_link()[0] == "closed"
    assert heard.next_link() == ("", "")


def test_a_wrong_password_is_tried_once_and_not_told(camera: AlertCamera, hear: Callable[..., Heard]) -> None:
    heard = hear(password="kilimanjaro")
    code, text = heard.next_link()
    assert code == "auth"
    assert "kilimanjaro" not in text
    assert camera.refused == 1


def test_a_strict_policy_keeps_it_from_this_machine(camera: AlertCamera, hear: Callable[..., Heard]) -> None:
    code, text = hear(policy="strict").next_link()
    assert code == "policy"
    assert "this machine" in text
    assert camera.connections == 0


def test_the_other_make(hear: Callable[..., Heard], camera: AlertCamera) -> None:
    camera.path = "/cgi-bin/eventManager.cgi"
    heard = hear(type="dahua", kinds=["motion", "alarmlocal"])
    camera.put(line("VideoMotion", "Start"), line("VideoBlind", "Start"), line("AlarmLocal", "Pulse"))
    camera.put(line("VideoMotion", "Stop"))
    told = [heard.next_change()[:2] for _ in range(3)]
    assert told == [(Phase.START, "VideoMotion"), (Phase.INSTANT, "AlarmLocal"), (Phase.END, "VideoMotion")]


def test_the_wrong_make_is_said(camera: AlertCamera, hear: Callable[..., Heard]) -> None:
    code, text = hear(type="dahua").next_link()
    assert code == "missing"
    assert "has no stream of alerts" in text


def test_stop_ends_what_is_open(camera: AlertCamera, hear: Callable[..., Heard]) -> None:
    heard = hear()
    camera.put(part(document("VMD", "active")))
    assert heard.next_change()[0] is Phase.START
    heard.close()
    assert heard.next_change() == (Phase.END, "VMD", "stopped")


def message(state: AlertState = AlertState.ACTIVE, kind: str = "VMD", channel: int = 1) -> CameraAlert:
    return CameraAlert(state, kind, channel)


def test_the_beginning_and_the_end_belong_together() -> None:
    alerts = OpenAlerts(None, lambda _alert: True)
    one, other = alerts.take(message(), 0), alerts.take(message(channel=2), 0)
    end = alerts.take(message(AlertState.OVER), 100)
    assert one
    assert other
    assert end
    assert (end.phase, end.number) == (Phase.END, one.number)
    assert other.number != one.number
    assert [change.number for change in alerts.end_all("gone")] == [other.number]


def test_an_end_without_a_beginning_is_nothing() -> None:
    assert OpenAlerts(5, lambda _alert: True).take(message(AlertState.OVER), 0) is None


def test_a_camera_that_raises_everything_at_once_is_cut_and_counted() -> None:
    alerts = OpenAlerts(5, lambda _alert: True)
    told = [alerts.take(message(AlertState.PULSE, f"kind{i}"), 0.001 * i) for i in range(10_000)]
    assert sum(change is not None for change in told) == 120
    assert alerts.dropped == 9_880
    assert alerts.take(message(), 61) is not None
