"""REGISTER: nobody is known before the password is proven, with a nonce that was given out just now."""

import logging
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from camloom.gb28181.manscdp.answers import device_time
from camloom.gb28181.platform.config import Passwords, PlatformConfig
from camloom.gb28181.platform.devices import Device, Devices
from camloom.gb28181.platform.limits import RateLimit
from camloom.gb28181.sip.digest import Challenger
from camloom.gb28181.sip.message import SipMessage, response_to
from camloom.gb28181.sip.transport import Peer

_log = logging.getLogger(__name__)
LONGEST_S = 86_400
OUR_VERSION = "3.0"
_IDENTITY = re.compile(r"[0-9A-Za-z._-]{1,64}")
_VERSION = re.compile(r"\d\.\d")
# A recorder's site behind one address may register some hundred devices when the power comes back.
_PER_ADDRESS = (600.0, 50.0)
_PER_IDENTITY = (60.0, 1.0)
_WRONG_PASSWORDS = (5.0, 1 / 60)
_CLAIMS_TOLD = (1.0, 1 / 60)


class Registrar:
    """Answers REGISTER.

    Args:
        registered: called with a device that is here now, and the device in its place before (None if it was not
            here, itself if it began to register anew where it was); not for a refresh.
        left: called with one that deregistered.

    Attributes:
        counters: refusals by reason.
    """

    def __init__(
        self,
        config: PlatformConfig,
        passwords: Passwords,
        devices: Devices,
        *,
        registered: Callable[[Device, Device | None], None],
        left: Callable[[Device], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config, self._passwords, self._devices = config, passwords, devices
        self._registered, self._left = registered, left
        self._challenger = Challenger(config.domain, now=now)
        self._algorithms = {one.id: one.algorithm for one in config.devices}
        self._per_address = RateLimit(*_PER_ADDRESS, now)
        self._per_identity = RateLimit(*_PER_IDENTITY, now)
        self._wrong = RateLimit(*_WRONG_PASSWORDS, now)
        self._claims_told = RateLimit(*_CLAIMS_TOLD, now)
        # Unknown identities are checked against a password that nobody has, so that no answer tells which exist.
        self._nobody = secrets.token_hex(16)
        self.counters: Counter[str] = Counter()

    def answer(self, asked: SipMessage, peer: Peer) -> SipMessage | None:
        """Return the answer; None for one too many, so that nobody is flooded through us."""
        identity = asked.sender.user
        if not self._per_address.take(peer.host) or not self._per_identity.take((peer.host, identity)):
            self.counters["flood"] += 1
            return None
        if not _IDENTITY.fullmatch(identity) or asked.target.user != identity:
            return self._refuse("identity", asked)
        if self._wrong.left((peer.host, identity)) < 1:
            return self._refuse("locked", asked)
        header = asked.get("authorization")
        if not header:
            return self._challenge(asked, peer, identity)
        return self._check(asked, peer, identity, header)

    def _check(self, asked: SipMessage, peer: Peer, identity: str, header: str) -> SipMessage:
        verdict = self._challenger.check(
            header,
            method="REGISTER",
            identity=identity,
            host=peer.host,
            password=self._passwords.of(identity) or self._nobody,
            algorithms=(self._algorithms.get(identity, "MD5"),),
        )
        if verdict == "ok":
            return self._admit(asked, peer, identity)
        self.counters[verdict] += 1
        if verdict == "wrong":
            self._wrong.take((peer.host, identity))
            _log.warning("REGISTER of %s from %s refused: wrong password or unknown identity", identity, peer)
            return response_to(asked, 403)
        return self._challenge(asked, peer, identity, stale=verdict == "stale")

    def _admit(self, asked: SipMessage, peer: Peer, identity: str) -> SipMessage:
        if self._is_taken(identity, peer):
            return self._refuse("taken", asked)
        expires = asked.expires
        if expires == 0:
            return self._dismiss(asked, identity)
        expires = min(expires or LONGEST_S, LONGEST_S)
        before = self._devices.get(identity)
        said = asked.get("x-gb-ver")
        device = self._devices.register(
            identity,
            peer,
            expires,
            version=said if _VERSION.fullmatch(said) else "",
        )
        if device is None:
            self.counters["full"] += 1
            return response_to(asked, 503)
        if before is not device or device.call_id != asked.call_id:
            self._registered(device, before)
        device.call_id = asked.call_id
        return self._accepted(asked, expires)

    def _is_taken(self, identity: str, peer: Peer) -> bool:
        """Tell whether the identity is that of a device that lives at another address.

        A password that several devices have proves that one of them asks, and not which.
        """
        device = self._devices.get(identity)
        if device is None or device.peer.host == peer.host or self._passwords.proves(identity):
            return False
        if self._devices.is_overdue(device):
            return False
        if self._claims_told.take(identity):
            lives = f"{identity} lives at {device.peer}, and more than one device has its password"
            _log.warning("REGISTER of %s from %s refused: %s", identity, peer, lives)
        return True

    def _dismiss(self, asked: SipMessage, identity: str) -> SipMessage:
        if device := self._devices.get(identity):
            self._left(device)
        return self._accepted(asked, 0)

    def _accepted(self, asked: SipMessage, expires: int) -> SipMessage:
        contact = (("contact", asked.get("contact")),) if asked.get("contact") else ()
        return response_to(
            asked,
            200,
            *contact,
            ("expires", str(expires)),
            ("date", device_time(datetime.now())),  # devices set their clocks by it: local, no zone
            ("x-gb-ver", OUR_VERSION),
        )

    def _challenge(self, asked: SipMessage, peer: Peer, identity: str, *, stale: bool = False) -> SipMessage:
        algorithm = self._algorithms.get(identity, "MD5")
        header = self._challenger.challenge(identity, peer.host, algorithm, stale=stale)
        return response_to(asked, 401, ("www-authenticate", header))

    def _refuse(self, reason: str, asked: SipMessage) -> SipMessage:
        self.counters[reason] += 1
        return response_to(asked, 403)
