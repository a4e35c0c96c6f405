"""A portal that dies under load, with whoever starts it again and with another one beside it."""

import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from fault_set_up import FaultSetUp
from set_up import wait_until
from visitor import Visitor

THREADS = 8
# As the unit of systemd says (RestartSec).
RESTART_SECONDS = 0.2


def listening_socket(site: FaultSetUp) -> socket.socket:
    """As systemd's socket unit opens it: it outlives every portal, and what waits in it."""
    listener = socket.socket(socket.AF_UNIX)
    path = site.directory / "portal.sock"
    path.unlink(missing_ok=True)
    listener.bind(str(path))
    path.chmod(0o666)
    listener.listen(511)
    return listener


@contextmanager
def supervised(site: FaultSetUp) -> Iterator[list[subprocess.Popen]]:
    """The portal on an inherited socket, started again whenever it ends; the newest one stands last in the list."""
    site.stop_portal()
    configuration = site.directory / "inherited.conf"
    lines = (site.directory / "icegate.conf").read_text("utf-8").splitlines(keepends=True)
    configuration.write_text("".join(line for line in lines if not line.startswith("FASTCGI_SOCKET=")), "utf-8")
    log = (site.directory / "portal.log").open("ab")
    portals: list[subprocess.Popen] = []
    ended = threading.Event()

    def supervise(listener: socket.socket) -> None:
        while not ended.is_set():
            arguments = [site._built / "icegate-portal", "--config", configuration]
            portals.append(subprocess.Popen(arguments, stdin=listener, stdout=log, stderr=log))
            portals[-1].wait()
            ended.wait(RESTART_SECONDS)

    with listening_socket(site) as listener:
        supervisor = threading.Thread(target=supervise, args=(listener,), daemon=True)
        supervisor.start()
        try:
            wait_until(site._is_ready, 20)
            yield portals
        finally:
            ended.set()
            portals[-1].terminate()
            supervisor.join(timeout=30)
    (site.directory / "portal.sock").unlink()


class Load:
    """Visitors who look and post until they are told to stop: when each answer came, how long it took, its status."""

    def __init__(self, site: FaultSetUp, visitors: int):
        self.answers: list[tuple[float, float, int]] = []
        self._site = site
        self._ended = threading.Event()
        self._pool = ThreadPoolExecutor(visitors)
        self._visits = [self._pool.submit(self._visit) for _ in range(visitors)]

    def _visit(self) -> None:
        visitor = self._site.portal.visitor()
        form = visitor.get("/register")
        while not self._ended.is_set():
            self._note(lambda: visitor.get("/login"))
            self._note(lambda: visitor.submit(form, "/register", iec="0000000002", captcha="WRONG1"))

    def _note(self, ask) -> None:
        started = time.monotonic()
        status = ask().status
        self.answers.append((time.monotonic(), time.monotonic() - started, status))

    def end(self) -> None:
        self._ended.set()
        self._pool.shutdown()
        for visit in self._visits:
            visit.result()

    @property
    def failed(self) -> list[tuple[float, float, int]]:
        return [answer for answer in self.answers if answer[2] >= 500]


def test_a_supervisor_has_the_portal_answer_again_within_two_seconds(site: FaultSetUp):
    """E7: killed under load; whoever asks meanwhile waits, and is answered."""
    with supervised(site) as portals:
        load = Load(site, THREADS)
        for _ in range(3):
            time.sleep(1)
            portals[-1].send_signal(signal.SIGKILL)
            killed = time.monotonic()
            # In the socket's queue: no portal runs at this moment.
            answer = Visitor(site.address).get("/about")
            assert answer.status == 200 and time.monotonic() - killed < 2
        time.sleep(1)
        load.end()
        assert len(portals) == 4
        # No more than were in the threads of each that was killed.
        assert len(load.failed) <= 3 * THREADS, load.failed
        assert max(seconds for _, seconds, _ in load.answers) < 2
        assert len(load.answers) > 500


def test_beside_another_portal_nothing_fails_but_what_was_in_the_killed_one(site: FaultSetUp):
    """E7: two portals behind one upstream; one of them is killed and comes back."""
    configuration = site.directory / "nginx" / "nginx.conf"
    alone = configuration.read_text("utf-8")
    second = site.start_second_portal()
    both = re.sub(r'(server "unix:[^"]*";)', rf'\1 server "unix:{site.directory}/second.sock";', alone, count=1)
    assert both != alone
    configuration.write_text(both, "utf-8")
    site._nginx.send_signal(signal.SIGHUP)
    try:
        wait_until((site.directory / "second.sock").exists)
        time.sleep(1)
        load = Load(site, THREADS)
        for _ in range(3):
            time.sleep(1.5)
            before = len(load.failed)
            second.kill()
            killed = time.monotonic()
            second.wait()
            time.sleep(1)
            # All that failed did so at once: nothing that came afterwards was sent to where nobody is.
            late = [answer for answer in load.failed[before:] if answer[0] - answer[1] > killed + 0.1]
            assert late == [] and len(load.failed) - before <= THREADS
            second = site.start_second_portal()
        time.sleep(1)
        load.end()
        assert len(load.answers) > 500
    finally:
        second.terminate()
        second.wait(timeout=30)
        configuration.write_text(alone, "utf-8")
        site._nginx.send_signal(signal.SIGHUP)
        (site.directory / "second.sock").unlink(missing_ok=True)


def test_a_stop_under_load_finishes_what_runs_and_loses_nothing(site: FaultSetUp):
    """E7: as an upgrade does it, with the socket kept: every request is answered, and none with an error."""
    with supervised(site) as portals:
        load = Load(site, THREADS)
        for _ in range(3):
            time.sleep(1)
            portals[-1].terminate()
        time.sleep(2)
        load.end()
        assert load.failed == []
        assert len(portals) == 4
