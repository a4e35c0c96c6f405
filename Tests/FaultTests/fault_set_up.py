"""MariaDB, the portal and nginx before it, each of which a test may kill, freeze or starve; messages become files."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from addresses import seen_from_afar
from form_posts import DONE, FormPosts
from messages import Messages
from portal import Portal
from sample_master import MASTER, Registrants
from set_up import CHECKOUT, SetUp, wait_until
from visitor import Answer, Visitor

REGISTRANTS = 800


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class FaultSetUp(SetUp):
    def __init__(self, directory: Path, built: Path):
        self._port = free_port()
        self._nginx: subprocess.Popen | None = None
        self.address = f"http://127.0.0.1:{self._port}"
        super().__init__(directory, built)
        # A temporary password for everybody takes the couriers longer than all tests: the first rows are enough.
        pairs = directory / "master.csv"
        pairs.write_text("".join(MASTER.read_text("utf-8").splitlines(keepends=True)[:REGISTRANTS]), "utf-8")
        self.ctl("master", "load", str(pairs), "--mode=full", status=None)
        self.ctl("password", "issue", "--file", str(pairs), status=None)
        self.bring_up()
        messages = Messages(directory / "messages")
        owed = "SELECT COUNT(*) FROM outbox WHERE state IN ('waiting', 'sending')"
        wait_until(lambda: self.sql(owed) == "0\n", 180)
        self.portal = Portal(self.address, messages, "TEST42", Registrants(messages))

    def configure(self, relay=None, gateway=None, **changes: str) -> None:
        (self.directory / "messages").mkdir(exist_ok=True)
        files = {"COURIER_TRANSPORT": "file", "COURIER_DIRECTORY": str(self.directory / "messages")}
        super().configure(
            relay,
            gateway,
            **{
                "ICEGATE_ORIGIN": self.address,
                "CAPTCHA_TEST_ANSWER": "TEST42",
                "FASTCGI_THREADS": "8",
                "CTL_LOADER_USER": "icegate_loader",
                "CTL_LOADER_PASSWORD": "x",
            }
            | ({} if relay or gateway else files)
            | changes,
        )

    # Processes

    @property
    def database_process(self) -> int:
        return int((self.directory / "mariadb" / "mariadb.pid").read_text())

    def kill_database(self) -> None:
        os.kill(self.database_process, signal.SIGKILL)
        self.wait_for_the_databases_end()

    def wait_for_the_databases_end(self, seconds: float = 10) -> None:
        wait_until(lambda: not self.database_runs(), seconds)

    def database_runs(self) -> bool:
        try:
            return Path(f"/proc/{self.database_process}/cmdline").read_bytes() != b""
        except (FileNotFoundError, ProcessLookupError):
            return False

    def portal_runs(self) -> bool:
        return self._portal is not None and self._portal.poll() is None

    def note_the_portals_end(self) -> int:
        """Of a portal that something else killed: its exit status."""
        status = self._portal.wait(timeout=30)
        self._portal = None
        (self.directory / "portal.sock").unlink(missing_ok=True)
        self._logged = len(self.log)
        return status

    def bring_up(self) -> None:
        """Starts what does not run, with the usual configuration, and waits until a page is served."""
        if not self.database_runs():
            self.start_database()
        self.sql("SET GLOBAL read_only = OFF; SET GLOBAL max_connections = 200", database="")
        if self._portal is not None and self._portal.poll() is not None:
            self.note_the_portals_end()
        if self._portal is None:
            self.configure()
            self.start_portal()
        if self._nginx is None:
            self._start_nginx()
        self.end_leases()
        wait_until(lambda: self._is_ready(), 30)

    def _is_ready(self) -> bool:
        try:
            return Visitor(self.address).get("/readyz").status == 200
        except (OSError, urllib.error.URLError):
            return False

    def _start_nginx(self) -> None:
        socket_path = self.directory / "portal.sock"
        script = "source script/lib/environment.sh; source script/lib/nginx.sh; nginx_render "
        script += f"'{self.directory}' '{socket_path}' {self._port} {free_port()}"
        subprocess.run(["bash", "-c", script], cwd=CHECKOUT, check=True, timeout=30)
        program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
        log = (self.directory / "nginx" / "output").open("wb")
        arguments = [program, "-p", self.directory / "nginx", "-c", self.directory / "nginx" / "nginx.conf"]
        self._nginx = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def stop(self) -> None:
        if self._nginx:
            self._nginx.terminate()
            self._nginx.wait(timeout=20)
        if self._portal is not None and self._portal.poll() is not None:
            self.note_the_portals_end()
        super().stop()

    # What holds

    def broken_invariants(self) -> list[list[str]]:
        return self.rows((CHECKOUT / "sql" / "invariants.sql").read_text("utf-8"))

    def registrations(self, posts: FormPosts) -> int:
        where = f"iec = '{posts.registrant.iec}' AND gstin = '{posts.registrant.gstin}'"
        return int(self.sql(f"SELECT COUNT(*) FROM registrations WHERE {where}"))

    def accounts(self, posts: FormPosts) -> int:
        where = f"iec = '{posts.registrant.iec}' AND gstin = '{posts.registrant.gstin}'"
        return int(self.sql(f"SELECT COUNT(*) FROM accounts WHERE {where}"))

    def codes_sent(self, posts: FormPosts) -> list[set[str]]:
        """All codes that ever went to the mobile and to the mailbox."""
        messages = self.portal.messages
        return [
            {code for file in messages.to(recipient) for code in messages._codes(file)}
            for recipient in [posts.registrant.mobile, posts.registrant.email]
        ]


def _is_traced(process: int, tracer: subprocess.Popen) -> bool:
    status = Path(f"/proc/{process}/status")
    return not status.exists() or f"TracerPid:\t{tracer.pid}" in status.read_text()


@contextmanager
def killed_at(process: int, call: str, number: int) -> Iterator[None]:
    """Kills a process when one of its threads makes that system call for the n-th time from now on."""
    tracer = subprocess.Popen(
        ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-p", str(process)]
        + ["-e", f"inject={call}:signal=KILL:when={number}"],
        stdin=subprocess.DEVNULL,
    )
    # A thread that was at work may have come to its n-th call before the first look.
    wait_until(lambda: _is_traced(process, tracer) or tracer.poll() is not None, 10)
    try:
        yield
    finally:
        # Asked to end, it would wait for threads that are dead and not yet waited for.
        tracer.kill()
        tracer.wait(timeout=10)


class Persistent:
    """A registrant who tries again until it is done, whatever the portal answers in between."""

    def __init__(self, site: FaultSetUp):
        self.site = site
        # From an address of its own: quotas are for one.
        self.portal = seen_from_afar(site.portal)
        self.posts = FormPosts(self.portal)
        self.statuses: list[int] = []
        self.codes: tuple[str, str] | None = None

    def reach(self, place: str, seconds: float = 60) -> None:
        """Goes on from wherever the registration stands until that page is reached."""
        deadline = time.monotonic() + seconds
        while (at := self.place()) != place and at != DONE:
            assert time.monotonic() < deadline, f"{place} is not reached from {at}: {self.statuses[-9:]}"
            if at is None or self.submit_at(at) is None:
                time.sleep(0.05)
        if at == "/register/otp":
            # Before the next step, in which nobody but the portal may have to do with MariaDB.
            self.codes = self.one_time_passwords(self.posts.registrant)

    def place(self) -> str | None:
        """Where the registration stands; `None` while nobody says so."""
        answer = self._tried(lambda: self.posts.visitor.get("/register/done"))
        if answer is None or answer.status >= 500:
            return None
        if answer.status == 200:
            return DONE
        return "/register" if answer.location == "/register" else answer.location

    def submit_at(self, at: str) -> Answer | None:
        """One submission from that page; `None` when no answer came."""
        path = "/register/finish" if at in ("/register/verified", "/register/alternate/otp") else at
        match at:
            case "/register":
                registrant = self.posts.registrant
                typed = {"iec": registrant.iec, "gstin": registrant.gstin, "captcha": "TEST42"}
                typed["password"] = registrant.temporary_password
            case "/register/account":
                typed = self.chosen
            case "/register/otp":
                mobile, email = self.codes or self.one_time_passwords(self.posts.registrant)
                typed = {"mobile_otp": mobile, "email_otp": email}
            case _:
                typed = {}
        return self.submit(path, **typed)

    def submit(self, path: str, to: str | None = None, **typed: str) -> Answer | None:
        """The page of that path and its form, or the one that leads `to` another, once; `None` when no page or no answer came."""
        visitor = self.posts.visitor
        page = self._tried(lambda: visitor.get(path))
        if page is None or page.status != 200:
            return None
        return self._tried(lambda: visitor.submit(page, to or path, **typed))

    @property
    def chosen(self) -> dict[str, str]:
        """What is typed into the form of the ICEGATE ID and the password."""
        posts = self.posts
        return {"icegate_id": posts.icegate_id, "new_password": posts.password, "confirm_password": posts.password}

    def one_time_passwords(self, recipient) -> tuple[str, str]:
        """Those that came to a mobile and to a mailbox. As if a minute had passed, whenever a courier died with them in its hands."""
        for _ in range(15):
            self.site.end_leases()
            try:
                return self.site.portal.messages.one_time_passwords(recipient, seconds=2)
            except AssertionError:
                continue
        return self.site.portal.messages.one_time_passwords(recipient, seconds=2)

    def _tried(self, ask) -> Answer | None:
        try:
            answer = ask()
        except (OSError, urllib.error.URLError):
            self.statuses.append(0)
            return None
        self.statuses.append(answer.status)
        return answer

    def log_in(self) -> None:
        """In another browser, which is this one's from then on."""
        visitor = self.posts.visitor = self.portal.visitor()
        fields = {"icegate_id": self.posts.icegate_id, "password": self.posts.password, "captcha": "TEST42"}
        answer = visitor.submit(visitor.get("/login"), "/login", **fields)
        assert (answer.status, answer.location) == (303, "/account"), f"{answer.status} {answer.location}"

    def is_whole(self) -> None:
        """One registration, one account, one code for each channel, and it logs in."""
        assert self.site.accounts(self.posts) == 1
        assert self.site.registrations(self.posts) == 1
        assert [len(codes) for codes in self.site.codes_sent(self.posts)] == [1, 1]
        self.log_in()
