"""A portal that dies under load, with whoever starts it again and with another one beside it."""

import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from fault_set_up import FaultSetUp
from form_posts import DONE, FormPosts
from releases import Release
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
            arguments = [site.release.programs / "icegate-portal", "--config", configuration]
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


@contextmanager
def beside_another(site: FaultSetUp, release: Release | None = None) -> Iterator[list[subprocess.Popen]]:
    """A second portal in nginx's upstream, each asked at random; the newest one stands last in the list."""
    configuration = site.directory / "nginx" / "nginx.conf"
    alone = configuration.read_text("utf-8")
    seconds = [site.start_second_portal(release)]
    both = re.sub(r'(server "unix:[^"]*";)', rf'\1 server "unix:{site.directory}/second.sock"; random;', alone, count=1)
    assert both != alone
    configuration.write_text(both, "utf-8")
    try:
        wait_until((site.directory / "second.sock").exists, 20)
        site._nginx.send_signal(signal.SIGHUP)
        time.sleep(1)
        yield seconds
    finally:
        configuration.write_text(alone, "utf-8")
        site._nginx.send_signal(signal.SIGHUP)
        time.sleep(1)
        seconds[-1].terminate()
        seconds[-1].wait(timeout=30)
        (site.directory / "second.sock").unlink(missing_ok=True)


def test_beside_another_portal_nothing_fails_but_what_was_in_the_killed_one(site: FaultSetUp):
    """E7: two portals behind one upstream; one of them is killed and comes back."""
    with beside_another(site) as seconds:
        load = Load(site, THREADS)
        for _ in range(3):
            time.sleep(1.5)
            before = len(load.failed)
            seconds[-1].kill()
            killed = time.monotonic()
            seconds[-1].wait()
            time.sleep(1)
            # All that failed did so at once: nothing that came afterwards was sent to where nobody is.
            late = [answer for answer in load.failed[before:] if answer[0] - answer[1] > killed + 0.1]
            assert late == [] and len(load.failed) - before <= THREADS
            seconds.append(site.start_second_portal())
        time.sleep(1)
        load.end()
        assert len(load.answers) > 500


def cpu_seconds(process: int) -> float:
    user, system = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def test_two_releases_serve_the_same_people(site: FaultSetUp):
    """E7: as in the middle of an upgrade, this release and the one before it take turns at every registration."""
    before = Release.before()
    with beside_another(site, before) as seconds:
        processes = {site.release: site.portal_process, before: seconds[-1].pid}
        assert all(release.runs_as(process) for release, process in processes.items())
        worked = {release: cpu_seconds(process) for release, process in processes.items()}
        with ThreadPoolExecutor(4) as pool:
            posts = list(pool.map(lambda _: registered(site), range(24)))
        # A hash of a password at the least, each.
        assert all(cpu_seconds(process) - worked[release] > 0.05 for release, process in processes.items())
        assert seconds[-1].poll() is None
    for one in posts:
        assert (site.accounts(one), site.registrations(one)) == (1, 1)


def registered(site: FaultSetUp) -> FormPosts:
    """Everybody needs an OTP a second time, and uses the account: what one release wrote the other one reads."""
    posts = FormPosts(site.portal)
    page = posts.walk_to("/register/otp")
    first = site.portal.messages.one_time_passwords(posts.registrant)
    wrong = posts.visitor.submit(page, "/register/otp", mobile_otp=first[1], email_otp=first[0])
    assert wrong.status == 422
    assert posts.walk_to(DONE).status == 200
    posts.log_in()
    for path in ["/account", "/account/registration", "/account/activity", "/account/sessions"]:
        assert posts.visitor.get(path).status == 200
    return posts


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
