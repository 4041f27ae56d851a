"""SIPp, a SIP client that knows nothing of Camloom, registers as a device would."""

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.gb28181.device import DEVICE_ID
from tests.gb28181.service import RunningService
from tests.packages import provide

SCENARIO = Path(__file__).with_name("sipp_register.xml")


@pytest.fixture(scope="session")
def sipp() -> str:
    """SIPp of Debian; installed if this is root, else the test is skipped."""
    provide("SIPp", lambda: shutil.which("sipp") is not None, "sip-tester")
    return "sipp"


@pytest.mark.parametrize(("transport", "word"), [("udp", "u1"), ("tcp", "t1")])
def test_sipp_registers_with_digest(sipp: str, transport: str, word: str, tmp_path: Path) -> None:
    with RunningService() as service:
        place = f"127.0.0.1:{service.platform.port}"
        command = [sipp, "-sf", str(SCENARIO), place, "-i", "127.0.0.1", "-s", DEVICE_ID, "-m", "1", "-t", word]
        ended = subprocess.run(
            [*command, "-nostdin", "-timeout", "15"],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
            timeout=40,
        )
        assert ended.returncode == 0, ended.stdout[-2000:]
        assert service.platform.counters == {}
        if transport == "udp":  # with its connection it is gone at once
            assert [str(device.peer)[:14] for device in service.platform.devices] == ["udp:127.0.0.1:"]
