"""What is lost when the portal, MariaDB or the clock fails: nothing."""

import json
import re
import signal
import time

import pytest

from mail_relay import MailRelay
from set_up import SetUp, number, wait_until
from sms_gateway import SMSGateway


def code_in(relay: MailRelay, address: str) -> set[str]:
    return {re.findall(r"\b\d{6}\b", mail.get_body(["plain"]).get_content())[0] for mail in relay.mails_to(address)}


def all_arrived(relay: MailRelay, prefix: str, count: int) -> None:
    """Every mail; one that came twice is the same mail with the same code."""
    for index in range(1, count + 1):
        address = f"{prefix}{index}@example.in"
        mails = relay.mails_to(address)
        assert mails, f"{address} got nothing"
        assert len({mail["Message-ID"] for mail in mails}) == 1
        assert len(code_in(relay, address)) == 1


def test_a_portal_that_is_killed_again_and_again_loses_no_message(running: SetUp, relay: MailRelay):
    """D9: the same; the same code at least once."""
    running.owe(200, "kill-")
    for pause in [0.0, 0.02, 0.05, 0.1, 0.15]:
        wait_until(lambda: running.states("kill-").get("waiting", 0) < 200)
        time.sleep(pause)
        running.kill_portal()
        running.end_leases()
        running.start_portal()
    wait_until(lambda: running.states("kill-") == {"sent": 200} or running.end_leases(), 30)
    all_arrived(relay, "kill-", 200)


def test_a_message_whose_portal_died_with_it_in_its_hands_goes_when_the_lease_ends(running: SetUp, relay: MailRelay):
    """D9: the same; the same code at least once."""
    [message] = running.send("hang-killed@example.in")
    wait_until(lambda: running.message(message["id"])["state"] == "sending")
    running.kill_portal()
    running.start_portal()
    time.sleep(1.5)
    # Nobody else touches it before.
    assert running.message(message["id"])["attempts"] == "1"
    running.sql(f"UPDATE outbox SET recipient = 'killed@example.in' WHERE id = {message['id']}")
    running.end_leases()
    assert running.wait_for(message["id"], "sent")["attempts"] == "2"


@pytest.mark.parametrize("point", ["recipient", "data"])
def test_a_mail_whose_portal_died_in_the_middle_of_it_comes_once(running: SetUp, relay: MailRelay, point: str):
    """D9: the same; the same code at least once."""
    address = f"pause-{point}-1@example.in"
    [message] = running.send(address)
    wait_until(lambda: address in relay.paused)
    running.kill_portal()
    running.end_leases()
    running.start_portal()
    running.wait_for(message["id"], "sent")
    assert len(relay.mails_to(address)) == 1


def test_a_portal_that_died_between_the_250_and_its_mark_doubles_a_mail_that_can_be_recognised(
    running: SetUp, relay: MailRelay
):
    """D9: the same; the same code at least once."""
    address = "gate-unmarked@example.in"
    relay.gate.clear()
    [message] = running.send(address)
    wait_until(lambda: address in relay.paused)
    # While the relay waits, somebody locks the row: the mark has to wait as well.
    with running.held(message["id"]):
        relay.gate.set()
        wait_until(lambda: relay.mails_to(address))
        [[mark], *_] = wait_until(
            lambda: running.rows("SELECT id FROM information_schema.processlist WHERE info LIKE 'UPDATE outbox%'")
        )
        running.kill_portal()
        # MariaDB would carry the mark out for who is gone.
        running.sql(f"KILL {mark}")
    assert running.message(message["id"])["state"] == "sending"
    running.end_leases()
    running.start_portal()
    running.wait_for(message["id"], "sent")
    first, second = relay.mails_to(address)
    assert first["Message-ID"] == second["Message-ID"]
    assert len(code_in(relay, address)) == 1


def test_mariadb_that_is_restarted_in_between_loses_no_message(running: SetUp, relay: MailRelay):
    """D8: committed or not at all; the outbox is whole."""
    running.owe(300, "restart-")
    wait_until(lambda: running.states("restart-").get("sent", 0) > 0)
    running.stop_database()
    time.sleep(0.5)
    running.start_database()
    wait_until(lambda: running.states("restart-").keys() == {"sent"} or running.end_leases(), 30)
    all_arrived(relay, "restart-", 300)


def test_two_portals_drain_one_outbox_and_send_nothing_twice(running: SetUp, relay: MailRelay, gateway: SMSGateway):
    second = running.start_second_portal()
    try:
        running.owe(400, "shared-")
        running.owe(400, "9100000000", "sms")
        wait_until(lambda: running.states("shared-") == {"sent": 400} and running.states("91") == {"sent": 400}, 30)
    finally:
        second.send_signal(signal.SIGTERM)
        second.wait(timeout=30)
    for index in range(1, 401):
        assert len(relay.contents_to(f"shared-{index}@example.in")) == 1
    assert len({form["to"] for form in gateway.forms if form["to"].startswith("9191")}) == 400
    assert sum(form["to"].startswith("9191") for form in gateway.forms) == 400


def test_thousands_that_wait_keep_nobody_waiting_who_sits_before_a_page(set_up: SetUp, gateway: SMSGateway):
    class Down:
        port = 1

    set_up.restart(Down, gateway)
    usual = set_up.page_time()
    set_up.owe(50_000, "many-", priority=1)
    times = []
    for _ in range(5):
        to = number()
        started = time.monotonic()
        [message] = set_up.send(sms=to, wait=10, status=0)
        times.append(message["delay_ms"])
        assert time.monotonic() - started < 5
    # Another process's message is found at the next look, a second later at most.
    assert max(times) < 2500, times
    assert set_up.page_time() < usual + 0.25
    set_up.stop_portal()
    set_up.sql("DELETE FROM outbox WHERE ended_at IS NULL")


JUMPS = pytest.mark.parametrize("jump", ["+3h", "-3h"])


@JUMPS
def test_a_clock_of_the_portal_that_jumps_holds_nothing_up(
    set_up: SetUp, relay: MailRelay, gateway: SMSGateway, jump: str
):
    """D12: nothing revived, nobody waits for ever."""
    set_up.stop_portal()
    set_up.configure(relay, gateway)
    set_up.start_portal(set_up.clock.environment)
    set_up.send("before-the-jump@example.in", wait=10, status=0)
    try:
        set_up.clock.set(jump)
        set_up.send(f"after-the-jump{jump[0]}@example.in", number(), wait=10, status=0)
    finally:
        set_up.clock.set("+0")
        set_up.stop_portal()


@JUMPS
def test_a_clock_of_mariadb_that_jumps_loses_nothing(
    set_up_with_clock: SetUp, relay: MailRelay, gateway: SMSGateway, jump: str
):
    """D12: nothing revived, nobody waits for ever."""
    set_up = set_up_with_clock
    set_up.restart(relay, gateway)
    gateway.mode = "500"
    [waiting] = set_up.send(sms=number())
    set_up.wait_for_answer(waiting["id"])
    gateway.mode = "ok"
    try:
        set_up.clock.set(jump)
        set_up.send(f"clock{jump[0]}@example.in", number(), wait=10, status=0)
        # What waits for a time that is hours away now goes at once; a code that has expired by this clock opens nothing.
        set_up.wait_for(waiting["id"], "sent" if jump == "-3h" else "given_up", 10)
    finally:
        set_up.clock.set("+0")
        set_up.stop_portal()


def test_no_code_can_be_read_in_any_table_or_log(set_up: SetUp, relay: MailRelay, gateway: SMSGateway):
    """C11: Runs last: of everything that the relay and the gateway of this file got."""
    set_up.restart(relay, gateway)
    set_up.send("last@example.in", number(), wait=10, status=0)
    codes = {code for to, _ in relay.mails for code in code_in(relay, to)}
    codes |= {re.findall(r"\b\d{6}\b", form["text"])[0] for form in gateway.forms}
    assert len(codes) > 500
    tables = [table for [table] in set_up.rows("SHOW TABLES")]
    texts = [set_up.sql(f"SELECT * FROM {table}") for table in tables]
    texts += [file.read_text("utf-8", "replace") for file in set_up.directory.glob("*.log")]
    texts += [set_up.ctl("delivery", "status"), set_up.ctl("delivery", "status", "--email", "last@example.in", "--json")]
    for text in texts:
        # Fractions of seconds have six digits, too.
        words = set(re.findall(r"(?<![\d.])\d{6}(?!\d)", text))
        assert not words & codes


def test_status_counts_and_lists(running: SetUp, gateway: SMSGateway):
    to = number()
    running.send(sms=to, wait=10, status=0)
    status = json.loads(running.ctl("delivery", "status", "--json"))
    assert status["stopped"] == []
    [count] = [c for c in status["counts"] if (c["channel"], c["gateway"], c["state"]) == ("sms", "form", "sent")]
    assert count["count"] > 0 and count["longest_delay_ms"] >= count["average_delay_ms"] > 0
    [message] = json.loads(running.ctl("delivery", "status", "--mobile", to, "--json"))["messages"]
    assert (message["state"], message["gateway"], message["reply"]) == ("sent", "form", "accepted")
    assert running.ctl("delivery", "status", "--iec", "0312345678", "--gstin", "27AAPFU0939F1ZV") == (
        "none in the last 72 hours\n"
    )
    running.ctl("delivery", "status", "--iec", "0312345678", status=64)
    running.ctl("delivery", "test", status=64)
    assert "आइसगेट" in running.ctl("delivery", "preview", "--message", "one-time-password", "--language", "hi")
