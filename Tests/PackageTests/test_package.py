"""The package installed, in service, upgraded, taken a step back, with other keys, restored, and purged."""

import re
import subprocess
import time
import urllib.request
from pathlib import Path

from form_posts import DONE, FormPosts
from host import Host, wait_until
from load import Load
from service import CONF, Service


def test_it_installs_on_a_debian_without_swift(host: Host):
    assert host.run("sh", "-c", "command -v swift || echo none") == "none\n"
    libraries = host.run("sh", "-c", "apt-get -q install -y binutils >/dev/null 2>&1; objdump -p /usr/sbin/icegate-portal")
    assert "libfcgi" in libraries and "libmariadb" in libraries and "libswift" not in libraries
    assert host.run("stat", "-c", "%a %U", "/etc/icegate/keys") == "400 icegate\n"
    assert re.fullmatch(r"1:[0-9a-f]{64}\n", host.run("cat", "/etc/icegate/keys"))
    assert "1.0" in host.run("icegatectl", "--version")
    # What is missing is said, all of it at once.
    said = host.run("icegate-portal", "--check", status=1)
    assert "ICEGATE_ORIGIN" in said and "DATABASE" in said and "KEY_FILE" in said
    assert "FAIL" in host.run("icegatectl", "doctor", status=1)


def test_a_registration_goes_through(service: Service):
    posts = FormPosts(service.portal)
    assert posts.walk_to(DONE).status == 200
    posts.log_in()
    assert posts.visitor.get("/account").status == 200
    assert service.broken_invariants() == ""
    assert "FAIL" not in service.ctl("doctor")
    # Each process is watched by itself.
    with urllib.request.urlopen(f"http://127.0.0.1:{service.probes}/metrics", timeout=10) as answer:
        assert b"icegate_database_up 1\n" in answer.read()


def another_version(package: Path, version: str, directory: Path) -> Path:
    """The same package under another number, as the next release is."""
    tree = directory / f"tree-{version}"
    subprocess.run(["dpkg-deb", "--raw-extract", package, tree], check=True)
    control = tree / "DEBIAN" / "control"
    control.write_text(re.sub(r"^Version: .*$", f"Version: {version}", control.read_text(), flags=re.MULTILINE))
    made = directory / f"icegate_{version}.deb"
    subprocess.run(["dpkg-deb", "--build", "--root-owner-group", tree, made], check=True, stdout=subprocess.DEVNULL)
    return made


def test_an_upgrade_and_a_step_back_lose_nothing(service: Service, package: Path, tmp_path: Path):
    host = service.host
    keys, configuration = host.run("cat", "/etc/icegate/keys"), host.run("cat", CONF)
    begun = FormPosts(service.portal)
    begun.walk_to("/register/otp")
    newer = another_version(package, "1.0.1", tmp_path)
    for file in [newer, package]:
        (host.root / "tmp" / file.name).write_bytes(file.read_bytes())
        load = Load(service)
        host.run("dpkg", "--force-confold", "--force-downgrade", "-i", f"/tmp/{file.name}")
        # As the service manager does it, one after the other; for a while two versions serve side by side.
        for number in [1, 2]:
            service.restart_portal(number)
            time.sleep(1)
        assert load.end() == {200}
    assert host.run("cat", "/etc/icegate/keys") == keys
    assert host.run("cat", CONF) == configuration
    assert begun.walk_to(DONE).status == 200
    assert service.broken_invariants() == ""


def test_keys_are_rotated_while_people_register(service: Service):
    before = FormPosts(service.portal)
    before.walk_to("/register/otp")
    waiting = FormPosts(service.portal)
    load = Load(service)
    for command in ["prepare", "rotate"]:
        service.ctl("keys", command)
        for number in [1, 2]:
            service.restart_portal(number)
            time.sleep(0.5)
    assert load.end() == {200}
    assert service.host.run("stat", "-c", "%a %U", "/etc/icegate/keys") == "400 icegate\n"
    # What was sent before the rotation holds; what is sent now is made with the new key.
    assert before.walk_to(DONE).status == 200
    waiting.walk_to("/register/otp")
    assert service.sql("SELECT MAX(key_id) FROM otp_pairs WHERE ended_at IS NULL") == "2\n"
    assert "temporary passwords that hold" in service.ctl("keys", "retire", "1", status=1)
    assert waiting.walk_to(DONE).status == 200


def test_a_restore_to_a_point_in_time_gives_accounts_back_and_lets_no_used_code_hold(service: Service):
    host = service.host
    first, second, half = (FormPosts(service.portal) for _ in range(3))
    first.walk_to(DONE)
    half.walk_to("/register/otp")
    codes = service.portal.messages.one_time_passwords(half.registrant)
    host.run("sh", "-c", "rm -rf /var/backups/icegate && mariadb-backup --backup --target-dir=/var/backups/icegate --user=root && mariadb-backup --prepare --target-dir=/var/backups/icegate")
    # After the backup: an account, and the OTPs are used.
    second.walk_to(DONE)
    half.walk_to("/register/verified")
    time.sleep(1.1)
    stopped = host.run("date", "-u", "+%Y-%m-%d %H:%M:%S").strip()
    for number in [1, 2]:
        host.stop(f"portal-{number}")
    host.stop("mariadb")
    # The disk is lost but for the binary log, which is kept elsewhere.
    host.run("sh", "-c", "mkdir -p /var/backups/binlog && cp /var/lib/mysql/binlog.* /var/backups/binlog && rm -rf /var/lib/mysql/*")
    host.run("mariadb-backup", "--copy-back", "--target-dir=/var/backups/icegate")
    host.run("chown", "-R", "mysql:mysql", "/var/lib/mysql")
    service.start_database()
    assert service.sql(f"SELECT COUNT(*) FROM accounts WHERE icegate_id = '{second.icegate_id}'") == "0\n"
    file, position = host.run("cat", "/var/backups/icegate/xtrabackup_binlog_info").split()[:2]
    host.run(
        "sh", "-c", f"cd /var/backups/binlog && mariadb-binlog --start-position={position} --stop-datetime='{stopped}'"
        f" $(ls binlog.[0-9]* | sed -n '/{file}/,$p') | mariadb",
    )  # fmt: skip
    assert service.sql(f"SELECT COUNT(*) FROM accounts WHERE icegate_id = '{second.icegate_id}'") == "1\n"
    said = service.ctl("restored", "--yes")
    assert "is lost" in said
    for number in [1, 2]:
        service.start_portal(number)
    wait_until(service.is_ready)

    visitor = service.portal.visitor()
    page = visitor.get("/resume")
    assert "was lost. Please do it again." in page.text
    fields = {"iec": half.registrant.iec, "gstin": half.registrant.gstin, "mobile_otp": codes[0], "email_otp": codes[1]}
    assert visitor.submit(page, "/resume", **fields).status == 422
    # Used and unused alike.
    for posts in [half, FormPosts(service.portal)]:
        visitor = service.portal.visitor()
        registrant = posts.registrant
        answer = visitor.submit(
            visitor.get("/register"), "/register", iec=registrant.iec, gstin=registrant.gstin,
            password=registrant.temporary_password, captcha=service.portal.captcha,
        )  # fmt: skip
        assert answer.status == 422
    for posts in [first, second]:
        posts.visitor = service.portal.visitor()
        posts.log_in()
    assert service.broken_invariants() == ""


def test_removed_it_keeps_its_settings_and_purged_nothing(service: Service):
    host = service.host
    for name in list(host.processes):
        host.stop(name)
    host.run("dpkg", "--remove", "icegate")
    assert host.run("sh", "-c", "ls /etc/icegate/keys /etc/icegate/icegate.conf") and not (host.root / "usr/sbin/icegate-portal").exists()
    host.run("dpkg", "--purge", "icegate")
    assert not (host.root / "usr/share/icegate").exists()
    # What the administrator put there is his.
    assert set(host.run("find", "/etc/icegate", "-type", "f").split()) == {"/etc/icegate/tls/portal.crt", "/etc/icegate/tls/portal.key", "/etc/icegate/nginx/site.conf"}
