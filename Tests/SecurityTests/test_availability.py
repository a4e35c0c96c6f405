"""Visitors who are slow, leave, come in crowds, or knock at the portal's own door."""

import os
import socket
import stat
import statistics
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from addresses import fresh_address
from processes import descriptors, portal_process, resident_kibibytes, threads
from raw_http import answers, connect, message, receive, where
from set_ups import run_directory


def honest_waits(portal, count: int = 20) -> list[float]:
    """The seconds that an ordinary visitor waits for pages."""
    times = []
    for _ in range(count):
        started = time.monotonic()
        assert portal.visitor().get("/register").status == 200
        times.append(time.monotonic() - started)
    return times


def slow_headers(host: bytes) -> bytes:
    return b"GET /register HTTP/1.1\r\nHost: " + host + b"\r\nX-Slow: "


def slow_body(host: bytes) -> bytes:
    head = b"POST /login HTTP/1.1\r\nHost: " + host + b"\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    return head + b"Content-Length: 10000\r\n\r\nform_token="


def slow_reader(host: bytes) -> bytes:
    """Far more than a connection's buffers hold, and nobody who reads it."""
    return message("GET", "/assets/css/portal.css", [("Host", host.decode())]) * 400


def is_closed(connection: socket.socket) -> bool:
    """Whether the other side ended it, behind whatever it sent before."""
    connection.settimeout(1)
    try:
        while connection.recv(1_000_000):
            pass
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    return True


def test_two_hundred_slow_visitors_are_closed_in_time_and_hold_nobody_up(own_portal):
    """E2: ten seconds for all headers, and ten between two reads or two writes."""
    address, port = where(own_portal)
    host = f"{address}:{port}".encode()
    usual = honest_waits(own_portal, 40)
    kinds = [slow_headers] * 80 + [slow_body] * 80 + [slow_reader] * 40
    connections = [(connect(own_portal, fresh_address()), kind) for kind in kinds]
    started = time.monotonic()
    for connection, kind in connections:
        connection.sendall(kind(host))
    waited = []
    while time.monotonic() - started < 8:
        waited += honest_waits(own_portal, 5)
        for connection, kind in connections:
            # A byte now and then, which ends no header.
            if kind is slow_headers:
                connection.sendall(b"x")
        time.sleep(1)
    # Nobody waits for another one's bytes; half of the pages within twice the usual.
    assert max(waited) < max(usual) + 1
    assert statistics.median(waited) < 2 * statistics.median(usual)
    time.sleep(max(0, started + 13 - time.monotonic()))
    open_still = [kind.__name__ for connection, kind in connections if not is_closed(connection)]
    assert open_still == []
    for connection, _ in connections:
        connection.close()
    assert max(honest_waits(own_portal, 3)) < max(usual) + 1


def test_the_portals_socket_is_for_nginx_alone_and_it_listens_on_no_port():
    """E4: owner and group; nobody else may connect."""
    path = run_directory() / "portal.sock"
    assert stat.S_IMODE(path.stat().st_mode) == 0o660
    # The folder keeps strangers out already: a way in for this moment shows what the socket itself does.
    knock = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
    link = f"/tmp/icegate-{os.getpid()}.sock"
    os.link(path, link)
    try:
        owner = subprocess.run(["python3", "-c", knock, link], capture_output=True, text=True)
        stranger = subprocess.run(["python3", "-c", knock, link], capture_output=True, text=True, user="nobody", group="nogroup", extra_groups=[])  # fmt: skip
    finally:
        os.unlink(link)
    assert owner.returncode == 0, owner.stderr
    assert "PermissionError" in stranger.stderr
    process = portal_process()
    inodes = {os.readlink(f"/proc/{process}/fd/{fd}") for fd in os.listdir(f"/proc/{process}/fd")}
    for table in ["tcp", "tcp6", "udp", "udp6"]:
        with open(f"/proc/{process}/net/{table}", encoding="ascii") as lines:
            assert not [line for line in list(lines)[1:] if f"socket:[{line.split()[9]}]" in inodes]


def leave(portal, number: int) -> None:
    """A visitor who goes: before the request is whole, before the answer, or in the middle of it."""
    host, port = where(portal)
    request = message("GET", "/register", [("Host", f"{host}:{port}")])
    with connect(portal) as connection:
        match number % 4:
            case 0:
                connection.sendall(request[:-2])
            case 1:
                connection.sendall(request)
            case 2:
                connection.sendall(request)
                connection.recv(100)
            case 3:
                head = message("POST", "/login", [("Host", f"{host}:{port}"), ("Content-Length", "5000")])
                connection.sendall(head + b"x" * 100)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def test_two_thousand_visitors_who_leave_cost_no_descriptor_and_no_thread(own_portal):
    """E6: with a reset, at any point."""
    process = portal_process()
    for number in range(40):
        leave(own_portal, number)
    before = descriptors(process), threads(process)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: leave(own_portal, number), range(2_000)))
    time.sleep(1)
    assert descriptors(process) <= before[0] + 4 and threads(process) <= before[1] + 1
    assert max(honest_waits(own_portal, 5)) < 2


class Crowd:
    """Visitors who read pages, each on a connection of its own, as fast as they are told to."""

    PATHS = ["/", "/register", "/login", "/resume", "/search?q=otp", "/captcha/image?token=0", "/temporary-password"]

    def __init__(self, portal):
        self._portal = portal
        self.times: list[float] = []
        self.statuses: dict[int, int] = {}
        self._lock = threading.Lock()

    def run(self, visitors: int, per_second: float, seconds: float) -> None:
        end = time.monotonic() + seconds
        with ThreadPoolExecutor(visitors) as pool:
            list(pool.map(lambda number: self._visit(number, visitors / per_second, end), range(visitors)))

    def _visit(self, number: int, pause: float, end: float) -> None:
        host, port = where(self._portal)
        source = fresh_address()
        due = time.monotonic() + pause * (number % 10) / 10
        turn = number
        while time.monotonic() < end:
            time.sleep(max(0, due - time.monotonic()))
            started = time.monotonic()
            with connect(self._portal, source) as connection:
                target = self.PATHS[turn % len(self.PATHS)]
                headers = [("Host", f"{host}:{port}"), ("Connection", "close")]
                connection.sendall(message("GET", target, headers))
                [answer] = answers(receive(connection))
            with self._lock:
                self.times.append(time.monotonic() - started)
                self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
            due += pause
            turn += 1

    @property
    def usual(self) -> float:
        return sorted(self.times)[int(len(self.times) * 0.95)]


def loaded(portal, seconds: float, burst: float) -> None:
    process = portal_process()
    alone = Crowd(portal)
    alone.run(5, 25, 5)
    memory = resident_kibibytes(process)
    crowd = Crowd(portal)
    crowd.run(40, 200, seconds)
    assert crowd.statuses.keys() <= {200, 404, 429, 503}, crowd.statuses
    assert crowd.usual < max(0.5, alone.usual * 20), (crowd.usual, alone.usual)
    rush = Crowd(portal)
    rush.run(300, 2_000, burst)
    assert rush.statuses.keys() <= {200, 404, 429, 503}, rush.statuses
    afterwards = Crowd(portal)
    afterwards.run(5, 25, 5)
    assert afterwards.statuses.keys() <= {200, 404} and afterwards.usual < alone.usual + 0.2
    assert resident_kibibytes(process) < memory * 1.5 + 20_000


@pytest.mark.long
def test_ten_minutes_of_twice_the_usual_and_a_burst_are_served_or_refused(own_portal):
    """E16: times within their bound, memory as before."""
    loaded(own_portal, seconds=600, burst=30)
