"""Where media arrives in tests: keeps the RTP packets and the program stream that they carry."""

import socket
import threading
import time

from tests.gb28181.device_sip import POLL_S, Address


class RtpSink:
    """One media port: `udp`, `tcp-passive` or `tcp-active`."""

    def __init__(self, mode: str, host: str = "127.0.0.1") -> None:
        self.packets: list[bytes] = []
        self._mode = mode
        self._over = threading.Event()
        self._raw = bytearray()
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self.port = 9
        if mode == "udp":
            self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            self._socket.bind((host, 0))
        elif mode == "tcp-passive":
            self._socket = socket.create_server((host, 0))
        if self._socket is not None:
            self.port = self._socket.getsockname()[1]
            self._start(self._socket)

    def connect(self, to: Address) -> None:
        """Only tcp-active: go and fetch."""
        self._socket = socket.create_connection(to, timeout=3)
        self._start(self._socket)

    def close(self) -> None:
        """Stop listening."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        if self._socket is not None:
            self._socket.close()

    def wait(self, packets: int, timeout_s: float = 5) -> list[bytes]:
        """Wait for so many packets."""
        until_s = time.monotonic() + timeout_s
        while len(self.packets) < packets:
            if time.monotonic() > until_s:
                raise TimeoutError(f"{len(self.packets)} RTP packets, not {packets}")
            time.sleep(0.01)
        return self.packets

    @property
    def payload(self) -> bytes:
        """What the packets carry, one after the other."""
        return b"".join(packet[12:] for packet in self.packets)

    @property
    def raw(self) -> bytes:
        """Only TCP: what came, as it came."""
        return bytes(self._raw)

    def _start(self, listening: socket.socket) -> None:
        listening.settimeout(POLL_S)
        self._thread = threading.Thread(target=self._run, args=(listening,), daemon=True)
        self._thread.start()

    def _run(self, listening: socket.socket) -> None:
        while not self._over.is_set():
            try:
                if self._mode == "udp":
                    self.packets.append(listening.recv(65536))
                elif self._mode == "tcp-active":
                    self._read(listening)
                    return
                else:
                    connection, _ = listening.accept()
                    with connection:
                        self._read(connection)
            except TimeoutError:
                continue

    def _read(self, connection: socket.socket) -> None:
        connection.settimeout(POLL_S)
        waiting = bytearray()
        while not self._over.is_set():
            try:
                data = connection.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                return
            if not data:
                return
            self._raw += data
            waiting += data
            while len(waiting) >= 2 and len(waiting) >= 2 + (size := int.from_bytes(waiting[:2], "big")):
                self.packets.append(bytes(waiting[2 : 2 + size]))
                del waiting[: 2 + size]
