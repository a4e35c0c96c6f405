"""What the portal tells the service manager that started it, and which schemas it starts on."""

import json
import os
import re
import signal
import socket
import subprocess
import time

import pytest

from set_up import SetUp, wait_until


@pytest.fixture
def manager(set_up: SetUp):
    """The manager's end of the socket."""
    path = set_up.directory / "notify.sock"
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(path))
        listener.settimeout(10)
        yield listener
    path.unlink()


def test_it_is_told_when_the_portal_is_ready_alive_reloading_and_stopping(set_up: SetUp, manager):
    set_up.stop_portal()
    set_up.configure()
    set_up.start_portal({"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "600000"})
    try:
        assert manager.recv(1_000) == b"READY=1"
        started = time.monotonic()
        # Twice in the time after which the manager would kill it.
        assert [manager.recv(1_000) for _ in range(4)] == [b"WATCHDOG=1"] * 4
        assert 0.9 < time.monotonic() - started < 2
        set_up.signal_portal(signal.SIGHUP)
        told = [manager.recv(1_000) for _ in range(3)]
        told = [message for message in told if message != b"WATCHDOG=1"]
        assert told[0].startswith(b"RELOADING=1\nMONOTONIC_USEC=") and told[1] == b"READY=1"
    finally:
        set_up.stop_portal()
    rest = [manager.recv(1_000)]
    while rest[-1] == b"WATCHDOG=1":
        rest.append(manager.recv(1_000))
    assert rest[-1] == b"STOPPING=1"


def test_a_portal_that_is_frozen_says_nothing(set_up: SetUp, manager):
    set_up.stop_portal()
    set_up.configure()
    set_up.start_portal({"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "600000"})
    set_up.signal_portal(signal.SIGSTOP)
    try:
        manager.settimeout(1)
        with pytest.raises(TimeoutError):
            for _ in range(9):
                manager.recv(1_000)
    finally:
        set_up.signal_portal(signal.SIGCONT)
        set_up.stop_portal()


def started(set_up: SetUp) -> subprocess.CompletedProcess:
    return subprocess.run(
        [set_up.release.programs / "icegate-portal", "--config", set_up.directory / "icegate.conf"],
        env=dict(os.environ), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30,
    )  # fmt: skip


def add_migration(set_up: SetUp, number: int, serves: int) -> None:
    set_up.sql(
        "INSERT INTO schema_migrations (number, name, sha256, applied_at, serves)"
        f" VALUES ({number}, 'later', REPEAT('x', 32), UTC_TIMESTAMP(6), {serves})"
    )


@pytest.fixture
def wanted(set_up: SetUp):
    """The newest migration there is; what a test did to the list is undone."""
    set_up.stop_portal()
    set_up.configure()
    newest = int(set_up.sql("SELECT MAX(number) FROM schema_migrations"))
    yield newest
    set_up.stop_portal()
    set_up.sql(f"DELETE FROM schema_migrations WHERE number > {newest}")
    set_up.sql(f"UPDATE schema_migrations SET number = {newest} WHERE number = 0")


def test_it_does_not_start_on_a_schema_that_is_too_old_or_too_new(set_up: SetUp, wanted: int):
    set_up.sql(f"UPDATE schema_migrations SET number = 0 WHERE number = {wanted}")
    done = started(set_up)
    assert done.returncode == 78 and "run icegatectl migrate" in done.stderr
    set_up.sql("UPDATE schema_migrations SET number = %d WHERE number = 0" % wanted)
    add_migration(set_up, wanted + 1, wanted + 1)
    done = started(set_up)
    assert done.returncode == 78 and "install the newer ones" in done.stderr


def test_it_goes_on_while_the_next_version_comes_and_ends_when_that_serves_it_no_more(set_up: SetUp, wanted: int):
    set_up.start_portal()
    add_migration(set_up, wanted + 1, wanted)
    time.sleep(11)
    assert set_up.portal_process and set_up._portal.poll() is None
    # One step back: the version before starts on the newer schema.
    set_up.stop_portal()
    set_up.start_portal()
    add_migration(set_up, wanted + 2, wanted + 1)
    wait_until(lambda: set_up._portal.poll() is not None, 15)
    assert set_up._portal.returncode == 78 and b"install the newer ones" in set_up.log
    set_up._portal = None
    (set_up.directory / "portal.sock").unlink(missing_ok=True)


def test_lines_for_the_journal_are_json_with_a_priority_and_others_are_not(set_up: SetUp):
    set_up.stop_portal()
    set_up.configure()
    file = set_up.directory / "journal"
    with file.open("wb") as log:
        facts = os.fstat(log.fileno())
        portal = subprocess.Popen(
            [set_up.release.programs / "icegate-portal", "--config", set_up.directory / "icegate.conf"],
            env=os.environ | {"JOURNAL_STREAM": f"{facts.st_dev}:{facts.st_ino}"},
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
        wait_until((set_up.directory / "portal.sock").exists)
        portal.terminate()
        portal.wait(timeout=30)
        (set_up.directory / "portal.sock").unlink(missing_ok=True)
    lines = file.read_text("utf-8").splitlines()
    assert lines and all(line.startswith("<6>{") for line in lines)
    events = [json.loads(line[3:]) for line in lines]
    assert [event["message"] for event in events if event["message"] != "message handed over"][:3] == ["started", "stopping", "stopped"]
    assert events[0]["origin"] == "https://portal.example" and events[0]["level"] == "info"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", events[0]["time"])
