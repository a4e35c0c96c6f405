"""Deaths between any two statements of a step, and lost answers: done or not at all, and never twice."""

import os
import signal
import subprocess
import threading
import time
from contextlib import contextmanager

import pytest

from commit_proxy import CommitProxy
from fault_set_up import FaultSetUp, Persistent, killed_at
from set_up import wait_until
from steps import REGISTERING, STEPS

def survives(runs, answer) -> bool:
    """Whether a process lives on after a step: where the answer is right, none of its threads came so far."""
    if answer is not None and answer.status == 303:
        # A courier's thread may be the one that was counted to the end, a moment later.
        time.sleep(0.2)
        return runs()
    wait_until(lambda: not runs(), 10)
    return False


@pytest.mark.parametrize("path", STEPS)
def test_the_portal_killed_at_any_statement_of_a_step(site: FaultSetUp, path: str):
    """D9: then started again; the same person goes on to the end, with the same code."""
    for number in range(1, 200):
        step = STEPS[path](site)
        step.reach()
        with killed_at(site.portal_process, "sendto", number):
            answer = step.submit()
        if survives(site.portal_runs, answer):
            break
        site.note_the_portals_end()
        assert answer is None or answer.status in (303, 502)
        assert site.broken_invariants() == []
        site.bring_up()
        step.go_on()
        step.is_whole()
        assert site.broken_invariants() == []
    # Looking up the session and the step itself take more than two statements.
    assert 4 < number < 199


@pytest.mark.parametrize("path", REGISTERING)
def test_mariadb_killed_at_any_statement_of_a_step(site: FaultSetUp, path: str):
    """D8: then started again; committed or not at all, and no message without its registration."""
    for number in range(1, 400):
        step = STEPS[path](site)
        step.reach()
        with killed_at(site.database_process, "recvfrom", number):
            answer = step.submit()
        if survives(site.database_runs, answer):
            break
        assert answer is None or answer.status in (200, 303, 503), answer.status
        site.start_database()
        assert site.broken_invariants() == []
        site.bring_up()
        step.go_on()
        step.is_whole()
    assert 4 < number < 399


@pytest.mark.parametrize("path", STEPS)
def test_the_answer_to_a_commit_lost(site: FaultSetUp, path: str):
    """D10: whatever COMMIT of the step; the next request finds what was done."""
    for number in range(1, 20):
        proxy = CommitProxy(site.directory / "mariadb" / "mariadb.sock", site.directory / "proxy.sock")
        try:
            site.stop_portal()
            site.configure(DATABASE_SOCKET=str(proxy.path))
            site.start_portal()
            step = STEPS[path](site)
            step.reach()
            proxy.lose_answer_to_commit(number)
            answer = step.submit()
            lost = proxy.lost
            proxy.lose_answer_to_commit(0)
            if lost:
                assert answer.status in (303, 503)
                step.go_on()
                step.is_whole()
                assert site.broken_invariants() == []
        finally:
            site.stop_portal()
            proxy.stop()
            site.bring_up()
        if not lost:
            break
    assert 1 < number < 19


@contextmanager
def meanwhile(act, pause: float):
    """Does that again and again."""
    ended = threading.Event()

    def run():
        while not ended.wait(pause):
            act()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def all_reach_the_end(registrants: list[Persistent]) -> None:
    problems: list[BaseException] = []

    def run(registrant: Persistent):
        try:
            registrant.reach("/register/done", 150)
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=run, args=[registrant]) for registrant in registrants]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


def test_connections_killed_while_twenty_people_register(site: FaultSetUp):
    """D7: every connection of the portal, ten times a second."""

    def kill_all():
        for [number] in site.rows("SELECT id FROM information_schema.processlist WHERE user = 'icegate_portal'"):
            try:
                site.sql(f"KILL {number}", database="")
            except AssertionError:
                # It was gone in between.
                pass

    registrants = [Persistent(site) for _ in range(20)]

    with meanwhile(kill_all, 0.1):
        all_reach_the_end(registrants)
    assert {status for registrant in registrants for status in registrant.statuses} <= {200, 303, 503}
    for registrant in registrants:
        registrant.is_whole()


def test_a_lock_that_somebody_keeps_is_a_503_and_nothing_half_done(site: FaultSetUp):
    """D6: run again three times at most; once it is free, all goes on."""
    registrant = Persistent(site)
    registrant.reach("/register/account")
    iec = registrant.posts.registrant.iec
    client = subprocess.Popen(site._client("icegate"), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    client.stdin.write(f"BEGIN; SELECT id FROM registrations WHERE iec = '{iec}' FOR UPDATE;\n".encode())
    client.stdin.flush()
    try:
        assert client.stdout.readline()
        started = time.monotonic()
        answer = registrant.submit_at("/register/account")
        assert answer.status == 503 and "retry-after" in answer.headers
        assert time.monotonic() - started < 18
        assert site.broken_invariants() == []
    finally:
        client.communicate(timeout=10)
    assert (
        site.sql(
            f"SELECT COUNT(*) FROM otp_pairs p JOIN registrations r ON r.id = p.registration_id WHERE r.iec = '{iec}'"
        )
        == "0\n"
    )
    registrant.reach("/register/done")
    registrant.is_whole()


def kill(process: int) -> int:
    os.kill(process, signal.SIGKILL)
    return signal.SIGKILL


def trap(process: int) -> int:
    """Has its main thread go on at address 0: a fault of its own, which no signal from outside is."""
    done = subprocess.run(
        ["gdb", "-q", "-nx", "-batch", "-p", str(process), "-ex", "set var $pc = 0", "-ex", "detach"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return signal.SIGSEGV


@pytest.mark.parametrize("end", [kill, trap])
def test_the_portal_killed_under_load_is_started_again_and_nothing_is_done_twice(site: FaultSetUp, end):
    """E7: nginx's own page without detail in between; the supervisor's part is played by this test."""
    # As in production: what Swift would print of registers and memory is nobody's to read.
    quiet = {"SWIFT_BACKTRACE": "enable=no"}
    site.stop_portal()
    site.start_portal(quiet)
    registrants = [Persistent(site) for _ in range(12)]
    pages: list[str] = []

    def kill_and_start():
        number = end(site.portal_process)
        assert site.note_the_portals_end() == -number
        answer = site.portal.visitor().get("/register")
        if answer.status in (502, 504):
            pages.append(answer.text)
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert answer.headers["retry-after"] == "30"
        site.start_portal(quiet)
        site.end_leases()

    with meanwhile(kill_and_start, 0.3):
        all_reach_the_end(registrants)
    if not site.portal_runs():
        site.bring_up()
    assert pages and all("\u0900" <= max(text) and "signal" not in text and "upstream" not in text for text in pages)
    assert {status for registrant in registrants for status in registrant.statuses} <= {0, 200, 303, 502, 503}
    for registrant in registrants:
        registrant.is_whole()
    wait_until(
        lambda: site.sql("SELECT COUNT(*) FROM outbox WHERE state = 'sending'") == "0\n" or site.end_leases(), 30
    )
