"""Parts that are away, frozen, full or starved: told at once, and well again by themselves."""

import dataclasses
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from at_once import all_at_once
from change_of_contacts import Contacts, ask_for
from fault_set_up import FaultSetUp, Persistent
from mail_relay import MailRelay, free_port
from set_up import wait_until
from sms_gateway import SMSGateway
from visitor import Answer


def look(site: FaultSetUp, path: str = "/register") -> tuple[Answer, float]:
    """As somebody whom the portal knows: it has to ask MariaDB who that is."""
    visitor = site.portal.visitor()
    visitor.get("/")
    visitor.get("/register")
    return timed(lambda: visitor.get(path))


def timed(ask: Callable[[], Answer]) -> tuple[Answer, float]:
    started = time.monotonic()
    answer = ask()
    return answer, time.monotonic() - started


def is_away(site: FaultSetUp, seconds: float = 3) -> None:
    for path in ["/register", "/login", "/account"]:
        answer, took = look(site, path)
        assert answer.status == 503 and "retry-after" in answer.headers, f"{path}: {answer.status}"
        assert took < seconds, f"{path}: {took}"
        assert "SQL" not in answer.text and "MariaDB" not in answer.text and "mysql" not in answer.text
    # What needs no database is served.
    assert site.portal.visitor().get("/about").status == 200


def is_well(site: FaultSetUp, seconds: float = 10) -> None:
    wait_until(lambda: look(site)[0].status == 200, seconds)
    registrant = Persistent(site)
    registrant.reach("/register/done")
    registrant.is_whole()


def test_mariadb_down_when_the_portal_starts(site: FaultSetUp):
    """E9: the portal starts all the same, and is well once MariaDB is."""
    site.stop_portal()
    site.stop_database()
    site.start_portal()
    is_away(site)
    site.start_database()
    is_well(site)


def test_mariadb_killed_while_it_is_used(site: FaultSetUp):
    """E9: 503 at once, and well again without a restart of the portal."""
    registrant = Persistent(site)
    registrant.reach("/register/otp")
    site.kill_database()
    is_away(site)
    process = site.portal_process
    site.start_database()
    registrant.reach("/register/done")
    registrant.is_whole()
    assert site.portal_process == process


def test_mariadb_frozen(site: FaultSetUp):
    """E9: within the time-outs; nobody who needs no database waits with the others."""
    look(site)
    os.kill(site.database_process, signal.SIGSTOP)
    # The kernel stops one thread after the other.
    tasks = Path(f"/proc/{site.database_process}/task")
    wait_until(lambda: all("State:\tT" in (task / "status").read_text() for task in tasks.iterdir()))
    try:
        # Fewer than the portal has threads.
        waiting = [lambda: look(site)] * 6
        others = [lambda: timed(lambda: site.portal.visitor().get("/about"))] * 2
        answers = all_at_once(waiting + others)
        away, served = answers[:6], answers[6:]
        assert all(answer.status == 503 and "retry-after" in answer.headers for answer, _ in away)
        assert max(took for _, took in away) < 12
        assert all(answer.status == 200 and took < 1 for answer, took in served)
    finally:
        os.kill(site.database_process, signal.SIGCONT)
    is_well(site)


class Console:
    """A connection of MariaDB's root that stays: there may be none to be had later."""

    def __init__(self, site: FaultSetUp):
        self._client = subprocess.Popen(site._client(""), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, statement: str) -> str:
        self._client.stdin.write(f"{statement};\n")
        self._client.stdin.flush()
        return self._client.stdout.readline().strip()

    def close(self) -> None:
        self._client.communicate(timeout=10)


def test_mariadb_without_connections_to_give(site: FaultSetUp):
    """E9: error 1040: the portal's are taken from it, and others have all that there are."""
    console = Console(site)
    # Ten are the fewest that MariaDB lets itself be given.
    console.ask("SET GLOBAL max_connections = 10; SELECT 1")
    others: list[subprocess.Popen] = []
    try:
        ids = "SELECT IFNULL(GROUP_CONCAT(id), '') FROM information_schema.processlist WHERE user = 'icegate_portal'"
        count = "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'root'"

        def is_taken() -> bool:
            for number in filter(None, console.ask(ids).split(",")):
                console.ask(f"SELECT 1; KILL {number}")
            for _ in range(4):
                others.append(subprocess.Popen(site._client(""), stdin=subprocess.PIPE, stderr=subprocess.DEVNULL))
                others[-1].stdin.write(b"DO SLEEP(60);\n")
                others[-1].stdin.flush()
            time.sleep(0.2)
            return console.ask(ids) == "" and int(console.ask(count)) >= 10

        wait_until(is_taken, 20)
        is_away(site)
    finally:
        console.ask("SET GLOBAL max_connections = 200; SELECT 1")
        console.close()
        for other in others:
            other.kill()
            other.wait()
    is_well(site)


def test_mariadb_that_only_reads(site: FaultSetUp):
    """E9: error 1290: pages that show something go on, what writes is a 503."""
    registrant = Persistent(site)
    registrant.reach("/register/account")
    visitor = registrant.posts.visitor
    page = visitor.get("/register/account")
    site.sql("SET GLOBAL read_only = ON", database="")
    answer = visitor.submit(page, "/register/account", **registrant.chosen)
    assert answer.status == 503 and "retry-after" in answer.headers
    for path in ["/", "/about"]:
        assert site.portal.visitor().get(path).status == 200
    site.sql("SET GLOBAL read_only = OFF", database="")
    registrant.reach("/register/done")
    registrant.is_whole()


def test_the_portal_frozen(site: FaultSetUp):
    """E8: nginx's own page within 20 seconds; then nobody waits for those who left."""
    site.signal_portal(signal.SIGSTOP)
    try:
        started = time.monotonic()
        answers = all_at_once([lambda: site.portal.visitor().get("/register")] * 20)
        assert time.monotonic() - started < 25
        assert {answer.status for answer in answers} == {504}
        assert all("default-src 'none'" in answer.headers["content-security-policy"] for answer in answers)
        assert site.portal.visitor().get("/assets/error.v1.css").status == 200
    finally:
        site.signal_portal(signal.SIGCONT)
    started = time.monotonic()
    assert site.portal.visitor().get("/register").status == 200
    assert time.monotonic() - started < 2
    is_well(site)


def test_logs_that_are_full_hold_up_no_request(site: FaultSetUp):
    """E10: the portal's standard error is a device that is always full."""
    site.stop_portal()
    with open("/dev/full", "wb") as full:
        portal = subprocess.Popen(
            ["env", site.release.programs / "icegate-portal", "--config", site.directory / "icegate.conf"],
            stdin=subprocess.DEVNULL, stdout=full, stderr=full,
        )  # fmt: skip
    try:
        wait_until(site._is_ready, 20)
        visitor = site.portal.visitor()
        for _ in range(50):
            assert visitor.get("/%ff").status == 400
        registrant = Persistent(site)
        registrant.reach("/register/done")
        registrant.is_whole()
    finally:
        portal.terminate()
        portal.wait(timeout=30)
        (site.directory / "portal.sock").unlink(missing_ok=True)


def test_full_disks_under_nginx_hold_up_no_request(site: FaultSetUp):
    """E10: its logs are a device that is always full, and its temporary folders have no room."""
    folder = site.directory / "nginx"
    full = [folder / "body", folder / "fastcgi"]
    logs = [folder / "access.log", folder / "error.log"]
    for log in logs:
        log.touch()
        subprocess.run(["mount", "--bind", "/dev/full", log], check=True)
    for place in full:
        place.mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", place], check=True)
        (place / "filling").write_bytes(b"x" * 4_096)
    try:
        # Opens its logs anew, which are the device from now on.
        site._nginx.send_signal(signal.SIGUSR1)
        time.sleep(0.5)
        visitor = site.portal.visitor()
        for _ in range(50):
            assert visitor.get("/register").status == 200
            assert visitor.post("/register", {f"field{number}": "x" * 900 for number in range(13)}).status == 403
        assert visitor.post("/register", {"iec": "x" * 40_000}).status == 413
        sound = re.search(r"/captcha/sound\?token=[0-9a-f]+", visitor.get("/register").text).group()
        # Larger than what nginx holds in memory: it waits for the reader where there is no room for the rest.
        assert visitor.get(sound).body.startswith(b"RIFF")
        is_well(site)
    finally:
        for place in full + logs:
            # nginx has the logs open: they are let go when it opens them anew.
            subprocess.run(["umount", "--lazy", place], check=True)
        site._nginx.send_signal(signal.SIGUSR1)


def test_a_full_disk_under_the_messages_keeps_them_owed(site: FaultSetUp):
    """E10: the page goes on, nothing is said to be sent, and all of it comes when there is room."""
    folder = site.directory / "messages"
    kept = site.directory / "messages-kept"
    registrant = Persistent(site)
    registrant.reach("/register/account")
    folder.rename(kept)
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", folder], check=True)
    try:
        (folder / "filling").write_bytes(b"x" * 4_096)
        answer = registrant.submit_at("/register/account")
        assert (answer.status, answer.location) == (303, "/register/otp")
        time.sleep(1)
        page = registrant.posts.visitor.get("/register/otp").text
        assert "Handed over" not in page
    finally:
        subprocess.run(["umount", folder], check=True)
        folder.rmdir()
        kept.rename(folder)
    site.ctl("delivery", "retry")
    registrant.reach("/register/done", 90)
    registrant.is_whole()


@contextmanager
def nearly_full_disk(site: FaultSetUp) -> Iterator[Path]:
    """Moves MariaDB's data to a file system with few megabytes to spare, and back."""
    data = site.directory / "mariadb" / "data"
    kept = site.directory / "mariadb" / "data-kept"
    site.stop_portal()
    site.stop_database()
    used = sum(file.stat().st_blocks * 512 for file in data.rglob("*"))
    data.rename(kept)
    data.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={used + 30_000_000}", "tmpfs", data], check=True)
    subprocess.run(["cp", "-a", f"{kept}/.", data], check=True)
    site.start_database()
    site.start_portal()
    try:
        yield data
    finally:
        site.stop_portal()
        site.stop_database()
        shutil.rmtree(kept)
        subprocess.run(["cp", "-a", f"{data}/.", kept], check=True)
        subprocess.run(["umount", data], check=True)
        data.rmdir()
        kept.rename(data)


def test_a_full_disk_under_mariadb(site: FaultSetUp):
    """E10: 503 and no other error, whether MariaDB refuses or ends; well once there is room and it runs."""
    with nearly_full_disk(site) as data:
        site.sql("CREATE DATABASE filling; CREATE TABLE filling.rows (a MEDIUMTEXT) ENGINE = InnoDB", database="")
        with pytest.raises(AssertionError):
            for _ in range(100):
                site.sql("INSERT INTO filling.rows SELECT REPEAT('x', 4000) FROM mysql.help_topic LIMIT 500", "")
        with (data / "filling-file").open("wb") as file, pytest.raises(OSError):
            while True:
                file.write(b"x" * 65_536)
                file.flush()
        registrants: list[Persistent] = []
        found: set[int] = set()
        # Pages of tables that exist have room for some rows.
        while 503 not in found:
            assert len(registrants) < 60, "everybody is served"
            registrants.append(Persistent(site))
            registrants[-1].submit_at("/register")
            found |= set(registrants[-1].statuses)
        assert found <= {200, 303, 503}, found
        assert site.portal.visitor().get("/about").status == 200
        (data / "filling-file").unlink()
        if not site.database_runs():
            site.start_database()
        site.sql("DROP DATABASE filling", database="")
        is_well(site)
        for registrant in registrants:
            registrant.reach("/register/done")
            registrant.is_whole()


def test_few_descriptors_under_many_connections(site: FaultSetUp):
    """E11: new ones wait or are refused; nothing ends, and all is well when the crowd has gone."""
    process = site.portal_process
    usual = len(os.listdir(f"/proc/{process}/fd"))
    subprocess.run(["prlimit", f"--pid={process}", f"--nofile={usual + 6}:"], check=True)
    with ThreadPoolExecutor(60) as pool:
        answers = list(pool.map(lambda number: site.portal.visitor().get("/register").status, range(600)))
    assert set(answers) <= {200, 429, 502, 503, 504}
    assert answers.count(200) > 100
    assert site.portal_runs() and site.portal_process == process
    subprocess.run(["prlimit", f"--pid={process}", "--nofile=1024:"], check=True)
    is_well(site)


def test_little_memory_ends_nothing_that_is_not_started_again(site: FaultSetUp):
    """E11: hashes and pages under a limit a few megabytes above what the process has."""
    process = site.portal_process
    status = Path(f"/proc/{process}/status").read_text()
    size = int(status.split("VmSize:")[1].split()[0]) * 1_024
    subprocess.run(["prlimit", f"--pid={process}", f"--as={size + 30_000_000}:"], check=True)

    def log_in() -> int:
        visitor = site.portal.visitor()
        page = visitor.get("/login")
        if page.status != 200:
            return page.status
        return visitor.submit(page, "/login", icegate_id=f"X-{time.monotonic_ns()}", password="y" * 900).status

    answers = all_at_once([log_in] * 20)
    assert set(answers) <= {422, 429, 500, 502, 503}
    if not site.portal_runs():
        # Swift ends a process that gets no memory: the supervisor starts it again.
        site.note_the_portals_end()
    else:
        subprocess.run(["prlimit", f"--pid={process}", "--as=unlimited:"], check=True)
    site.bring_up()
    is_well(site)


class Nowhere:
    """A port at which nobody listens."""

    def __init__(self):
        self.port = free_port()

    def stop(self) -> None:
        pass


class Silent:
    """A port at which somebody listens who never says a word."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port = self._listener.getsockname()[1]

    def stop(self) -> None:
        self._listener.close()


def with_gateways(site: FaultSetUp, relay, gateway, **changes: str) -> None:
    site.stop_portal()
    site.configure(relay, gateway, **changes)
    site.start_portal()
    wait_until(site._is_ready, 20)


@pytest.mark.parametrize("kind", ["hang", "down"])
def test_a_relay_and_a_gateway_that_hang_or_are_down_keep_nobody_waiting(site: FaultSetUp, kind: str):
    """C20, E12, E13: the form that sends OTPs is answered as soon as one that sends none."""
    relay, gateway = (Silent(), Silent()) if kind == "hang" else (Nowhere(), Nowhere())
    registrants = [Persistent(site) for _ in range(5)]
    for registrant in registrants:
        registrant.reach("/register/account")
    with_gateways(site, relay, gateway)
    try:
        times = []
        for registrant in registrants:
            started = time.monotonic()
            answer = registrant.submit_at("/register/account")
            times.append(time.monotonic() - started)
            assert (answer.status, answer.location) == (303, "/register/otp")
            page = registrant.posts.visitor.get("/register/otp").text
            assert "SMS Handed over" not in " ".join(page.split())
        assert max(times) < 1.5, times
    finally:
        site.stop_portal()
        relay.stop()
        gateway.stop()
    # The messages come as files once couriers have somewhere to bring them.
    site.bring_up()
    site.ctl("delivery", "retry")
    for registrant in registrants:
        registrant.reach("/register/done", 90)
        registrant.is_whole()


def states(registrant: Persistent) -> str:
    """What the page says of the messages to the alternate contacts."""
    page = registrant.posts.visitor.get("/register/alternate/otp").text
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_page_says_how_far_each_channel_has_come(site: FaultSetUp):
    """E12, E14: a mailbox that is refused and a number that is reached; then the other way round."""
    relay, gateway = MailRelay(), SMSGateway("ok")
    refused, reached = Persistent(site), Persistent(site)
    for registrant in (refused, reached):
        registrant.reach("/register/verified")
    with_gateways(site, relay, gateway)
    try:
        contacts = Contacts.fresh()
        assert ask_for(refused.posts, dataclasses.replace(contacts, email=f"reject-{contacts.email}")).status == 303
        wait_until(lambda: "E-mail Refused: please check the address" in states(refused), 15)
        wait_until(lambda: "SMS Handed over at" in states(refused), 15)
        gateway.mode = "500"
        assert ask_for(reached.posts, Contacts.fresh()).status == 303
        wait_until(lambda: "E-mail Handed over at" in states(reached), 15)
        assert "SMS Handed over" not in states(reached)
        # It goes on the channel that failed, with the same code, once the gateway is well.
        gateway.mode = "ok"
        site.ctl("delivery", "retry")
        wait_until(lambda: "SMS Handed over at" in states(reached), 15)
    finally:
        site.stop_portal()
        relay.stop()
        gateway.stop()
    site.bring_up()
    for registrant in (refused, reached):
        registrant.reach("/register/done")
        registrant.is_whole()
