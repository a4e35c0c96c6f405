"""The package under a systemd that runs: its units, what they allow, and what becomes of a portal that ends or hangs."""

import json
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from booted_host import BootedHost
from booted_service import TIMERS, UNITS, BootedService
from form_posts import DONE, FormPosts
from host import wait_until
from load import Load
from mail_relay import MailRelay
from service import CONF
from sms_gateway import SMSGateway

PORTALS = [f"icegate-portal@{number}.service" for number in [1, 2]]
SOCKETS = [f"icegate-portal@{number}.socket" for number in [1, 2]]
# Of a migration for newer programs.
UNSUITED = "INSERT INTO schema_migrations VALUES (99, '0099', REPEAT('a', 32), UTC_TIMESTAMP(6), 99)"


def states(host: BootedHost, units: list[str]) -> set[str]:
    return set(host.run("systemctl", "is-active", *units, status=None).split())


def test_installed_it_starts_nothing(booted_host: BootedHost):
    assert states(booted_host, [*UNITS, *TIMERS]) == {"inactive"}
    assert set(booted_host.run("systemctl", "is-enabled", *UNITS, *TIMERS, status=None).split()) == {"disabled"}


def test_its_units_are_active_and_none_has_failed(booted: BootedService):
    host = booted.host
    assert states(host, [*UNITS, *TIMERS, "nginx", "mariadb"]) == {"active"}
    assert host.run("systemctl", "list-units", "--failed", "--plain", "--no-legend") == ""
    for unit in PORTALS:
        # It is active since the portal said so itself.
        assert [host.show(unit, name) for name in ["Type", "SubState", "NRestarts"]] == ["notify", "running", "0"]
        assert host.show(unit, "WatchdogUSec") == "30s"
    for number in [1, 2]:
        assert host.run("stat", "-c", "%a %U %G", f"/run/icegate/portal-{number}.sock") == "660 root www-data\n"


def test_a_registration_goes_through_over_tls(booted: BootedService):
    posts = FormPosts(booted.portal)
    assert posts.walk_to(DONE).status == 200
    posts.log_in()
    assert posts.visitor.get("/account").status == 200
    assert booted.broken_invariants() == ""
    assert "FAIL" not in booted.ctl("doctor")
    for number in [1, 2]:
        assert "icegate_database_up 1\n" in booted.probe(number, "/metrics")


@pytest.mark.parametrize("number", [1, 2])
def test_it_runs_without_rights(booted: BootedService, number: int):
    process = booted.main_process(number)
    status = booted.host.run("cat", f"/proc/{process}/status")
    facts = dict(re.findall(r"^(\w+):\s*(.*)$", status, re.MULTILINE))
    account = booted.host.run("id", "-u", "icegate").strip()
    assert facts["Uid"].split() == [account] * 4
    assert {facts[f"Cap{kind}"] for kind in ["Inh", "Prm", "Eff", "Bnd", "Amb"]} == {"0" * 16}
    assert (facts["NoNewPrivs"], facts["Seccomp"]) == ("1", "2")
    limits = booted.host.run("cat", f"/proc/{process}/limits")
    assert re.search(r"^Max core file size +0 +0 ", limits, re.MULTILINE)
    users = booted.host.run("readlink", "/proc/1/ns/user", f"/proc/{process}/ns/user").split()
    assert users[0] != users[1]


@pytest.mark.parametrize("number", [1, 2])
def test_its_threads_that_hash_may_stand_back(booted: BootedService, number: int):
    process = booted.main_process(number)
    facts = booted.host.run("sh", "-c", f"cat /proc/{process}/task/*/stat").splitlines()
    # Behind the name in brackets, whatever stands in it: the seventeenth (proc(5)).
    assert {line.rpartition(") ")[2].split()[16] for line in facts} == {"0", "10"}


def test_it_sees_and_writes_no_more_than_it_needs(booted: BootedService):
    written = booted.inside(1, "find / -path /proc -prune -o -type d -writable -print 2>/dev/null")
    # The last is this drill's.
    assert set(written.split()) == {"/tmp", "/var/tmp", "/var/lib/icegate-messages"}
    mounts = booted.host.run("cat", f"/proc/{booted.main_process(1)}/mounts").splitlines()
    options = {line.split()[1]: line.split()[3].split(",")[0] for line in mounts}
    assert [options[place] for place in ["/", "/run", "/sys", "/dev"]] == ["ro"] * 4
    for place in ["/etc/icegate/keys", "/etc/icegate/operators/loader", "/etc/icegate/operators", "/home", "/root", "/dev/shm", "/proc/meminfo"]:
        assert booted.inside(1, f"cat {place} 2>/dev/null || ls {place}/ 2>/dev/null") == "", place
    # Its own processes alone, and what looks.
    assert "1" not in booted.inside(1, "ls /proc").split()
    assert booted.inside(1, "ls /tmp /var/tmp | grep -v :") == "\n"


def test_its_secrets_are_shown_to_it_alone(booted: BootedService):
    host = booted.host
    for number in [1, 2]:
        folder = f"/run/credentials/icegate-portal@{number}.service"
        environment = host.run("cat", f"/proc/{booted.main_process(number)}/environ").split("\0")
        assert f"KEY_FILE={folder}/keys" in environment
        assert booted.inside(number, "ls /run/credentials").split() == [f"icegate-portal@{number}.service"]
        for name, source in [("keys", "keys"), ("database-password", "credentials/database-password")]:
            secret = host.run("cat", f"/etc/icegate/{source}")
            assert booted.inside(number, f"cat {folder}/{name}") == secret
            for user in ["www-data", "mysql", "nobody"]:
                group = host.run("id", "-g", user).strip()
                reader = ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", "cat", f"{folder}/{name}"]
                assert "Permission denied" in host.run(*reader, status=1)
            assert not any(secret.strip() in variable for variable in environment)


def test_it_may_have_so_many_tasks_and_no_more(booted: BootedService):
    if "pids" not in booted.host.run("cat", "/sys/fs/cgroup/cgroup.controllers").split():
        pytest.skip("the kernel's controller pids is not in the cgroup2 tree that the container has")
    group = booted.host.show(PORTALS[0], "ControlGroup")
    assert booted.host.run("cat", f"/sys/fs/cgroup{group}/pids.max") == "256\n"


def test_nightly_work_and_seals_succeed_and_have_a_next_time(booted: BootedService):
    host = booted.host
    for name in ["cleanup", "audit-seal", "audit-verify"]:
        host.run("systemctl", "start", f"icegate-{name}.service")
        assert [host.show(f"icegate-{name}.service", fact) for fact in ["Result", "ExecMainStatus"]] == ["success", "0"]
    assert "intact: " in host.run("journalctl", "--output=cat", "--unit=icegate-audit-verify.service")
    for timer in TIMERS:
        assert host.show(timer, "NextElapseUSecRealtime") != ""


def test_the_journal_has_a_line_of_json_for_each_event(booted: BootedService):
    for number in [1, 2]:
        events = [(line["PRIORITY"], json.loads(line["MESSAGE"])) for line in booted.journal(number) if line["_COMM"] == "icegate-portal"]
        assert ("6", "started") in [(priority, event["message"]) for priority, event in events]
        assert all(event.keys() >= {"time", "level", "message"} for _, event in events)
        assert "message handed over" in [event["message"] for _, event in events]


def test_restarts_one_after_the_other_lose_no_request(booted: BootedService):
    begun = FormPosts(booted.portal)
    begun.walk_to("/register/otp")
    before = [booted.main_process(number) for number in [1, 2]]
    load = Load(booted)
    for _ in range(2):
        for number in [1, 2]:
            booted.restart_portal(number)
            time.sleep(0.5)
    assert load.end() == {200}
    assert not {booted.main_process(number) for number in [1, 2]} & set(before)
    assert begun.walk_to(DONE).status == 200


def test_an_upgrade_loses_no_request_and_stops_no_timer(booted: BootedService):
    host = booted.host
    before = [booted.main_process(number) for number in [1, 2]]
    load = Load(booted)
    host.install_again()
    assert [booted.main_process(number) for number in [1, 2]] == before
    assert states(host, [*UNITS, *TIMERS]) == {"active"}
    booted.ctl("migrate")
    for number in [1, 2]:
        booted.restart_portal(number)
    assert load.end() == {200}
    assert host.show(PORTALS[0], "NeedDaemonReload") == "no"


def test_a_reload_takes_new_texts_and_loses_no_request(booted: BootedService):
    before = [booted.main_process(number) for number in [1, 2]]
    page = booted.host.root / "usr/share/icegate/Templates/partials/last-updated.html"
    old = page.read_text("utf-8")
    load = Load(booted)
    page.write_text(f"{old}<!-- new -->\n", "utf-8")
    booted.host.run("systemctl", "reload", "icegate-portal@*.service")
    wait_until(lambda: all("templates loaded again" in str(booted.journal(number)[-5:]) for number in [1, 2]))
    time.sleep(0.5)
    assert load.end() == {200}
    page.write_text(old, "utf-8")
    booted.host.run("systemctl", "reload", "icegate-portal@*.service")
    assert [booted.main_process(number) for number in [1, 2]] == before
    wait_until(lambda: states(booted.host, PORTALS) == {"active"})


def test_killed_it_answers_again_within_two_seconds(booted: BootedService):
    for number in [1, 2]:
        before = booted.main_process(number)
        booted.host.run("kill", "-KILL", str(before))
        killed = time.monotonic()
        wait_until(lambda number=number: booted.answers(number), 10)
        assert time.monotonic() - killed < 2
        assert booted.main_process(number) not in [0, before]
        assert booted.host.show(PORTALS[number - 1], "NRestarts") == "1"


def test_frozen_it_is_ended_by_the_watchdog_and_started_again(booted: BootedService):
    before = booted.main_process(1)
    booted.host.run("kill", "-STOP", str(before))
    # The other one serves meanwhile, and this one answers what waits for it.
    assert {booted.portal.visitor().get("/register").status for _ in range(4)} == {200}
    wait_until(lambda: booted.main_process(1) not in [0, before], 45)
    wait_until(lambda: booted.answers(1))
    assert "Watchdog timeout (limit 30s)!" in str(booted.journal(1))
    assert states(booted.host, PORTALS) == {"active"}


def test_stopped_by_their_sockets_the_portals_stay_so(booted: BootedService):
    booted.host.run("systemctl", "stop", "icegate-portal@*.socket")
    answer = booted.portal.visitor().get("/register")
    assert (answer.status, answer.headers["retry-after"]) == (502, "30")
    time.sleep(1)
    assert states(booted.host, UNITS) == {"inactive"}
    booted.host.run("systemctl", "start", *PORTALS)
    assert states(booted.host, UNITS) == {"active"}
    # nginx asks again those who were not there after ten seconds.
    wait_until(booted.is_ready)


def test_a_schema_that_is_not_its_ends_it_until_an_administrator_starts_it(booted: BootedService):
    host = booted.host
    load = Load(booted)
    booted.sql(UNSUITED)
    wait_until(lambda: states(host, PORTALS) == {"failed"}, 20)
    ended = time.monotonic()
    # One that waited in a socket would start it again.
    while time.monotonic() - ended < 3:
        assert states(host, PORTALS) == {"failed"} and states(host, SOCKETS) == {"inactive"}
    assert load.end() == {200, 502}
    for unit in PORTALS:
        assert [host.show(unit, name) for name in ["ExecMainStatus", "Result"]] == ["78", "exit-code"]
    assert "install the newer ones" in str(booted.journal(1))
    # Nor is it started for ever when the administrator is wrong.
    assert host.run("systemctl", "start", PORTALS[0], status=1)
    wait_until(lambda: states(host, [PORTALS[0]]) == {"failed"} and states(host, [SOCKETS[0]]) == {"inactive"})
    booted.sql("DELETE FROM schema_migrations WHERE number = 99")
    host.run("systemctl", "start", *PORTALS)
    assert states(host, UNITS) == {"active"}
    wait_until(booted.is_ready)


@contextmanager
def gateways(booted: BootedService) -> Iterator[tuple[MailRelay, SMSGateway]]:
    """Portals that send to a relay with TLS and to a gateway, by names."""
    host = booted.host
    before = host.run("cat", CONF)
    certificate = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls = host.root / "etc/icegate/tls"
    certificate.load_cert_chain(tls / "portal.crt", tls / "portal.key")
    relay, gateway = MailRelay(certificate=certificate), SMSGateway()
    lines = [
        "COURIER_TRANSPORT=gateways", "SMTP_HOST=localhost", f"SMTP_PORT={relay.port}", "SMTP_CA_FILE=/etc/icegate/tls/portal.crt",
        "MAIL_FROM=noreply@portal.example", "SMS_GATEWAY=form", f"SMS_FORM_URL=http://127.0.0.1:{gateway.port}/sms",
        'SMS_FORM_FIELDS="to=91{number}&text={text}"', "SMS_FORM_ACCEPTED=status=ok",
    ]  # fmt: skip
    kept = re.sub(r"^COURIER_(TRANSPORT|DIRECTORY)=.*\n", "", before, flags=re.MULTILINE)
    host.write(CONF, kept + "\n".join(lines) + "\n")
    try:
        for number in [1, 2]:
            booted.restart_portal(number)
        yield relay, gateway
    finally:
        host.write(CONF, before)
        for number in [1, 2]:
            booted.restart_portal(number)
        relay.stop()
        gateway.stop()


def test_messages_leave_the_sandbox_for_relay_and_gateway(booted: BootedService):
    with gateways(booted) as (relay, gateway):
        booted.ctl("delivery", "test", "--email", "somebody@example.in", "--sms", "9876543210", "--wait", "20")
        assert len(relay.mails_to("somebody@example.in")) == 1
        assert len(gateway.forms_to("9876543210")) == 1


def test_after_a_boot_it_serves_again(booted: BootedService):
    host = booted.host
    host.reboot()
    wait_until(booted.is_ready)
    assert states(host, [*UNITS, *TIMERS]) == {"active"}
    assert host.run("systemctl", "list-units", "--failed", "--plain", "--no-legend") == ""
    assert FormPosts(booted.portal).walk_to(DONE).status == 200
    assert booted.broken_invariants() == ""


def test_removed_nothing_of_it_runs_and_purged_no_unit_is_left(booted: BootedService):
    host = booted.host
    host.run("dpkg", "--remove", "icegate")
    assert states(host, [*UNITS, *TIMERS]) == {"inactive"}
    assert host.run("sh", "-c", "pgrep -u icegate || echo none") == "none\n"
    host.run("dpkg", "--purge", "icegate")
    host.run("systemctl", "daemon-reload")
    assert host.run("find", "/etc/systemd/system", "-name", "icegate-*", "!", "-path", "*.service.d*") == ""
    assert host.run("systemctl", "list-units", "--all", "--plain", "--no-legend", "icegate-*") == ""
